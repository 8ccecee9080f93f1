//! The values that members of a registration may have here, by their registered names (RFC 7591, 2; RFC 7518, 3.1).
//! Not here: the members.

use jsonwebtoken::Algorithm;
use serde::{Deserialize, Serialize};

use crate::client::Profile;

/// `token_endpoint_auth_method`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenEndpointAuthMethod {
    /// RFC 7523.
    PrivateKeyJwt,
    /// RFC 8705, 2.1.
    TlsClientAuth,
    /// RFC 8705, 2.2.
    SelfSignedTlsClientAuth,
    /// RFC 6749, 2.3.1.
    ClientSecretBasic,
    /// RFC 6749, 2.3.1.
    ClientSecretPost,
}

impl TokenEndpointAuthMethod {
    /// What counts where nothing is registered: the default of RFC 7591, 2 is a secret, which only baseline
    /// clients may have.
    pub const fn default_for(profile: Profile) -> Self {
        match profile {
            Profile::Fapi2 => Self::PrivateKeyJwt,
            Profile::Baseline => Self::ClientSecretBasic,
        }
    }

    /// Whether a client secret must be issued for it.
    pub const fn needs_secret(self) -> bool {
        matches!(self, Self::ClientSecretBasic | Self::ClientSecretPost)
    }
}

/// An algorithm of FAPI 2.0 Security Profile, 5.4.1, on either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SigningAlgorithm {
    /// RSASSA-PSS with SHA-256.
    PS256,
    /// ECDSA on P-256 with SHA-256.
    ES256,
    /// Ed25519.
    EdDSA,
}

impl SigningAlgorithm {
    /// The same for the JOSE library; `None` for one that is not served.
    pub const fn from_algorithm(algorithm: Algorithm) -> Option<Self> {
        match algorithm {
            Algorithm::PS256 => Some(Self::PS256),
            Algorithm::ES256 => Some(Self::ES256),
            Algorithm::EdDSA => Some(Self::EdDSA),
            _ => None,
        }
    }
}

impl From<SigningAlgorithm> for Algorithm {
    fn from(algorithm: SigningAlgorithm) -> Self {
        match algorithm {
            SigningAlgorithm::PS256 => Self::PS256,
            SigningAlgorithm::ES256 => Self::ES256,
            SigningAlgorithm::EdDSA => Self::EdDSA,
        }
    }
}

/// `response_types`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseType {
    /// The only one (FAPI 2.0 Security Profile, 5.3.2.2).
    Code,
}

/// `subject_type` (OpenID Connect Registration 1.0, 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// The only one: no two partners can compare their customers.
    Pairwise,
}

/// `application_type` (OpenID Connect Registration 1.0, 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationType {
    /// The only one: native applications cannot keep a key or a secret.
    Web,
}
