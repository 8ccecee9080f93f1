//! The Basic scheme as OAuth uses it: both halves are form-encoded first (RFC 6749, 2.3.1; RFC 7617).
//! Not here: comparing the secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::parameters::is_visible_ascii;

/// The longest header that is read, in bytes.
const MAX_HEADER: usize = 4096;

/// Client identifier and secret, or `None` for anything else than a well-formed Basic header.
pub(super) fn decode(header: &HeaderValue) -> Option<(String, Zeroizing<String>)> {
    let text = header.to_str().ok().filter(|text| text.len() <= MAX_HEADER)?;
    let (scheme, encoded) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = Zeroizing::new(STANDARD.decode(encoded.trim_matches(' ')).ok()?);
    let pair = std::str::from_utf8(&decoded).ok()?;
    let (client_id, secret) = pair.split_once(':')?;
    Some((form_decode(client_id)?, Zeroizing::new(form_decode(secret)?)))
}

/// Undoes `application/x-www-form-urlencoded` of one value; what no encoder produces is refused.
fn form_decode(half: &str) -> Option<String> {
    if half.is_empty() || half.contains(['&', '=']) || !is_visible_ascii(half, MAX_HEADER) {
        return None;
    }
    let (decoded, _) = form_urlencoded::parse(half.as_bytes()).next()?;
    is_visible_ascii(&decoded, MAX_HEADER).then(|| decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header(pair: &str) -> HeaderValue {
        HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair))).unwrap()
    }

    #[test]
    fn both_halves_are_form_decoded() {
        let (client_id, secret) = decode(&header("a%2Db:s+p%3A%25%26")).unwrap();
        assert_eq!(client_id, "a-b");
        assert_eq!(secret.as_str(), "s p:%&");
    }

    #[test]
    fn malformed_headers_are_refused() {
        for pair in [
            "", "a", ":", "a:", ":b", "a&b:c", "a=b:c", "a:b%00", "a:%FF", "a\n:b",
        ] {
            assert!(decode(&header(pair)).is_none(), "{pair:?}");
        }
        for text in [
            "",
            "Basic",
            "Basic ",
            "Basic !!!",
            "Bearer YTpi",
            "YTpi",
            "Basic /w==",
            "Digest YTpi",
        ] {
            assert!(
                decode(&HeaderValue::from_str(text).unwrap()).is_none(),
                "{text:?}"
            );
        }
        assert!(decode(&header(&format!("a:{}", "b".repeat(4096)))).is_none());
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(32u8..=255, 0..80), pair in "\\PC{0,40}") {
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                let _ = decode(&value);
            }
            let _ = decode(&header(&pair));
        }
    }
}
