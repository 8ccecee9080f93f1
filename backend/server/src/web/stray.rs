//! Addresses and methods that no door knows: a page for a person who mistyped, a problem document for a program.
//! Not here: what a door itself does not find.

use super::error_page::error_page;
use super::problem::Problem;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Response};
use renkei_shared::problem::ProblemCode;

/// Below these only programs ask.
const FOR_PROGRAMS: [&str; 3] = ["/api", "/v1", "/.well-known"];

/// The answer for an address that is not there.
pub(crate) async fn not_found(uri: Uri, headers: HeaderMap) -> Response {
    answer(ProblemCode::NotFound, &uri, &headers)
}

/// The answer for a method that an address does not take (RFC 9110 section 15.5.6).
pub(crate) async fn method_not_allowed(uri: Uri, headers: HeaderMap) -> Response {
    answer(ProblemCode::MethodNotAllowed, &uri, &headers)
}

fn answer(code: ProblemCode, uri: &Uri, headers: &HeaderMap) -> Response {
    if !is_for_programs(uri.path()) && prefers_page(headers) {
        error_page(code)
    } else {
        Problem::from(code).into_response()
    }
}

fn is_for_programs(path: &str) -> bool {
    FOR_PROGRAMS.iter().any(|folder| {
        path.strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Whether HTML is liked better than JSON (RFC 9110 section 12.5.1), as by every browser that opens a page; who takes
/// anything is a program.
fn prefers_page(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .collect::<Vec<_>>()
        .join(",");
    let json = ["application/problem+json", "application/json"].map(|kind| quality(&accepted, kind));
    let page = quality(&accepted, "text/html");
    json.into_iter().all(|quality| page > quality)
}

/// How much a media type is liked: by the most specific range that covers it, and not at all where none does.
fn quality(accepted: &str, media_type: &str) -> f32 {
    let (kind, _) = media_type.split_once('/').unwrap_or_default();
    let of_range = |range: &str| {
        accepted.split(',').find_map(|item| {
            let mut parts = item.split(';').map(str::trim);
            if !parts.next()?.eq_ignore_ascii_case(range) {
                return None;
            }
            let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
            Some(weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0)))
        })
    };
    of_range(media_type)
        .or_else(|| of_range(&format!("{kind}/*")))
        .or_else(|| of_range("*/*"))
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn browsers_get_pages_and_programs_do_not() {
        for (accept, page) in [
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                true,
            ),
            ("text/html", true),
            ("TEXT/HTML; charset=utf-8", true),
            ("application/json;q=0.5, text/*", true),
            ("*/*", false),
            ("", false),
            ("application/json", false),
            ("application/json, text/html", false),
            (
                "application/problem+json, text/html;q=0.9, application/json;q=0.1",
                false,
            ),
            ("text/html;q=0, */*", false),
            ("text/html;q=nonsense", false),
            ("text/html;q=NaN", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(prefers_page(&headers), page, "{accept}");
        }
        assert!(!prefers_page(&HeaderMap::new()));
    }

    #[test]
    fn what_programs_call_is_told_by_whole_segments() {
        for path in ["/api", "/api/", "/api/x", "/v1/accounts", "/.well-known/x"] {
            assert!(is_for_programs(path), "{path}");
        }
        for path in ["/", "/apiary", "/v10", "/linkages/api", "/well-known"] {
            assert!(!is_for_programs(path), "{path}");
        }
    }
}
