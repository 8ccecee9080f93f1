//! The ways a client may prove who it is, with what was registered for each (RFC 6749, 2.3.1; RFC 7523; RFC 8705, 2).
//! Not here: the proof itself (`client_authentication`), and certificates (`mutual_tls`).

use aws_lc_rs::constant_time::verify_slices_are_equal;

use crate::mutual_tls::{CertificateSubject, RegisteredCertificates};
use crate::opaque::sha256;

/// How a client proves who it is.
#[derive(Clone, Debug)]
pub enum AuthenticationMethod {
    /// `private_key_jwt` (RFC 7523), by the client's registered keys.
    PrivateKeyJwt,
    /// `tls_client_auth` by a subject of the certificate (RFC 8705, 2.1).
    TlsClientAuth {
        /// The one registered subject.
        subject: CertificateSubject,
    },
    /// `self_signed_tls_client_auth` by the certificates of its key set (RFC 8705, 2.2).
    SelfSignedTlsClientAuth {
        /// The registered certificates.
        certificates: RegisteredCertificates,
    },
    /// `client_secret_basic` (RFC 6749, 2.3.1), for [`super::Profile::Baseline`] only.
    ClientSecretBasic {
        /// The hash of the secret.
        secret: ClientSecretHash,
    },
    /// `client_secret_post` (RFC 6749, 2.3.1), for [`super::Profile::Baseline`] only.
    ClientSecretPost {
        /// The hash of the secret.
        secret: ClientSecretHash,
    },
}

impl AuthenticationMethod {
    /// The name in metadata (RFC 8414; RFC 8705, 2.1.1 and 2.2.1).
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::TlsClientAuth { .. } => "tls_client_auth",
            Self::SelfSignedTlsClientAuth { .. } => "self_signed_tls_client_auth",
            Self::ClientSecretBasic { .. } => "client_secret_basic",
            Self::ClientSecretPost { .. } => "client_secret_post",
        }
    }

    /// Whether the client shows a secret, which FAPI 2.0 does not admit.
    pub const fn is_by_secret(&self) -> bool {
        matches!(
            self,
            Self::ClientSecretBasic { .. } | Self::ClientSecretPost { .. }
        )
    }
}

/// The SHA-256 of a client secret. Secrets are made by us with 256 bits, so neither salt nor a slow
/// hash adds anything.
#[derive(Clone)]
pub struct ClientSecretHash([u8; 32]);

impl ClientSecretHash {
    /// The hash to store for a new secret.
    pub fn of(secret: &str) -> Self {
        Self(sha256(secret.as_bytes()))
    }

    /// The hash as stored.
    pub const fn from_bytes(stored: [u8; 32]) -> Self {
        Self(stored)
    }

    /// The bytes to store.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether this is the secret, in constant time.
    pub fn matches(&self, secret: &str) -> bool {
        verify_slices_are_equal(&self.0, &sha256(secret.as_bytes())).is_ok()
    }
}

impl std::fmt::Debug for ClientSecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientSecretHash(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_matches_its_hash_only() {
        let hash = ClientSecretHash::of("correct");
        assert!(ClientSecretHash::from_bytes(*hash.as_bytes()).matches("correct"));
        assert!(!hash.matches("wrong") && !hash.matches(""));
    }
}
