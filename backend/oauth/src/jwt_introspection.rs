//! The answer to an introspection as a signed JWT (RFC 9701; FAPI 2.0 Message Signing, 5.5).
//! Not here: signing it, and what it says of the token (`introspection`).

use http::HeaderMap;
use http::header::ACCEPT;
use serde::Serialize;

use crate::client_authentication::AuthenticatedClient;
use crate::introspection::IntrospectionResponse;
use crate::issuer_identification::Issuer;

/// The media type of the answer, and what a client names in `Accept` (RFC 9701, 4 and 5).
pub const MEDIA_TYPE: &str = "application/token-introspection+jwt";
/// The `typ` of the JWT (RFC 9701, 5).
pub const TYP: &str = "token-introspection+jwt";

/// The claims (RFC 9701, 5). `sub` and `exp` are not among them, so that nobody takes the JWT for an access token
/// (RFC 9701, 8.1).
#[derive(Clone, Debug, Serialize)]
pub struct IntrospectionClaims<'a> {
    iss: &'a str,
    aud: &'a str,
    iat: i64,
    token_introspection: &'a IntrospectionResponse,
}

impl<'a> IntrospectionClaims<'a> {
    /// The claims for the client that asked. `now` is in seconds since the epoch.
    pub fn new(
        issuer: &'a Issuer,
        caller: &'a AuthenticatedClient,
        now: i64,
        answer: &'a IntrospectionResponse,
    ) -> Self {
        Self {
            iss: issuer.as_str(),
            aud: caller.client_id(),
            iat: now,
            token_introspection: answer,
        }
    }
}

/// Whether the client wants the JWT: it names the media type itself, and prefers nothing that JSON is (RFC 9110, 12.5.1).
pub fn is_asked_for(headers: &HeaderMap) -> bool {
    let accepted: Vec<MediaRange> = headers
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
    let jwt = weight(&[MEDIA_TYPE]);
    jwt > 0 && jwt >= weight(&["application/json", "application/*", "*/*"])
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
    use serde_json::json;

    use super::*;
    use crate::test_clients::{authenticated, fapi2_client};

    #[test]
    fn the_claims_of_rfc_9701() {
        let issuer = Issuer::parse("https://localhost:8443").unwrap();
        let caller = authenticated(&fapi2_client());
        let answer = IntrospectionResponse::inactive();
        let claims = IntrospectionClaims::new(&issuer, &caller, 1_800_000_000, &answer);
        assert_eq!(
            serde_json::to_value(claims).unwrap(),
            json!({
                "iss": "https://localhost:8443", "aud": "fapi2", "iat": 1_800_000_000,
                "token_introspection": {"active": false}
            })
        );
    }

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
            assert_eq!(is_asked_for(&headers), jwt, "{accept:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_header_makes_it_panic(bytes in proptest::collection::vec(32u8..=255, 0..80)) {
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                let _ = is_asked_for(&HeaderMap::from_iter([(ACCEPT, value)]));
            }
        }
    }
}
