//! The accounts API as a protected resource, described for clients (RFC 9728).
//! Not here: the challenges of the API (`bearer`), and the server's own metadata (`metadata`).

use jsonwebtoken::Algorithm;
use serde::Serialize;

use crate::issuer_identification::Issuer;
use crate::jwks::ALGORITHM_NAMES;
use crate::scope::Scopes;

/// What stands between the host and the path of a resource (RFC 9728, 3.1).
pub const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";
/// Where the API is, below the base of a listener.
pub const RESOURCE_PATH: &str = "/v1";

/// The resource identifier (RFC 9728, 1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtectedResource {
    /// Scheme, host and port.
    origin: String,
    path: String,
}

impl ProtectedResource {
    /// The API at this base: the public URL of a listener, which has the form of an issuer.
    pub fn at(base: &Issuer) -> Self {
        let base = base.as_str();
        let authority = base.find("://").map_or(0, |at| at + 3);
        let end = base
            .get(authority..)
            .and_then(|rest| rest.find('/'))
            .map_or(base.len(), |at| authority + at);
        let (origin, path) = base.split_at_checked(end).unwrap_or((base, ""));
        Self {
            origin: origin.to_owned(),
            path: format!("{path}{RESOURCE_PATH}"),
        }
    }

    /// The identifier: what `resource` says, and the audience of access tokens.
    pub fn identifier(&self) -> String {
        format!("{}{}", self.origin, self.path)
    }

    /// The path of the metadata: the well-known part goes between host and path (RFC 9728, 3.1).
    pub fn metadata_path(&self) -> String {
        format!("{WELL_KNOWN}{}", self.path)
    }

    /// The address of the metadata.
    pub fn metadata_url(&self) -> String {
        format!("{}{}", self.origin, self.metadata_path())
    }

    /// The parameter that goes into each `WWW-Authenticate` of the resource (RFC 9728, 5.1). An issuer is ASCII
    /// without quotes, so nothing needs an escape.
    pub fn challenge_parameter(&self) -> String {
        format!("resource_metadata=\"{}\"", self.metadata_url())
    }
}

/// What the resource serves.
#[derive(Clone, Copy, Debug)]
pub struct ResourceFeatures<'a> {
    /// The businesses and the scope of the account list.
    pub scopes: &'a Scopes,
    /// What its answers are signed with where a partner asks for that; empty: they never are.
    pub signing_algorithms: &'a [Algorithm],
    /// Where the keys of these signatures are.
    pub jwks_uri: Option<&'a str>,
    /// The types of authorization details that it understands (RFC 9396).
    pub authorization_details_types: &'a [&'a str],
    /// Whether a client's certificate arrives there, to which tokens can be bound (RFC 8705, 3).
    pub mutual_tls: bool,
    /// The guide for developers.
    pub documentation: Option<&'a str>,
}

/// The document (RFC 9728, 2).
#[derive(Clone, Debug, Serialize)]
pub struct ResourceMetadata {
    resource: String,
    authorization_servers: [String; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks_uri: Option<String>,
    scopes_supported: Vec<String>,
    bearer_methods_supported: [&'static str; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resource_signing_alg_values_supported: Vec<Algorithm>,
    tls_client_certificate_bound_access_tokens: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authorization_details_types_supported: Vec<String>,
    dpop_signing_alg_values_supported: [&'static str; 3],
    dpop_bound_access_tokens_required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_documentation: Option<String>,
}

impl ResourceMetadata {
    /// The document of the resource whose tokens this issuer issues.
    pub fn new(resource: &ProtectedResource, issuer: &Issuer, features: &ResourceFeatures<'_>) -> Self {
        let signs = !features.signing_algorithms.is_empty();
        Self {
            resource: resource.identifier(),
            authorization_servers: [issuer.as_str().to_owned()],
            jwks_uri: features.jwks_uri.filter(|_| signs).map(str::to_owned),
            scopes_supported: features.scopes.iter().map(str::to_owned).collect(),
            // Neither in the form nor in the query (FAPI 2.0 Security Profile, 5.3.4).
            bearer_methods_supported: ["header"],
            resource_signing_alg_values_supported: features.signing_algorithms.to_vec(),
            tls_client_certificate_bound_access_tokens: features.mutual_tls,
            authorization_details_types_supported: features
                .authorization_details_types
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            dpop_signing_alg_values_supported: ALGORITHM_NAMES,
            // A token may be bound to a certificate in its place.
            dpop_bound_access_tokens_required: false,
            resource_documentation: features.documentation.map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn resource(base: &str) -> ProtectedResource {
        ProtectedResource::at(&Issuer::parse(base).unwrap())
    }

    #[test]
    fn the_well_known_part_goes_between_host_and_path() {
        for (base, identifier, metadata) in [
            (
                "https://localhost:8445",
                "https://localhost:8445/v1",
                "https://localhost:8445/.well-known/oauth-protected-resource/v1",
            ),
            (
                "https://bank.example/partners/api",
                "https://bank.example/partners/api/v1",
                "https://bank.example/.well-known/oauth-protected-resource/partners/api/v1",
            ),
        ] {
            let resource = resource(base);
            assert_eq!(resource.identifier(), identifier);
            assert_eq!(resource.metadata_url(), metadata);
            assert!(metadata.ends_with(&resource.metadata_path()));
            assert_eq!(
                resource.challenge_parameter(),
                format!("resource_metadata=\"{metadata}\"")
            );
        }
    }

    #[test]
    fn the_document() {
        let scopes = Scopes::parse("accounts balance statement transfers").unwrap();
        let issuer = Issuer::parse("https://localhost:8443").unwrap();
        let features = ResourceFeatures {
            scopes: &scopes,
            signing_algorithms: &[Algorithm::PS256, Algorithm::ES256],
            jwks_uri: Some("https://localhost:8443/jwks"),
            authorization_details_types: &["renkei_statements"],
            mutual_tls: true,
            documentation: Some("https://localhost:8443/guide"),
        };
        let resource = resource("https://localhost:8445");
        let document = ResourceMetadata::new(&resource, &issuer, &features);
        assert_eq!(
            serde_json::to_value(document).unwrap(),
            json!({
                "resource": "https://localhost:8445/v1",
                "authorization_servers": ["https://localhost:8443"],
                "jwks_uri": "https://localhost:8443/jwks",
                "scopes_supported": ["accounts", "balance", "statement", "transfers"],
                "bearer_methods_supported": ["header"],
                "resource_signing_alg_values_supported": ["PS256", "ES256"],
                "tls_client_certificate_bound_access_tokens": true,
                "authorization_details_types_supported": ["renkei_statements"],
                "dpop_signing_alg_values_supported": ["PS256", "ES256", "EdDSA"],
                "dpop_bound_access_tokens_required": false,
                "resource_documentation": "https://localhost:8443/guide"
            })
        );
    }

    #[test]
    fn what_is_not_served_is_not_announced() {
        let scopes = Scopes::parse("accounts").unwrap();
        let issuer = Issuer::parse("https://localhost:8443").unwrap();
        let features = ResourceFeatures {
            scopes: &scopes,
            signing_algorithms: &[],
            jwks_uri: Some("https://localhost:8443/jwks"),
            authorization_details_types: &[],
            mutual_tls: true,
            documentation: None,
        };
        let document = ResourceMetadata::new(&resource("https://localhost:8445"), &issuer, &features);
        let document = serde_json::to_value(document).unwrap();
        for member in [
            "jwks_uri",
            "resource_signing_alg_values_supported",
            "authorization_details_types_supported",
            "resource_documentation",
        ] {
            assert_eq!(document.get(member), None, "{member}");
        }
    }
}
