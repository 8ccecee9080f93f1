//! Of which media type a body is said to be (RFC 9110 section 8.3).
//! Not here: reading the body.

use axum::http::{HeaderMap, header};

/// Whether the body is said to be of this type, once, and in UTF-8 where it names a charset: forms (RFC 6749, B) and
/// JSON (RFC 8259 section 8.1) are read as nothing else.
pub(crate) fn is_media_type(headers: &HeaderMap, wanted: &str) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(media_type), None) = (types.next().and_then(|value| value.to_str().ok()), types.next()) else {
        return false;
    };
    let mut parts = media_type.split(';').map(str::trim);
    let is_wanted = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case(wanted));
    let is_utf8 = |parameter: &str| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    };
    is_wanted && parts.all(is_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_type_is_named_once_and_in_utf_8() {
        let judged = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::CONTENT_TYPE, HeaderValue::from_static(value));
            }
            is_media_type(&headers, "application/json")
        };
        for good in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
            "application/json; version=1",
        ] {
            assert!(judged(&[good]), "{good}");
        }
        for bad in [
            "",
            "text/json",
            "application/json+x",
            "application/json; charset=Shift_JIS",
            "application/json; charset=utf-8; charset=utf-16",
        ] {
            assert!(!judged(&[bad]), "{bad}");
        }
        assert!(!judged(&[]));
        assert!(!judged(&["application/json", "application/json"]));
    }
}
