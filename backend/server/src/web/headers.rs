//! The security headers of every answer (UX.md, "Front-end security"; OWASP Secure Headers).
//! Not here: caching of the page's files (`spa`).

use crate::config::{Config, is_loopback};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// The policy of pages that run our script; `wasm-unsafe-eval` lets WebAssembly compile and nothing else. Text never
/// becomes markup: the app builds its elements one by one, so no policy of Trusted Types is needed, and none allowed.
pub(crate) const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    connect-src 'self'; img-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// The policy of everything else: nothing runs, nothing loads.
const CLOSED_POLICY: &str = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

const FIXED: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Whether browsers are told to use TLS only, from now on and for all subdomains (RFC 6797).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StrictTransport {
    /// They are.
    Demanded,
    /// On a developer's `localhost` it would reach every other server there.
    LeftOpen,
}

impl StrictTransport {
    /// As the issuer's host demands.
    pub(crate) fn of(config: &Config) -> Self {
        if is_loopback(&config.issuer) {
            Self::LeftOpen
        } else {
            Self::Demanded
        }
    }
}

/// Adds them; what a route has set itself stays. Unless a route says otherwise, nothing may be stored.
pub(crate) async fn add(State(transport): State<StrictTransport>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    furnish(response.headers_mut(), transport);
    response
}

fn furnish(headers: &mut HeaderMap, transport: StrictTransport) {
    for (name, value) in FIXED {
        default(headers, name, value);
    }
    if transport == StrictTransport::Demanded {
        default(
            headers,
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=63072000; includeSubDomains",
        );
    }
    default(headers, header::CONTENT_SECURITY_POLICY, CLOSED_POLICY);
    default(headers, header::CACHE_CONTROL, "no-store");
}

fn default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_transport_is_demanded_but_on_localhost() {
        for (transport, there) in [
            (StrictTransport::Demanded, true),
            (StrictTransport::LeftOpen, false),
        ] {
            let mut headers = HeaderMap::new();
            furnish(&mut headers, transport);
            assert_eq!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY), there);
            // Nothing is shared with other origins (Fetch Standard, 3.3).
            assert!(!headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
        }
    }
}
