//! The claims of id_tokens (OpenID Connect Core 1.0, 2 and 3.1.3.6).
//! Not here: the signature, which the server makes with the vault, and `azp`, which one audience does not need.

use jsonwebtoken::Algorithm;
use serde::Serialize;

use super::authentication_context::{ACR, AMR, CustomerLogin};
use super::hash::left_half;
use super::subject::Subject;
use crate::issuer_identification::Issuer;
use crate::opaque::OpaqueValue;

/// The `typ` of the JWT: OpenID Connect Core 1.0 names none.
pub const TYPE: &str = "JWT";

/// How long an id_token is good, in seconds: it is looked at once, when it arrives with the tokens.
pub const LIFETIME: i64 = 300;

/// What an id_token is made from.
#[derive(Clone, Copy)]
pub struct IdTokenContent<'a> {
    /// Us.
    pub issuer: &'a Issuer,
    /// The client that the token is for.
    pub client_id: &'a str,
    /// The customer, as the client's sector knows them.
    pub subject: &'a Subject,
    /// The login that the permission rests on.
    pub login: CustomerLogin,
    /// The `nonce` of the authorization request.
    pub nonce: Option<&'a str>,
    /// The access token that travels with it.
    pub access_token: &'a OpaqueValue,
    /// What it will be signed with: `at_hash` follows it.
    pub algorithm: Algorithm,
}

/// The claims to sign.
#[derive(Clone, Debug, Serialize)]
pub struct IdTokenClaims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: i64,
    iat: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    acr: &'static str,
    amr: [&'static str; 3],
    at_hash: String,
}

impl<'a> IdTokenClaims<'a> {
    /// The claims at `now`, in seconds since 1970.
    pub fn new(content: &IdTokenContent<'a>, now: i64) -> Self {
        Self {
            iss: content.issuer.as_str(),
            sub: content.subject.as_str(),
            aud: content.client_id,
            exp: now.saturating_add(LIFETIME),
            iat: now,
            auth_time: content.login.auth_time(),
            nonce: content.nonce,
            acr: ACR,
            amr: AMR,
            at_hash: left_half(content.access_token.expose(), content.algorithm),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_claims_of_openid_connect_core() {
        let content = IdTokenContent {
            issuer: &Issuer::parse("https://localhost:8443").unwrap(),
            client_id: "kaikei",
            subject: &Subject::parse("248289761001").unwrap(),
            login: CustomerLogin::completed_at(900),
            nonce: Some("n-0S6_WzA2Mj"),
            access_token: &OpaqueValue::presented("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            algorithm: Algorithm::PS256,
        };
        let expected = json!({
            "iss": "https://localhost:8443", "sub": "248289761001", "aud": "kaikei", "exp": 1_300, "iat": 1_000,
            "auth_time": 900, "nonce": "n-0S6_WzA2Mj", "acr": ACR, "amr": ["swk", "pwd", "mfa"],
            "at_hash": "77QmUPtjPfzWtF2AnpK9RQ"
        });
        assert_eq!(
            serde_json::to_value(IdTokenClaims::new(&content, 1_000)).unwrap(),
            expected
        );
        let without = IdTokenContent {
            nonce: None,
            ..content
        };
        let json = serde_json::to_value(IdTokenClaims::new(&without, 1_000)).unwrap();
        assert!(json.get("nonce").is_none());
    }
}
