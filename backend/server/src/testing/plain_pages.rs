//! Pages written by hand, without a framework, that the benchmark of the pages is measured against (`cargo xtask
//! bench-ui`). Not here, nor in any binary built without the feature `testing`: pages for customers.

use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::web::embedded;

const FIRST: &str = include_str!("../../../../e2e/measure/plain/first.html");
const TABLE: &str = include_str!("../../../../e2e/measure/plain/table.html");
const SCRIPT: &str = include_str!("../../../../e2e/measure/plain/plain.js");

/// Where the style sheet's address belongs; it is the app's own.
const STYLE: &str = "/STYLE";

/// As strict as by-hand pages are that turn text into markup, which is what makes them fast.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'";

pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/testing/plain/first.html", get(|| async { page(FIRST) }))
        .route("/testing/plain/table.html", get(|| async { page(TABLE) }))
        .route("/testing/plain/plain.js", get(script))
}

fn page(text: &str) -> Response {
    let text = text.replace(STYLE, &embedded::style_sheet().unwrap_or_default());
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, text).into_response()
}

async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT).into_response()
}
