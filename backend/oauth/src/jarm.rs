//! The claims of signed authorization responses (JWT Secured Authorization Response Mode, JARM, 2.1).
//! Not here: the modes that carry them (`response_mode`), and the signature, which the server makes with the vault.

use serde::Serialize;
use serde_json::{Map, Value};

/// The `typ` of the JWT. JARM names none and none is registered; client libraries know this one. What keeps the JWT from
/// being taken for an id_token is that it has neither `sub` nor `iat`.
pub const TYPE: &str = "JWT";

/// How long the JWT is good, in seconds: far more than a redirect takes, and less than the 10 minutes that
/// JARM, 2.1 recommends at most.
pub const LIFETIME: i64 = 300;

/// What is signed for the client (JARM, 2.1): `iss`, `aud`, `exp` and the response parameters.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct JarmClaims {
    iss: String,
    aud: String,
    exp: i64,
    #[serde(flatten)]
    parameters: Map<String, Value>,
}

impl JarmClaims {
    /// The claims for a client at `now`, in seconds since 1970. The issuer is a claim of its own, so that the
    /// parameters come without `iss` (RFC 9207, 2.4).
    pub(crate) fn new(
        issuer: &str,
        client_id: &str,
        parameters: impl IntoIterator<Item = (&'static str, String)>,
        now: i64,
    ) -> Self {
        Self {
            iss: issuer.to_owned(),
            aud: client_id.to_owned(),
            exp: now.saturating_add(LIFETIME),
            parameters: parameters
                .into_iter()
                .map(|(name, value)| (name.to_owned(), Value::String(value)))
                .collect(),
        }
    }
}

/// Shows for whom it is, not the code within.
impl std::fmt::Debug for JarmClaims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JarmClaims")
            .field("aud", &self.aud)
            .field("exp", &self.exp)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_claims_of_jarm() {
        let parameters = [("code", "secret".to_owned()), ("state", "s".to_owned())];
        let claims = JarmClaims::new("https://localhost:8443", "kaikei", parameters, 1_000);
        assert_eq!(
            serde_json::to_value(&claims).unwrap(),
            json!({"iss": "https://localhost:8443", "aud": "kaikei", "exp": 1_300, "code": "secret", "state": "s"})
        );
        assert!(!format!("{claims:?}").contains("secret"));
    }

    const _: () = assert!(LIFETIME <= 600, "JARM, 2.1");
}
