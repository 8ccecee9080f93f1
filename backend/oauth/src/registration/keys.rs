//! The keys of a client, from `jwks` or from the document at `jwks_uri` (RFC 7591, 2; RFC 8705, 2.2.2).
//! Not here: fetching that document.

use serde_json::{Map, Value};

use crate::client::RegistrationError;
use crate::jwks::ClientKeys;
use crate::mutual_tls::{PeerCertificate, RegisteredCertificates};

/// One key set, as the keys and as the certificates that it holds.
#[derive(Clone, Debug)]
pub struct RegisteredKeys {
    keys: ClientKeys,
    certificates: RegisteredCertificates,
    readable: bool,
}

impl RegisteredKeys {
    /// Reads the document at `jwks_uri`.
    ///
    /// # Errors
    /// [`RegistrationError::Keys`] and [`RegistrationError::Certificates`].
    pub fn parse(json: &str) -> Result<Self, RegistrationError> {
        Self::with(ClientKeys::parse_published(json)?, json)
    }

    fn with(keys: ClientKeys, json: &str) -> Result<Self, RegistrationError> {
        let set: Value = serde_json::from_str(json).unwrap_or_default();
        let listed = set.get("keys").and_then(Value::as_array);
        let certificates = RegisteredCertificates::from_keys(listed.map_or(&[], Vec::as_slice))
            .map_err(|_| RegistrationError::Certificates)?;
        Ok(Self {
            keys,
            certificates,
            readable: true,
        })
    }

    /// What counts while the document at `jwks_uri` cannot be had: the client stands, and its tokens too, but
    /// nothing verifies by its keys.
    pub fn unreadable() -> Self {
        Self {
            keys: ClientKeys::unreadable(),
            certificates: RegisteredCertificates::default(),
            readable: false,
        }
    }

    /// Whether one of the keys bears this name: a signature by another `kid` is a reason to fetch the set anew.
    pub fn has_key(&self, kid: &str) -> bool {
        self.keys.has(kid)
    }

    /// Whether this certificate is one of them, in its validity at `now` (seconds since the epoch).
    pub fn has_certificate(&self, certificate: &PeerCertificate, now: i64) -> bool {
        self.certificates.admit(certificate, now)
    }

    pub(super) fn from_set(set: &Map<String, Value>) -> Result<Self, RegistrationError> {
        let json = Value::Object(set.clone()).to_string();
        Self::with(ClientKeys::parse(&json)?, &json)
    }

    pub(super) fn into_keys(self) -> ClientKeys {
        self.keys
    }

    /// The certificates for `self_signed_tls_client_auth`, which needs at least one.
    pub(super) fn certificates(&self) -> Result<RegisteredCertificates, RegistrationError> {
        if self.readable && self.certificates.is_empty() {
            return Err(RegistrationError::Certificates);
        }
        Ok(self.certificates.clone())
    }
}
