//! The server's metadata, one document for both well-known addresses (RFC 8414; OpenID Connect Discovery 1.0, 3).
//! Not here: anything that is not served. What may be off, or differs from server to server, comes in as [`Features`].

use jsonwebtoken::Algorithm;
use serde::Serialize;

use crate::issuer_identification::Issuer;
use crate::jwks::ALGORITHM_NAMES;
use crate::protected_resource::ProtectedResource;
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
    /// The introspection endpoint.
    pub const INTROSPECT: &str = "/introspect";
    /// The UserInfo endpoint.
    pub const USERINFO: &str = "/userinfo";
    /// The registration endpoint; one client is below it.
    pub const REGISTER: &str = "/register";
    /// The grant management endpoint; one grant is below it.
    pub const GRANTS: &str = "/grants";
    /// Our public keys.
    pub const JWKS: &str = "/jwks";
}

const METHODS: [&str; 5] = [
    "private_key_jwt",
    "tls_client_auth",
    "self_signed_tls_client_auth",
    "client_secret_basic",
    "client_secret_post",
];

/// What this server serves beyond what every Renkei does.
#[derive(Clone, Copy, Debug)]
pub struct Features<'a> {
    /// Every scope that a request may name: the businesses, `openid`, those of grant management.
    pub scopes: &'a Scopes,
    /// The algorithms of the keys that we sign with now.
    pub signing_algorithms: &'a [Algorithm],
    /// The values of `acr` that an id_token may say.
    pub acr_values: &'a [&'a str],
    /// The values of `prompt` that are taken.
    pub prompt_values: &'a [&'a str],
    /// The claims that id_token and UserInfo may hold.
    pub claims: &'a [&'a str],
    /// The types of authorization details (RFC 9396).
    pub authorization_details_types: &'a [&'a str],
    /// Whether clients may register themselves (RFC 7591).
    pub registration: bool,
    /// The guide for developers (RFC 8414, 2).
    pub service_documentation: Option<&'a str>,
}

/// The metadata document.
#[expect(clippy::struct_excessive_bools, reason = "the members are those of RFC 8414")]
#[derive(Clone, Debug, Serialize)]
pub struct ServerMetadata {
    issuer: String,
    authorization_endpoint: String,
    #[serde(flatten)]
    direct: DirectEndpoints,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_endpoint: Option<String>,
    jwks_uri: String,
    mtls_endpoint_aliases: DirectEndpoints,
    protected_resources: [String; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    service_documentation: Option<String>,
    ui_locales_supported: [&'static str; 2],
    scopes_supported: Vec<String>,
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 7],
    grant_types_supported: [&'static str; 3],
    code_challenge_methods_supported: [&'static str; 1],
    prompt_values_supported: Vec<String>,
    acr_values_supported: Vec<String>,
    subject_types_supported: [&'static str; 1],
    claim_types_supported: [&'static str; 1],
    claims_supported: Vec<String>,
    claims_parameter_supported: bool,
    authorization_details_types_supported: Vec<String>,
    grant_management_actions_supported: [&'static str; 5],
    grant_management_action_required: bool,
    token_endpoint_auth_methods_supported: [&'static str; 5],
    token_endpoint_auth_signing_alg_values_supported: [&'static str; 3],
    revocation_endpoint_auth_methods_supported: [&'static str; 5],
    revocation_endpoint_auth_signing_alg_values_supported: [&'static str; 3],
    introspection_endpoint_auth_methods_supported: [&'static str; 5],
    introspection_endpoint_auth_signing_alg_values_supported: [&'static str; 3],
    #[serde(flatten)]
    signatures: OurSignatures,
    authorization_response_iss_parameter_supported: bool,
    tls_client_certificate_bound_access_tokens: bool,
    dpop_signing_alg_values_supported: [&'static str; 3],
    require_pushed_authorization_requests: bool,
    require_signed_request_object: bool,
    request_object_signing_alg_values_supported: [&'static str; 3],
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    require_request_uri_registration: bool,
}

/// The endpoints that clients call themselves, at the plain and at the mutual-TLS listener (RFC 8705, 5).
#[derive(Clone, Debug, Serialize)]
struct DirectEndpoints {
    #[serde(rename = "token_endpoint")]
    token: String,
    #[serde(rename = "revocation_endpoint")]
    revocation: String,
    #[serde(rename = "introspection_endpoint")]
    introspection: String,
    #[serde(rename = "pushed_authorization_request_endpoint")]
    pushed_authorization_request: String,
    #[serde(rename = "userinfo_endpoint")]
    userinfo: String,
    #[serde(rename = "grant_management_endpoint")]
    grant_management: String,
}

impl DirectEndpoints {
    fn below(base: &Issuer) -> Self {
        Self {
            token: base.join(paths::TOKEN),
            revocation: base.join(paths::REVOKE),
            introspection: base.join(paths::INTROSPECT),
            pushed_authorization_request: base.join(paths::PAR),
            userinfo: base.join(paths::USERINFO),
            grant_management: base.join(paths::GRANTS),
        }
    }
}

/// The algorithms of what we sign: the same for all, because any active key may sign any of them.
#[derive(Clone, Debug, Serialize)]
struct OurSignatures {
    #[serde(rename = "id_token_signing_alg_values_supported")]
    id_token: Vec<Algorithm>,
    #[serde(rename = "userinfo_signing_alg_values_supported")]
    userinfo: Vec<Algorithm>,
    #[serde(rename = "authorization_signing_alg_values_supported")]
    authorization: Vec<Algorithm>,
    #[serde(rename = "introspection_signing_alg_values_supported")]
    introspection: Vec<Algorithm>,
}

impl OurSignatures {
    fn by(algorithms: &[Algorithm]) -> Self {
        let mut names = Vec::new();
        for algorithm in algorithms {
            // Two keys of one algorithm are one value.
            if !names.contains(algorithm) {
                names.push(*algorithm);
            }
        }
        Self {
            id_token: names.clone(),
            userinfo: names.clone(),
            authorization: names.clone(),
            introspection: names,
        }
    }
}

impl ServerMetadata {
    /// The document. `partner_base` is the public base URL of the mutual-TLS listener (it has the same form as an
    /// issuer). The accounts API is below either.
    pub fn new(issuer: &Issuer, partner_base: &Issuer, features: &Features<'_>) -> Self {
        let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        Self {
            issuer: issuer.as_str().to_owned(),
            authorization_endpoint: issuer.join(paths::AUTHORIZE),
            direct: DirectEndpoints::below(issuer),
            registration_endpoint: features.registration.then(|| issuer.join(paths::REGISTER)),
            jwks_uri: issuer.join(paths::JWKS),
            mtls_endpoint_aliases: DirectEndpoints::below(partner_base),
            protected_resources: [partner_base, issuer].map(|base| ProtectedResource::at(base).identifier()),
            service_documentation: features.service_documentation.map(str::to_owned),
            ui_locales_supported: ["ja", "en"],
            scopes_supported: features.scopes.iter().map(str::to_owned).collect(),
            response_types_supported: ["code"],
            response_modes_supported: [
                "query",
                "fragment",
                "form_post",
                "jwt",
                "query.jwt",
                "fragment.jwt",
                "form_post.jwt",
            ],
            grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
            code_challenge_methods_supported: ["S256"],
            prompt_values_supported: owned(features.prompt_values),
            acr_values_supported: owned(features.acr_values),
            subject_types_supported: ["pairwise"],
            claim_types_supported: ["normal"],
            claims_supported: owned(features.claims),
            claims_parameter_supported: true,
            authorization_details_types_supported: owned(features.authorization_details_types),
            grant_management_actions_supported: ["create", "merge", "replace", "query", "revoke"],
            grant_management_action_required: false,
            token_endpoint_auth_methods_supported: METHODS,
            token_endpoint_auth_signing_alg_values_supported: ALGORITHM_NAMES,
            revocation_endpoint_auth_methods_supported: METHODS,
            revocation_endpoint_auth_signing_alg_values_supported: ALGORITHM_NAMES,
            introspection_endpoint_auth_methods_supported: METHODS,
            introspection_endpoint_auth_signing_alg_values_supported: ALGORITHM_NAMES,
            signatures: OurSignatures::by(features.signing_algorithms),
            authorization_response_iss_parameter_supported: true,
            tls_client_certificate_bound_access_tokens: true,
            dpop_signing_alg_values_supported: ALGORITHM_NAMES,
            // Required of each FAPI 2.0 client, but baseline clients may do without.
            require_pushed_authorization_requests: false,
            // Required of those clients that registered so.
            require_signed_request_object: false,
            request_object_signing_alg_values_supported: ALGORITHM_NAMES,
            request_parameter_supported: true,
            // Its default is true (OpenID Connect Discovery 1.0, 3); it is about request objects, not about PAR.
            request_uri_parameter_supported: false,
            require_request_uri_registration: false,
        }
    }
}

#[cfg(test)]
mod tests;
