//! The single-page app: the shell for every page address, and its hashed files.
//! Not here: what the pages show, and what of them is embedded (`embedded`).

use super::embedded::{SHELL, Spa};
use super::form_post;
use super::headers::PAGE_POLICY;
use super::problem::Problem;
use super::segment::Segment;
use crate::institution::look;
use crate::services::App;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use renkei_shared::problem::ProblemCode;

/// Names carry a hash of the content, so a copy never grows old.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const NOT_BUILT: &str = "The pages are not part of this binary: run `cargo xtask spa`, then build again.\n";

/// Routes of pages and their files.
pub(crate) fn routes() -> Router<App> {
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
pub(crate) fn asset_routes() -> Router<App> {
    Router::new()
        .route("/assets/{*path}", get(asset))
        .merge(form_post::script_routes())
        .route("/favicon.ico", get(favicon))
        .route("/favicon.svg", get(favicon))
}

async fn shell(State(app): State<App>, headers: HeaderMap) -> Response {
    let answer = match &app.look.shell {
        Some(own) => made(own, SHELL, &headers, "no-store"),
        None => file(SHELL, &headers, "no-store"),
    };
    match answer {
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

async fn asset(State(app): State<App>, Segment(path): Segment, headers: HeaderMap) -> Response {
    let own = app
        .look
        .style
        .as_ref()
        .filter(|(address, _)| address.strip_prefix("/assets/") == Some(&path));
    match own {
        Some((address, style)) => made(style, address, &headers, FOR_EVER),
        None => file(&format!("assets/{path}"), &headers, FOR_EVER),
    }
    .unwrap_or_else(|| Problem::from(ProblemCode::NotFound).into_response())
}

async fn favicon(headers: HeaderMap) -> Response {
    file("favicon.svg", &headers, "public, max-age=86400")
        .unwrap_or_else(|| StatusCode::NO_CONTENT.into_response())
}

/// An embedded file, compressed when it was built.
fn file(name: &str, headers: &HeaderMap, cache: &'static str) -> Option<Response> {
    if std::path::Path::new(name)
        .extension()
        .is_some_and(|ending| ending == "br" || ending == "gz")
    {
        return None;
    }
    answer(name, headers, cache, |encoding| {
        let ending = match encoding {
            Some(Encoding::Brotli) => ".br",
            Some(Encoding::Gzip) => ".gz",
            None => "",
        };
        Some(Body::from(Spa::get(&format!("{name}{ending}"))?.data))
    })
}

/// A file of the institution's own, compressed when the server started.
fn made(own: &look::File, name: &str, headers: &HeaderMap, cache: &'static str) -> Option<Response> {
    answer(name, headers, cache, |encoding| {
        let content = match encoding {
            Some(Encoding::Brotli) => &own.brotli,
            Some(Encoding::Gzip) => &own.gzip,
            None => &own.plain,
        };
        Some(Body::from(content.clone()))
    })
}

/// How a file may be compressed, the better way first.
#[derive(Debug, Clone, Copy)]
enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }
}

/// The content in the best encoding that the client takes (RFC 9110 section 12.5.3).
fn answer(
    name: &str,
    headers: &HeaderMap,
    cache: &'static str,
    content: impl Fn(Option<Encoding>) -> Option<Body>,
) -> Option<Response> {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let takes = |encoding: &Encoding| {
        accepted.split(',').any(|item| {
            let mut parts = item.split(';').map(str::trim);
            parts.next() == Some(encoding.name()) && !parts.any(|weight| weight == "q=0")
        })
    };
    let encoded = Encoding::ALL
        .into_iter()
        .filter(takes)
        .find_map(|encoding| Some((Some(encoding), content(Some(encoding))?)));
    let (encoding, body) = match encoded {
        Some(encoded) => encoded,
        None => (None, content(None)?),
    };
    let mut response = Response::builder()
        .header(header::CONTENT_TYPE, media_type(name))
        .header(header::CACHE_CONTROL, cache)
        .header(header::VARY, "accept-encoding");
    if let Some(encoding) = encoding {
        response = response.header(header::CONTENT_ENCODING, encoding.name());
    }
    response.body(body).ok()
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
