//! The single-page app, embedded in the binary: the shell for every page address, and its hashed files.
//! Not here: what the pages show.

use super::form_post;
use super::headers::PAGE_POLICY;
use super::problem::Problem;
use super::segment::Segment;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use renkei_shared::problem::ProblemCode;
use rust_embed::RustEmbed;

/// What `cargo xtask spa` has built; a server built without it says so.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../target/spa"]
#[allow_missing = true]
struct Spa;

const SHELL: &str = "index.html";
const NOT_BUILT: &str = "The pages are not part of this binary: run `cargo xtask spa`, then build again.\n";

/// Routes of pages and their files.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/", get(shell))
        // The shell's form, where there is no linkage to leave.
        .route(
            "/linkages",
            get(shell).post(|| async { Redirect::to("/linkages") }),
        )
        .route("/linkages/", get(|| async { Redirect::permanent("/linkages") }))
        .route("/linkages/{id}", get(shell))
        .merge(asset_routes())
}

/// The files alone, for a listener that shows error pages only.
pub(crate) fn asset_routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/assets/{*path}", get(asset))
        .merge(form_post::script_routes())
        .route("/favicon.ico", get(favicon))
        .route("/favicon.svg", get(favicon))
}

/// The address of the page's style sheet, for pages that the server renders itself.
pub(crate) fn style_sheet() -> Option<String> {
    let shell = Spa::get(SHELL)?;
    let text = std::str::from_utf8(&shell.data).ok()?;
    let link = text.split("<link").find(|tag| tag.contains("stylesheet"))?;
    let address = link.split("href=\"").nth(1)?.split('"').next()?;
    Some(address.to_owned())
}

async fn shell(headers: HeaderMap) -> Response {
    match file(SHELL, &headers, "no-store") {
        Some(mut response) => {
            let policy = header::HeaderValue::from_static(PAGE_POLICY);
            response
                .headers_mut()
                .insert(header::CONTENT_SECURITY_POLICY, policy);
            response
        }
        None => (StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT).into_response(),
    }
}

async fn asset(Segment(path): Segment, headers: HeaderMap) -> Response {
    // Names carry a hash of the content, so a copy never grows old.
    file(
        &format!("assets/{path}"),
        &headers,
        "public, max-age=31536000, immutable",
    )
    .unwrap_or_else(|| Problem::from(ProblemCode::NotFound).into_response())
}

async fn favicon(headers: HeaderMap) -> Response {
    file("favicon.svg", &headers, "public, max-age=86400")
        .unwrap_or_else(|| StatusCode::NO_CONTENT.into_response())
}

/// The file in the best encoding that the client takes (RFC 9110 section 12.5.3), compressed when it was built.
fn file(name: &str, headers: &HeaderMap, cache: &'static str) -> Option<Response> {
    if std::path::Path::new(name)
        .extension()
        .is_some_and(|ending| ending == "br" || ending == "gz")
    {
        return None;
    }
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let takes = |encoding: &str| {
        accepted.split(',').any(|item| {
            let mut parts = item.split(';').map(str::trim);
            parts.next() == Some(encoding) && !parts.any(|weight| weight == "q=0")
        })
    };
    let encoded = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(encoding, _)| takes(encoding))
        .find_map(|(encoding, ending)| Some((encoding, Spa::get(&format!("{name}{ending}"))?)));
    let (encoding, content) = match encoded {
        Some((encoding, content)) => (Some(encoding), content),
        None => (None, Spa::get(name)?),
    };
    let mut response = Response::builder()
        .header(header::CONTENT_TYPE, media_type(name))
        .header(header::CACHE_CONTROL, cache)
        .header(header::VARY, "accept-encoding");
    if let Some(encoding) = encoding {
        response = response.header(header::CONTENT_ENCODING, encoding);
    }
    response.body(Body::from(content.data)).ok()
}

fn media_type(name: &str) -> &'static str {
    match std::path::Path::new(name)
        .extension()
        .and_then(|ending| ending.to_str())
    {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
