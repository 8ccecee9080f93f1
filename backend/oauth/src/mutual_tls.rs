//! Mutual TLS: certificates shown by clients (RFC 8705, 2 and 3.1).
//! Not here: the handshake and the judgement of chains, which the TLS listeners do, and bound tokens (`sender_constraint`).

mod alternative_name;
mod public_key;
mod registered_certificates;
mod subject;

use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use self::alternative_name::AlternativeName;
use self::public_key::PublicKey;
pub use self::registered_certificates::{ContradictoryCertificate, RegisteredCertificates};
pub use self::subject::{CertificateSubject, MalformedSubject};
use crate::distinguished_name::DistinguishedName;
use crate::opaque::{sha256, sha256_from_base64url};

/// A client certificate whose private key the peer proved to hold in the TLS handshake. Whether the
/// chain is good is another question: see [`VerifiedChain`].
#[derive(Clone, Debug)]
pub struct PeerCertificate {
    der: Vec<u8>,
    subject: Option<DistinguishedName>,
    alternative_names: Vec<AlternativeName>,
    public_key: Option<PublicKey>,
    /// Seconds since the epoch.
    validity: RangeInclusive<i64>,
    thumbprint: CertificateThumbprint,
}

/// The bytes are no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a DER certificate")]
pub struct MalformedCertificate;

impl PeerCertificate {
    /// Reads the end-entity certificate of the connection, DER.
    pub fn from_handshake(der: &[u8]) -> Result<Self, MalformedCertificate> {
        let (rest, certificate) = X509Certificate::from_der(der).map_err(|_| MalformedCertificate)?;
        if !rest.is_empty() {
            return Err(MalformedCertificate);
        }
        // A doubled or malformed extension names nobody.
        let alternative_names = certificate.subject_alternative_name().ok().flatten();
        let alternative_names = alternative_names
            .iter()
            .flat_map(|names| &names.value.general_names);
        let validity = certificate.validity();
        Ok(Self {
            der: der.to_vec(),
            subject: DistinguishedName::from_x509(certificate.subject()).ok(),
            alternative_names: alternative_names
                .filter_map(AlternativeName::from_certificate)
                .collect(),
            public_key: PublicKey::from_certificate(certificate.public_key()),
            validity: validity.not_before.timestamp()..=validity.not_after.timestamp(),
            thumbprint: CertificateThumbprint(sha256(der)),
        })
    }

    /// The certificate itself.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Its SHA-256 thumbprint.
    pub const fn thumbprint(&self) -> CertificateThumbprint {
        self.thumbprint
    }
}

/// A peer certificate whose chain was judged good: trusted issuer, in its validity, not revoked.
#[derive(Clone, Debug)]
pub struct VerifiedChain(PeerCertificate);

impl VerifiedChain {
    /// Runs the judgement (the TLS side's rules: chain, validity, revocation) on this certificate; only
    /// a certificate that passes becomes a `VerifiedChain`.
    pub fn judge<E>(
        certificate: PeerCertificate,
        judgement: impl FnOnce(&[u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        judgement(&certificate.der)?;
        Ok(Self(certificate))
    }

    /// The certificate.
    pub const fn certificate(&self) -> &PeerCertificate {
        &self.0
    }

    /// RFC 8705, 2.1: the certificate has the registered subject. One without a name is nobody's.
    pub(crate) fn has_subject(&self, expected: &CertificateSubject) -> bool {
        expected.is_named_by(&self.0)
    }
}

/// The SHA-256 of a certificate's DER (`x5t#S256`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateThumbprint([u8; 32]);

impl CertificateThumbprint {
    /// The thumbprint as stored.
    pub const fn from_bytes(stored: [u8; 32]) -> Self {
        Self(stored)
    }

    /// The bytes to store.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads the base64url form.
    pub fn parse(text: &str) -> Option<Self> {
        sha256_from_base64url(text).map(Self)
    }

    /// The base64url form without padding (RFC 8705, 3.1).
    pub fn to_base64url(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_clients::certificate_named;

    #[test]
    fn only_certificates_have_thumbprints() {
        assert!(PeerCertificate::from_handshake(b"").is_err());
        assert!(PeerCertificate::from_handshake(b"not a certificate").is_err());
        let der = certificate_named("a");
        let mut trailing = der.clone();
        trailing.push(0);
        assert!(PeerCertificate::from_handshake(&trailing).is_err());
        assert_eq!(
            PeerCertificate::from_handshake(&der)
                .unwrap()
                .thumbprint()
                .to_base64url()
                .len(),
            43
        );
    }

    #[test]
    fn a_refused_chain_is_no_witness() {
        let certificate = PeerCertificate::from_handshake(&certificate_named("a")).unwrap();
        assert!(VerifiedChain::judge(certificate.clone(), |_| Err(())).is_err());
        assert!(VerifiedChain::judge(certificate, |_| Ok::<(), ()>(())).is_ok());
    }
}
