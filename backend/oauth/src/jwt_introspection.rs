//! The answer to an introspection as a signed JWT (RFC 9701; FAPI 2.0 Message Signing, 5.5).
//! Not here: signing it, and what it says of the token (`introspection`).

use http::HeaderMap;
use serde::Serialize;

use crate::client_authentication::AuthenticatedClient;
use crate::content_negotiation;
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

/// Whether the client wants the JWT.
pub fn is_asked_for(headers: &HeaderMap) -> bool {
    content_negotiation::wants(headers, MEDIA_TYPE)
}

#[cfg(test)]
mod tests {
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
}
