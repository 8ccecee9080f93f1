//! Style, script and icon, built into the program.
//! Not here: anything that depends on who asks.

use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use super::Trouble;

pub(super) async fn serve(Path(file): Path<String>) -> Result<Response, Trouble> {
    let (kind, content) = match file.as_str() {
        "style.css" => ("text/css; charset=utf-8", include_str!("../assets/style.css")),
        "page.js" => (
            "text/javascript; charset=utf-8",
            include_str!("../assets/page.js"),
        ),
        "icon.svg" => ("image/svg+xml", include_str!("../assets/icon.svg")),
        _ => return Err(Trouble::NotFound),
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        // The names carry no version, so ask again soon.
        (CACHE_CONTROL, HeaderValue::from_static("private, max-age=300")),
    ];
    Ok((headers, content).into_response())
}
