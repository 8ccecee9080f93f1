//! The server's metadata, for both well-known addresses (RFC 8414; OpenID Connect Discovery 1.0, 3; RFC 8705, 5; RFC 9126, 5; RFC 9207, 3).
//! Not here: anything that is not served. No OpenID feature is announced while no id_token is issued: the
//! discovery document is this one, without `subject_types_supported` and `id_token_signing_alg_values_supported`.

use serde::Serialize;

use crate::issuer_identification::Issuer;
use crate::jwks::ALGORITHM_NAMES;
use crate::scope::Scopes;

/// Where RFC 8414, 3 puts the document.
pub const OAUTH_WELL_KNOWN: &str = "/.well-known/oauth-authorization-server";
/// Where OpenID Connect Discovery 1.0, 4 puts it.
pub const OPENID_WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// Paths of the endpoints below the issuer (and, where it applies, below the partner listener).
pub mod paths {
    /// The authorization endpoint.
    pub const AUTHORIZE: &str = "/authorize";
    /// The pushed authorization request endpoint.
    pub const PAR: &str = "/par";
    /// The token endpoint.
    pub const TOKEN: &str = "/token";
    /// The revocation endpoint.
    pub const REVOKE: &str = "/revoke";
    /// Our public keys.
    pub const JWKS: &str = "/jwks";
}

const METHODS: [&str; 3] = ["private_key_jwt", "tls_client_auth", "client_secret_basic"];

/// The metadata document.
#[expect(clippy::struct_excessive_bools, reason = "the members are those of RFC 8414")]
#[derive(Clone, Debug, Serialize)]
pub struct ServerMetadata {
    issuer: String,
    authorization_endpoint: String,
    #[serde(flatten)]
    direct: DirectEndpoints,
    jwks_uri: String,
    mtls_endpoint_aliases: DirectEndpoints,
    scopes_supported: Vec<String>,
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 1],
    grant_types_supported: [&'static str; 2],
    code_challenge_methods_supported: [&'static str; 1],
    token_endpoint_auth_methods_supported: [&'static str; 3],
    token_endpoint_auth_signing_alg_values_supported: [&'static str; 3],
    revocation_endpoint_auth_methods_supported: [&'static str; 3],
    revocation_endpoint_auth_signing_alg_values_supported: [&'static str; 3],
    authorization_response_iss_parameter_supported: bool,
    tls_client_certificate_bound_access_tokens: bool,
    require_pushed_authorization_requests: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
}

/// The endpoints that clients call themselves, at the plain and at the mutual-TLS listener (RFC 8705, 5).
#[derive(Clone, Debug, Serialize)]
struct DirectEndpoints {
    #[serde(rename = "token_endpoint")]
    token: String,
    #[serde(rename = "revocation_endpoint")]
    revocation: String,
    #[serde(rename = "pushed_authorization_request_endpoint")]
    pushed_authorization_request: String,
}

impl DirectEndpoints {
    fn below(base: &Issuer) -> Self {
        Self {
            token: base.join(paths::TOKEN),
            revocation: base.join(paths::REVOKE),
            pushed_authorization_request: base.join(paths::PAR),
        }
    }
}

impl ServerMetadata {
    /// The document. `partner_base` is the public base URL of the mutual-TLS listener (it has the
    /// same form as an issuer); `scopes` are the businesses.
    pub fn new(issuer: &Issuer, partner_base: &Issuer, scopes: &Scopes) -> Self {
        Self {
            issuer: issuer.as_str().to_owned(),
            authorization_endpoint: issuer.join(paths::AUTHORIZE),
            direct: DirectEndpoints::below(issuer),
            jwks_uri: issuer.join(paths::JWKS),
            mtls_endpoint_aliases: DirectEndpoints::below(partner_base),
            scopes_supported: scopes.iter().map(str::to_owned).collect(),
            response_types_supported: ["code"],
            response_modes_supported: ["query"],
            grant_types_supported: ["authorization_code", "refresh_token"],
            code_challenge_methods_supported: ["S256"],
            token_endpoint_auth_methods_supported: METHODS,
            token_endpoint_auth_signing_alg_values_supported: ALGORITHM_NAMES,
            revocation_endpoint_auth_methods_supported: METHODS,
            revocation_endpoint_auth_signing_alg_values_supported: ALGORITHM_NAMES,
            authorization_response_iss_parameter_supported: true,
            tls_client_certificate_bound_access_tokens: true,
            // Required of each FAPI 2.0 client, but baseline clients may do without.
            require_pushed_authorization_requests: false,
            request_parameter_supported: false,
            // Its default is true (OpenID Connect Discovery 1.0, 3); it is about request objects, not about PAR.
            request_uri_parameter_supported: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document() {
        let issuer = Issuer::parse("https://localhost:8443").unwrap();
        let partner = Issuer::parse("https://localhost:8445").unwrap();
        let scopes = Scopes::parse("accounts balance statement transfers").unwrap();
        let json = serde_json::to_value(ServerMetadata::new(&issuer, &partner, &scopes)).unwrap();
        let methods = serde_json::json!(["private_key_jwt", "tls_client_auth", "client_secret_basic"]);
        let algorithms = serde_json::json!(["PS256", "ES256", "EdDSA"]);
        assert_eq!(
            json,
            serde_json::json!({
                "issuer": "https://localhost:8443",
                "authorization_endpoint": "https://localhost:8443/authorize",
                "token_endpoint": "https://localhost:8443/token",
                "revocation_endpoint": "https://localhost:8443/revoke",
                "pushed_authorization_request_endpoint": "https://localhost:8443/par",
                "jwks_uri": "https://localhost:8443/jwks",
                "mtls_endpoint_aliases": {
                    "token_endpoint": "https://localhost:8445/token",
                    "revocation_endpoint": "https://localhost:8445/revoke",
                    "pushed_authorization_request_endpoint": "https://localhost:8445/par"
                },
                "scopes_supported": ["accounts", "balance", "statement", "transfers"],
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "grant_types_supported": ["authorization_code", "refresh_token"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": methods,
                "token_endpoint_auth_signing_alg_values_supported": algorithms,
                "revocation_endpoint_auth_methods_supported": methods,
                "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
                "authorization_response_iss_parameter_supported": true,
                "tls_client_certificate_bound_access_tokens": true,
                "require_pushed_authorization_requests": false,
                "request_parameter_supported": false,
                "request_uri_parameter_supported": false
            })
        );
    }
}
