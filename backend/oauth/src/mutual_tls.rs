//! Mutual TLS: certificates shown by clients and tokens bound to them (RFC 8705).
//! Not here: the handshake and the judgement of certificate chains, which the TLS listeners do.

mod alternative_name;
mod public_key;
mod registered_certificates;
mod subject;

use std::ops::RangeInclusive;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use self::alternative_name::AlternativeName;
use self::public_key::PublicKey;
pub use self::registered_certificates::{ContradictoryCertificate, RegisteredCertificates};
pub use self::subject::{CertificateSubject, MalformedSubject};
use crate::bearer::BearerError;
use crate::client::{BearerException, TokenBinding};
use crate::client_authentication::AuthenticatedClient;
use crate::distinguished_name::DistinguishedName;
use crate::error::{ErrorCode, OAuthError};
use crate::opaque::sha256;

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

/// The SHA-256 of a certificate's DER (`x5t#S256`). It can only come from a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateThumbprint([u8; 32]);

impl CertificateThumbprint {
    /// The base64url form without padding (RFC 8705, 3.1).
    pub fn to_base64url(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

/// What a token is bound to. Only an authenticated client and its certificate, or a stated exception,
/// make one; no token is issued without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SenderConstraint(Constraint);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Constraint {
    Mtls(CertificateThumbprint),
    Bearer,
}

impl SenderConstraint {
    /// The constraint for tokens issued now to this client over this connection (RFC 8705, 3).
    ///
    /// # Errors
    /// `invalid_request` when the client's tokens are bound to a certificate and it showed none.
    pub fn establish(
        client: &AuthenticatedClient,
        certificate: Option<&PeerCertificate>,
    ) -> Result<Self, OAuthError> {
        match (client.metadata().token_binding(), certificate) {
            (TokenBinding::Mtls | TokenBinding::MtlsOrDpop, Some(certificate)) => {
                Ok(Self(Constraint::Mtls(certificate.thumbprint)))
            }
            (TokenBinding::Mtls | TokenBinding::MtlsOrDpop, None) | (TokenBinding::Dpop, _) => {
                Err(OAuthError::new(
                    ErrorCode::InvalidRequest,
                    "tokens of this client are bound to a client certificate, and none was shown; use mtls_endpoint_aliases",
                ))
            }
            (TokenBinding::Bearer(_), _) => Ok(Self(Constraint::Bearer)),
        }
    }

    /// What to store with the token.
    pub fn confirmation(&self) -> Confirmation {
        match &self.0 {
            Constraint::Mtls(thumbprint) => Confirmation {
                x5t_s256: Some(thumbprint.to_base64url()),
            },
            Constraint::Bearer => Confirmation { x5t_s256: None },
        }
    }
}

/// The stored form of a constraint; serialised it is the content of `cnf` (RFC 8705, 3.1; RFC 7800, 3.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    #[serde(rename = "x5t#S256", default, skip_serializing_if = "Option::is_none")]
    x5t_s256: Option<String>,
}

impl Confirmation {
    /// The confirmation of a token that is stored with the SHA-256 of a certificate, or with none.
    pub fn from_stored(thumbprint: Option<[u8; 32]>) -> Self {
        Self {
            x5t_s256: thumbprint.map(|thumbprint| CertificateThumbprint(thumbprint).to_base64url()),
        }
    }

    /// Checks the use of a token at a protected resource (RFC 8705, 3): the certificate of the
    /// connection is the one the token is bound to. A token without binding passes only while its
    /// client's exception stands.
    pub fn check(
        &self,
        binding: &TokenBinding,
        certificate: Option<&PeerCertificate>,
    ) -> Result<(), BearerError> {
        match (&self.x5t_s256, binding) {
            (Some(bound), _) => {
                let shown = certificate.map(|c| c.thumbprint.to_base64url());
                match shown {
                    Some(shown) if verify_slices_are_equal(shown.as_bytes(), bound.as_bytes()).is_ok() => {
                        Ok(())
                    }
                    _ => Err(BearerError::InvalidToken),
                }
            }
            (None, TokenBinding::Bearer(BearerException { .. })) => Ok(()),
            (None, _) => Err(BearerError::InvalidToken),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_clients::{authenticated, baseline_client, certificate_named, fapi2_client};

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
    fn a_bound_token_serves_its_certificate_only() {
        let client = fapi2_client();
        let own = PeerCertificate::from_handshake(&certificate_named("a")).unwrap();
        let other = PeerCertificate::from_handshake(&certificate_named("a")).unwrap();
        let constraint = SenderConstraint::establish(&authenticated(&client), Some(&own)).unwrap();
        let stored = serde_json::to_string(&constraint.confirmation()).unwrap();
        let confirmation: Confirmation = serde_json::from_str(&stored).unwrap();
        assert_eq!(confirmation.check(client.token_binding(), Some(&own)), Ok(()));
        assert_eq!(
            confirmation.check(client.token_binding(), Some(&other)),
            Err(BearerError::InvalidToken)
        );
        assert_eq!(
            confirmation.check(client.token_binding(), None),
            Err(BearerError::InvalidToken)
        );
    }

    #[test]
    fn no_certificate_no_bound_token() {
        let client = authenticated(&fapi2_client());
        let refused = SenderConstraint::establish(&client, None).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::InvalidRequest);
    }

    #[test]
    fn a_bearer_token_ends_with_its_exception() {
        let excepted = baseline_client();
        let constraint = SenderConstraint::establish(&authenticated(&excepted), None).unwrap();
        let confirmation = constraint.confirmation();
        assert_eq!(serde_json::to_string(&confirmation).unwrap(), "{}");
        assert_eq!(confirmation.check(excepted.token_binding(), None), Ok(()));
        assert_eq!(
            confirmation.check(fapi2_client().token_binding(), None),
            Err(BearerError::InvalidToken)
        );
    }

    #[test]
    fn a_bound_token_stays_bound_when_an_exception_is_granted_later() {
        let own = PeerCertificate::from_handshake(&certificate_named("a")).unwrap();
        let bound = SenderConstraint::establish(&authenticated(&fapi2_client()), Some(&own)).unwrap();
        assert_eq!(
            bound
                .confirmation()
                .check(baseline_client().token_binding(), None),
            Err(BearerError::InvalidToken)
        );
    }

    #[test]
    fn a_refused_chain_is_no_witness() {
        let certificate = PeerCertificate::from_handshake(&certificate_named("a")).unwrap();
        assert!(VerifiedChain::judge(certificate.clone(), |_| Err(())).is_err());
        assert!(VerifiedChain::judge(certificate, |_| Ok::<(), ()>(())).is_ok());
    }
}
