//! Who may send what here: the Host header, and for acts the Origin and the marker header (OWASP ASVS 5.0, 3.5).
//! Not here: cookies and what they prove.

use super::error_page::error_page;
use super::problem::Problem;
use crate::config::{Config, origin};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use renkei_shared::problem::ProblemCode;
use renkei_shared::{CSRF_HEADER, CSRF_VALUE};
use std::sync::Arc;

/// The names by which this listener may be addressed, and the origins from which its pages act.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    hosts: Arc<[String]>,
    origins: Arc<[String]>,
}

impl Expected {
    /// For the browser listener.
    pub(crate) fn of_pages(config: &Config) -> Self {
        let mut hosts = vec![authority(&config.issuer)];
        let mut origins = vec![config.issuer_text()];
        if let Some(frontend) = &config.frontend_origin {
            hosts.push(authority(frontend));
            origins.push(origin(frontend));
        }
        Self {
            hosts: hosts.into(),
            origins: origins.into(),
        }
    }

    /// For the partners' listener, where no page acts.
    pub(crate) fn of_partners(config: &Config) -> Self {
        Self {
            hosts: [authority(&config.partner_certificates.partner_url)].into(),
            origins: [].into(),
        }
    }
}

fn authority(url: &url::Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Refuses requests that name another host (DNS rebinding; HTTP/2 requests on a connection of another name, RFC 9110
/// section 15.5.20).
pub(crate) async fn check_host(State(expected): State<Expected>, request: Request, next: Next) -> Response {
    if names_us(&request, &expected) {
        next.run(request).await
    } else {
        Problem::from(ProblemCode::HostUnknown).into_response()
    }
}

/// One `Host` and no more (RFC 9112 section 3.2), and no `:authority` that says otherwise (RFC 9113 section 8.3.1).
fn names_us(request: &Request, expected: &Expected) -> bool {
    let authority = request.uri().authority().map(|named| named.as_str().as_bytes());
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = hosts.next().map(HeaderValue::as_bytes);
    let mut named = authority.into_iter().chain(host).peekable();
    let known = |name: &[u8]| {
        expected
            .hosts
            .iter()
            .any(|known| known.as_bytes().eq_ignore_ascii_case(name))
    };
    hosts.next().is_none() && named.peek().is_some() && named.all(known)
}

/// Refuses acts that do not come from our own page.
pub(crate) async fn check_act(State(expected): State<Expected>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || (marked(&request) && from_our_page(&request, &expected)) {
        next.run(request).await
    } else {
        Problem::from(ProblemCode::OriginRefused).into_response()
    }
}

fn marked(request: &Request) -> bool {
    request
        .headers()
        .get(CSRF_HEADER)
        .is_some_and(|value| value.as_bytes() == CSRF_VALUE.as_bytes())
}

/// Refuses forms that were not sent by a page of ours. Our pages send no referrer, and so a form of theirs says `Origin:
/// null` (Fetch Standard section 3.2): it is `Sec-Fetch-Site` that tells (Fetch Metadata, 2.3). Where a browser is too old to
/// say it, the linkage's cookie, SameSite=Lax, keeps other sites' forms out.
pub(crate) async fn check_form(State(expected): State<Expected>, request: Request, next: Next) -> Response {
    if *request.method() != Method::POST || a_form_of_ours(&request, &expected) {
        next.run(request).await
    } else {
        error_page(ProblemCode::OriginRefused)
    }
}

fn a_form_of_ours(request: &Request, expected: &Expected) -> bool {
    let mut origins = request.headers().get_all(header::ORIGIN).iter();
    let known = |origin: &HeaderValue| {
        origin.as_bytes() == b"null"
            || expected
                .origins
                .iter()
                .any(|known| known.as_bytes() == origin.as_bytes())
    };
    let site = request.headers().get("sec-fetch-site");
    site.is_none_or(|site| site.as_bytes() == b"same-origin")
        && origins.next().is_none_or(known)
        && origins.next().is_none()
}

/// Browsers send `Origin` with every POST (Fetch Standard section 3.2); a client that is no browser may leave it out,
/// and needs the cookie all the same.
fn from_our_page(request: &Request, expected: &Expected) -> bool {
    let mut origins = request.headers().get_all(header::ORIGIN).iter();
    let same_site = request
        .headers()
        .get("sec-fetch-site")
        .is_none_or(|value| matches!(value.as_bytes(), b"same-origin" | b"same-site" | b"none"));
    match (origins.next(), origins.next()) {
        (None, _) => same_site,
        (Some(origin), None) => expected
            .origins
            .iter()
            .any(|known| known.as_bytes() == origin.as_bytes()),
        (Some(_), Some(_)) => false,
    }
}
