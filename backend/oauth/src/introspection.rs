//! Token introspection (RFC 7662; `cnf` by RFC 8705, 3.2 and RFC 9449, 6.2; `authorization_details` by RFC 9396, 9.2).
//! Not here: finding the token, and the answer as a JWT (`jwt_introspection`).

use serde::Serialize;
use serde_json::Value;

use crate::client_authentication::AuthenticatedClient;
use crate::error::OAuthError;
use crate::opaque::OpaqueValue;
use crate::parameters::Parameters;
use crate::revocation::TokenTypeHint;
use crate::scope::Scopes;

/// A request at the introspection endpoint (RFC 7662, 2.1).
#[derive(Debug)]
pub struct IntrospectionRequest {
    token: OpaqueValue,
    hint: Option<TokenTypeHint>,
}

impl IntrospectionRequest {
    /// Reads the form of an authenticated client. An unknown hint is ignored (RFC 7662, 2.1).
    ///
    /// # Errors
    /// `invalid_request` without a token.
    pub fn read(form: &Parameters) -> Result<Self, OAuthError> {
        let hint = match form.get("token_type_hint") {
            Some("access_token") => Some(TokenTypeHint::AccessToken),
            Some("refresh_token") => Some(TokenTypeHint::RefreshToken),
            _ => None,
        };
        Ok(Self {
            token: OpaqueValue::presented(form.require("token", "token is missing")?),
            hint,
        })
    }

    /// The token, to be looked up by its hash.
    pub const fn token(&self) -> &OpaqueValue {
        &self.token
    }

    /// Where to look first.
    pub const fn hint(&self) -> Option<TokenTypeHint> {
        self.hint
    }
}

/// A token that is in force, as the server found it.
#[derive(Clone, Debug)]
pub struct TokenInForce<'a> {
    /// Whom it was issued to.
    pub client_id: &'a str,
    /// What it permits.
    pub scopes: &'a Scopes,
    /// `Bearer` or `DPoP`; none for a refresh token.
    pub token_type: Option<&'a str>,
    /// When it ends, seconds since the epoch.
    pub expires_at: i64,
    /// When it was issued, seconds since the epoch.
    pub issued_at: i64,
    /// From when it holds, seconds since the epoch, where that is not the issue.
    pub not_before: Option<i64>,
    /// The customer, as this client knows it; none where no customer stands behind the token.
    pub subject: Option<&'a str>,
    /// The resource it is for (RFC 9728).
    pub audience: &'a str,
    /// Our issuer identifier.
    pub issuer: &'a str,
    /// What it is bound to: the content of `cnf`. An empty object counts as none.
    pub confirmation: Option<Value>,
    /// What was permitted in detail (RFC 9396).
    pub authorization_details: Option<Value>,
    /// The grant that it belongs to (Grant Management for OAuth 2.0).
    pub grant_id: Option<&'a str>,
    /// When the customer's permission ends, RFC 3339.
    pub permission_expires_at: Option<&'a str>,
}

/// The answer (RFC 7662, 2.2), with `Cache-Control: no-store`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IntrospectionResponse {
    active: bool,
    #[serde(flatten)]
    token: Option<ActiveToken>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct ActiveToken {
    scope: Scopes,
    client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<String>,
    exp: i64,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    aud: String,
    iss: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_details: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permission_expires_at: Option<String>,
}

impl IntrospectionResponse {
    /// The answer about a token that is not in force, whatever the reason: nothing but that (RFC 7662, 2.2).
    pub const fn inactive() -> Self {
        Self {
            active: false,
            token: None,
        }
    }

    /// The answer to this client about a token that the server found, if it is in force. Only the client that
    /// the token was issued to learns about it; to others it is as good as unknown.
    pub fn about(token: Option<&TokenInForce<'_>>, caller: &AuthenticatedClient) -> Self {
        let Some(token) = token.filter(|token| token.client_id == caller.client_id()) else {
            return Self::inactive();
        };
        let is_something = |value: &Value| value.as_object().is_none_or(|members| !members.is_empty());
        Self {
            active: true,
            token: Some(ActiveToken {
                scope: token.scopes.clone(),
                client_id: token.client_id.to_owned(),
                token_type: token.token_type.map(str::to_owned),
                exp: token.expires_at,
                iat: token.issued_at,
                nbf: token.not_before,
                sub: token.subject.map(str::to_owned),
                aud: token.audience.to_owned(),
                iss: token.issuer.to_owned(),
                cnf: token.confirmation.clone().filter(is_something),
                authorization_details: token.authorization_details.clone(),
                grant_id: token.grant_id.map(str::to_owned),
                permission_expires_at: token.permission_expires_at.map(str::to_owned),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::test_clients::{authenticated, baseline_client, fapi2_client};

    fn token(scopes: &Scopes) -> TokenInForce<'_> {
        TokenInForce {
            client_id: "fapi2",
            scopes,
            token_type: Some("DPoP"),
            expires_at: 1_800_000_300,
            issued_at: 1_800_000_000,
            not_before: Some(1_800_000_001),
            subject: Some("pairwise"),
            audience: "https://localhost:8445/v1",
            issuer: "https://localhost:8443",
            confirmation: Some(json!({"jkt": "thumbprint"})),
            authorization_details: Some(json!([{"type": "renkei_statements"}])),
            grant_id: Some("grant"),
            permission_expires_at: Some("2027-04-15T00:00:00+09:00"),
        }
    }

    #[test]
    fn the_owner_learns_everything() {
        let scopes = Scopes::parse("accounts balance").unwrap();
        let answer = IntrospectionResponse::about(Some(&token(&scopes)), &authenticated(&fapi2_client()));
        assert_eq!(
            serde_json::to_value(answer).unwrap(),
            json!({
                "active": true, "scope": "accounts balance", "client_id": "fapi2", "token_type": "DPoP",
                "exp": 1_800_000_300, "iat": 1_800_000_000, "nbf": 1_800_000_001, "sub": "pairwise",
                "aud": "https://localhost:8445/v1", "iss": "https://localhost:8443",
                "cnf": {"jkt": "thumbprint"}, "authorization_details": [{"type": "renkei_statements"}],
                "grant_id": "grant", "permission_expires_at": "2027-04-15T00:00:00+09:00"
            })
        );
    }

    #[test]
    fn what_is_not_there_is_not_said() {
        let scopes = Scopes::parse("accounts").unwrap();
        let bare = TokenInForce {
            token_type: None,
            not_before: None,
            subject: None,
            confirmation: Some(json!({})),
            authorization_details: None,
            grant_id: None,
            permission_expires_at: None,
            ..token(&scopes)
        };
        let answer = IntrospectionResponse::about(Some(&bare), &authenticated(&fapi2_client()));
        assert_eq!(
            serde_json::to_value(answer).unwrap(),
            json!({
                "active": true, "scope": "accounts", "client_id": "fapi2", "exp": 1_800_000_300,
                "iat": 1_800_000_000, "aud": "https://localhost:8445/v1", "iss": "https://localhost:8443"
            })
        );
    }

    #[test]
    fn of_an_unknown_token_and_of_anothers_nothing_is_said() {
        let scopes = Scopes::parse("accounts").unwrap();
        let other = authenticated(&baseline_client());
        for found in [None, Some(&token(&scopes))] {
            let answer = IntrospectionResponse::about(found, &other);
            assert_eq!(serde_json::to_string(&answer).unwrap(), r#"{"active":false}"#);
        }
    }

    #[test]
    fn reads_token_and_hint() {
        for (body, hint) in [
            ("token=t", None),
            (
                "token=t&token_type_hint=access_token",
                Some(TokenTypeHint::AccessToken),
            ),
            (
                "token=t&token_type_hint=refresh_token",
                Some(TokenTypeHint::RefreshToken),
            ),
            ("token=t&token_type_hint=pat", None),
        ] {
            let form = Parameters::from_form(body.as_bytes()).unwrap();
            let request = IntrospectionRequest::read(&form).unwrap();
            assert_eq!(request.hint(), hint, "{body}");
            assert_eq!(request.token().expose(), "t");
            assert!(!format!("{request:?}").contains("\"t\""));
        }
        for body in ["", "token=", "token_type_hint=access_token"] {
            let form = Parameters::from_form(body.as_bytes()).unwrap();
            let error = IntrospectionRequest::read(&form).unwrap_err();
            assert_eq!(error.body().error, "invalid_request", "{body}");
        }
    }
}
