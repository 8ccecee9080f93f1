//! The certificates that a client registered by its JWK Set, for `self_signed_tls_client_auth` (RFC 8705, 2.2; RFC 7517, 4.7 to 4.9).
//! Not here: the keys as keys for signatures (`jwks`), and chains: nobody vouches for these certificates.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::PeerCertificate;
use super::public_key::PublicKey;
use crate::opaque::sha256;

/// The certificates of a client, each by what its key says of it: the certificate itself (`x5c`), else its
/// thumbprint (`x5t#S256`), else the bare key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegisteredCertificates(Vec<Registered>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Registered {
    Certificate(Vec<u8>),
    Thumbprint([u8; 32]),
    Key(PublicKey),
}

/// A key has an `x5c` or `x5t#S256` that is none, or one of another key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("x5c and x5t#S256 must be a certificate of the key that they stand with")]
pub struct ContradictoryCertificate;

impl RegisteredCertificates {
    /// Reads the certificates of a JWK Set's keys. A key of a kind that cannot be compared counts for nothing.
    pub fn from_keys(keys: &[Value]) -> Result<Self, ContradictoryCertificate> {
        let entries = keys.iter().filter_map(|key| registered(key).transpose());
        entries.collect::<Result<_, _>>().map(Self)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this certificate is one of them, and in its validity at `now` (seconds since the epoch, no
    /// tolerance). That the peer has its key, the handshake proved; the chain is of no interest (RFC 8705, 2.2).
    pub(crate) fn admit(&self, certificate: &PeerCertificate, now: i64) -> bool {
        certificate.validity.contains(&now) && self.0.iter().any(|entry| entry.is_met_by(certificate))
    }
}

impl Registered {
    fn is_met_by(&self, certificate: &PeerCertificate) -> bool {
        match self {
            Self::Certificate(der) => der == certificate.der(),
            Self::Thumbprint(bytes) => *bytes == certificate.thumbprint.0,
            Self::Key(key) => certificate.public_key.as_ref() == Some(key),
        }
    }
}

fn registered(jwk: &Value) -> Result<Option<Registered>, ContradictoryCertificate> {
    let key = PublicKey::from_jwk(jwk);
    let thumbprint = jwk.get("x5t#S256").map(thumbprint_of).transpose()?;
    let Some(chain) = jwk.get("x5c") else {
        return Ok(thumbprint
            .map(Registered::Thumbprint)
            .or(key.map(Registered::Key)));
    };
    // RFC 7517, 4.7: the first certificate is the one of this key.
    let der = chain
        .get(0)
        .and_then(Value::as_str)
        .and_then(|text| STANDARD.decode(text).ok())
        .ok_or(ContradictoryCertificate)?;
    let (rest, certificate) = X509Certificate::from_der(&der).map_err(|_| ContradictoryCertificate)?;
    let of_this_key = key.is_some() && PublicKey::from_certificate(certificate.public_key()) == key;
    if !rest.is_empty() || !of_this_key || thumbprint.is_some_and(|named| named != sha256(&der)) {
        return Err(ContradictoryCertificate);
    }
    Ok(Some(Registered::Certificate(der)))
}

fn thumbprint_of(member: &Value) -> Result<[u8; 32], ContradictoryCertificate> {
    member
        .as_str()
        .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(ContradictoryCertificate)
}

#[cfg(test)]
mod tests;
