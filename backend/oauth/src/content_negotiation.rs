//! Which form of an answer a client wants: `Accept` (RFC 9110, 12.5.1).
//! Not here: the forms.

use http::HeaderMap;
use http::header::ACCEPT;

/// Whether the client wants this media type and not JSON: it names the type itself, and prefers nothing that JSON is.
pub fn wants(headers: &HeaderMap, media_type: &str) -> bool {
    let accepted: Vec<MediaRange<'_>> = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(MediaRange::parse)
        .collect();
    let weight = |names: &[&str]| {
        // The most specific range that is there decides.
        names
            .iter()
            .find_map(|name| {
                accepted
                    .iter()
                    .find(|range| range.name.eq_ignore_ascii_case(name))
            })
            .map_or(0, |range| range.weight)
    };
    let this = weight(&[media_type]);
    this > 0 && this >= weight(&["application/json", "application/*", "*/*"])
}

/// One element of `Accept`.
struct MediaRange<'a> {
    name: &'a str,
    /// Thousandths.
    weight: u16,
}

impl<'a> MediaRange<'a> {
    fn parse(element: &'a str) -> Option<Self> {
        let mut parts = element.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?;
        let weight = parts
            .filter_map(|parameter| parameter.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
        let weight = match weight {
            None => 1000,
            Some((_, value)) => thousandths(value.trim())?,
        };
        Some(Self { name, weight })
    }
}

/// `qvalue` (RFC 9110, 12.4.2).
fn thousandths(value: &str) -> Option<u16> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|b| b.is_ascii_digit());
    match whole {
        "0" if digits => format!("{fraction:0<3}").parse().ok(),
        "1" if digits && fraction.bytes().all(|b| b == b'0') => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const JWT: &str = "application/token-introspection+jwt";

    #[test]
    fn a_jwt_is_for_those_who_ask_for_it() {
        for (accept, jwt) in [
            (&[][..], false),
            (&[""], false),
            (&["application/json"], false),
            (&["*/*"], false),
            (&["application/*"], false),
            (&["application/jwt"], false),
            (&["application/token-introspection+jwt"], true),
            (&["Application/Token-Introspection+JWT"], true),
            (&["application/token-introspection+jwt; q=1.000"], true),
            (&["application/token-introspection+jwt;q=0"], false),
            (&["application/token-introspection+jwt;q=0.000"], false),
            (&["application/token-introspection+jwt;q=2"], false),
            (&["application/token-introspection+jwt;q=0.0001"], false),
            (&["application/token-introspection+jwt;q=x"], false),
            (&["application/token-introspection+jwt, application/json"], true),
            (&["application/json, application/token-introspection+jwt"], true),
            (&["application/json", "application/token-introspection+jwt"], true),
            (
                &["application/json;q=0.9,application/token-introspection+jwt;q=0.8"],
                false,
            ),
            (
                &["application/json;q=0.8,application/token-introspection+jwt;q=0.9"],
                true,
            ),
            (
                &["application/json;q=0.8, */*, application/token-introspection+jwt;q=0.9"],
                true,
            ),
            (&["application/token-introspection+jwt;q=0.5, */*;q=0.1"], true),
            (&["application/token-introspection+jwt;q=0.5, */*"], false),
        ] {
            let headers: HeaderMap = accept
                .iter()
                .map(|value| (ACCEPT, HeaderValue::from_static(value)))
                .collect();
            assert_eq!(wants(&headers, JWT), jwt, "{accept:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_header_makes_it_panic(bytes in proptest::collection::vec(32u8..=255, 0..80)) {
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                let _ = wants(&HeaderMap::from_iter([(ACCEPT, value)]), JWT);
            }
        }
    }
}
