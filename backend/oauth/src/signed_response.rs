//! Answers of the accounts API as a signed JWT, for partners that ask for one: what the bank said, to whom, and when.
//! Not here: signing, and what the answers say.
//!
//! FAPI 2.0 Message Signing leaves resource answers to HTTP message signatures, which few clients have. This form is that
//! of RFC 9701, 5: the answer is one claim of a JWT, so that nothing in it is taken for a claim about the JWT.

use serde::Serialize;

use crate::issuer_identification::Issuer;

/// The media type, and what a partner names in `Accept` (RFC 7519, 10.3.1).
pub const MEDIA_TYPE: &str = "application/jwt";
/// The `typ`, ours alone: such a JWT is good for nothing else (RFC 8725, 3.11).
pub const TYPE: &str = "renkei-response+jwt";
/// How long after `iat` the answer is fresh, in seconds.
pub const LIFETIME: i64 = 60;

/// The claims. There is no `sub`, so that nobody takes the JWT for an id_token.
#[derive(Clone, Debug, Serialize)]
pub struct ResponseClaims<'a, T> {
    iss: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: &'a str,
    response: &'a T,
}

impl<'a, T: Serialize> ResponseClaims<'a, T> {
    /// The claims for this client at `now`, in seconds since the epoch. `id` is unique among our answers.
    pub fn new(issuer: &'a Issuer, client_id: &'a str, id: &'a str, now: i64, response: &'a T) -> Self {
        Self {
            iss: issuer.as_str(),
            aud: client_id,
            iat: now,
            exp: now.saturating_add(LIFETIME),
            jti: id,
            response,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_answer_is_one_claim() {
        let issuer = Issuer::parse("https://localhost:8443").unwrap();
        let answer = json!({"iss": "nobody", "accounts": []});
        assert_eq!(
            serde_json::to_value(ResponseClaims::new(&issuer, "kaikei", "id-1", 1_000, &answer)).unwrap(),
            json!({
                "iss": "https://localhost:8443", "aud": "kaikei", "iat": 1_000, "exp": 1_060, "jti": "id-1",
                "response": {"iss": "nobody", "accounts": []}
            })
        );
    }
}
