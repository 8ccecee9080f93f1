//! What a client asks of us beyond the rules that it lives under (RFC 7591, 2 and the specification named at each).
//! Not here: how these are written in a registration (`registration`).

use jsonwebtoken::Algorithm;
use serde::{Deserialize, Serialize};

/// What a client asks of us beyond the rules that it lives under; the names are those of its metadata
/// (RFC 7591, 2 and the specification named at each).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientPreferences {
    /// What it may ask the token endpoint for (RFC 7591, 2).
    pub grant_types: GrantTypes,
    /// The only algorithm of its assertions (RFC 8414, 2; OpenID Connect Registration 1.0, 2).
    pub token_endpoint_auth_signing_alg: Option<Algorithm>,
    /// The types of authorization details that it may use; `None`: every one that is served (RFC 9396, 10).
    pub authorization_details_types: Option<Vec<String>>,
    /// Only pushed requests count (RFC 9126, 6). FAPI 2.0 clients always live under this.
    pub require_pushed_authorization_requests: bool,
    /// Only requests in a signed request object count (RFC 9101, 10.5).
    pub require_signed_request_object: bool,
    /// The only algorithm of its request objects (OpenID Connect Registration 1.0, 2).
    pub request_object_signing_alg: Option<Algorithm>,
    /// How JARM answers are signed (JARM, 3).
    pub authorization_signed_response_alg: Option<Algorithm>,
    /// How id_tokens are signed (OpenID Connect Registration 1.0, 2).
    pub id_token_signed_response_alg: Option<Algorithm>,
    /// How UserInfo is signed; `None`: it is plain JSON (OpenID Connect Registration 1.0, 2).
    pub userinfo_signed_response_alg: Option<Algorithm>,
    /// How introspection answers are signed where the client asks for a JWT (RFC 9701, 6).
    pub introspection_signed_response_alg: Option<Algorithm>,
    /// Seconds after which the customer must log in anew, where a request does not say
    /// (OpenID Connect Registration 1.0, 2). Renkei's customers always do.
    pub default_max_age: Option<u32>,
    /// What pairwise subjects are made for (OpenID Connect Core 1.0, 8.1), where it is not the one host of the redirect URIs.
    pub sector_identifier: Option<String>,
    /// Each use of a refresh token answers a new one (off by default: FAPI 2.0 Security Profile, 5.3.2.1).
    pub refresh_token_rotation: bool,
}

/// A grant type that the token endpoint serves (RFC 6749, 4.1.3, 4.4 and 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// The redemption of a code.
    AuthorizationCode,
    /// A refresh.
    RefreshToken,
    /// A token of the client itself.
    ClientCredentials,
}

/// The grant types of a client. Where nothing is registered: code and refresh.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GrantTypes(Vec<GrantType>);

impl GrantTypes {
    /// These and no others.
    pub fn of(types: &[GrantType]) -> Self {
        Self(types.to_vec())
    }

    /// Whether this one is among them.
    pub fn contains(&self, grant_type: GrantType) -> bool {
        self.0.contains(&grant_type)
    }
}

impl Default for GrantTypes {
    fn default() -> Self {
        Self(vec![GrantType::AuthorizationCode, GrantType::RefreshToken])
    }
}
