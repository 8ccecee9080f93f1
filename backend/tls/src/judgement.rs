//! The judgement of client certificates against authorities and revocation lists, made anew for each request.
//! Not here: the handshake (any certificate passes there), and which user or partner a certificate belongs to.

use std::sync::Arc;

use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{CertificateError, RootCertStore};
use rustls_pki_types::{CertificateDer, UnixTime};
use serde::{Deserialize, Serialize};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::certificate::{CertificateSummary, sha256_thumbprint};
use crate::distinguished_name::DistinguishedName;

/// Why a client certificate is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// The client sent none. A browser that finds none which fits the authorities named sends none either, so
    /// this is also what an expired or foreign certificate looks like from here.
    Missing,
    /// Its validity has ended.
    Expired,
    /// Its validity has not begun.
    NotYetValid,
    /// Its issuer has revoked it.
    Revoked,
    /// None of our authorities issued it.
    UnknownIssuer,
    /// It is not meant for this or cannot be read: wrong extended key usage, an authority's own certificate,
    /// version 1, broken encoding, an algorithm that is not accepted.
    Unsuitable,
    /// The revocation list is stale, or missing for an issuer on the way, so that nobody can be let in. This is
    /// our own fault, not the customer's.
    RevocationListStale,
}

/// What the judge says.
#[derive(Clone, Debug)]
pub enum Judgement {
    /// The certificate may be used.
    Accepted(VerifiedCertificate),
    /// It may not.
    Refused {
        /// Why.
        reason: RefusalReason,
        /// What is known of the certificate, where there was one that can be read.
        certificate: Option<CertificateSummary>,
    },
}

/// Witness that a client certificate was accepted by a judge. Nothing else can make one.
#[derive(Clone, Debug)]
pub struct VerifiedCertificate {
    der: CertificateDer<'static>,
    thumbprint: [u8; 32],
    subject: DistinguishedName,
    summary: CertificateSummary,
}

impl VerifiedCertificate {
    /// SHA-256 over the DER bytes.
    pub fn thumbprint(&self) -> &[u8; 32] {
        &self.thumbprint
    }

    /// The subject, for comparison with the name a partner is registered with.
    pub fn subject(&self) -> &DistinguishedName {
        &self.subject
    }

    /// Names, number and period, to be shown and recorded.
    pub fn summary(&self) -> &CertificateSummary {
        &self.summary
    }

    /// The certificate itself.
    pub fn der(&self) -> &CertificateDer<'static> {
        &self.der
    }
}

/// Issuer and period of a revocation list in use, for readiness and metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationListSummary {
    /// Issuer as an RFC 4514 string.
    pub issuer: String,
    /// When it was made; seconds since the epoch.
    pub this_update: i64,
    /// When it goes stale; seconds since the epoch. A list without this date never does.
    pub next_update: Option<i64>,
}

/// Judges client certificates against a set of authorities and their revocation lists.
///
/// Whole chains are checked for revocation, an unknown status refuses, and so does a stale list. The judge proves
/// nothing about possession: that is the handshake's part.
#[derive(Debug)]
pub struct ClientCertificateJudge {
    pub(crate) verifier: Arc<dyn ClientCertVerifier>,
    pub(crate) issuers: Vec<DistinguishedName>,
    pub(crate) revocation_lists: Vec<RevocationListSummary>,
}

impl ClientCertificateJudge {
    /// `roots` and `crls` must not be empty; `material` sees to that, file by file.
    pub(crate) fn new(
        roots: RootCertStore,
        crls: Vec<rustls_pki_types::CertificateRevocationListDer<'static>>,
        issuers: Vec<DistinguishedName>,
        revocation_lists: Vec<RevocationListSummary>,
    ) -> Result<Self, rustls::server::VerifierBuilderError> {
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), crate::server_config::provider())
                .with_crls(crls)
                .enforce_revocation_expiration()
                .build()?;
        Ok(Self {
            verifier,
            issuers,
            revocation_lists,
        })
    }

    /// Judges the chain that a client sent (its own certificate first) as of `now`.
    pub fn judge(&self, chain: &[CertificateDer<'static>], now: UnixTime) -> Judgement {
        let Some((end_entity, intermediates)) = chain.split_first() else {
            return Judgement::Refused {
                reason: RefusalReason::Missing,
                certificate: None,
            };
        };
        let summary = CertificateSummary::from_der(end_entity);
        match (self.refusal(end_entity, intermediates, now), summary) {
            (None, Some(summary)) => match VerifiedCertificate::read(end_entity, summary) {
                Ok(verified) => Judgement::Accepted(verified),
                Err(summary) => Judgement::Refused {
                    reason: RefusalReason::Unsuitable,
                    certificate: Some(summary),
                },
            },
            (None, None) => Judgement::Refused {
                reason: RefusalReason::Unsuitable,
                certificate: None,
            },
            (Some(reason), certificate) => Judgement::Refused { reason, certificate },
        }
    }

    /// The authorities' names as a person knows them: common name, or the whole name where there is none.
    pub fn accepted_issuers(&self) -> Vec<String> {
        self.issuers.iter().map(DistinguishedName::display_name).collect()
    }

    /// The revocation lists in use.
    pub fn revocation_lists(&self) -> &[RevocationListSummary] {
        &self.revocation_lists
    }

    fn refusal(
        &self,
        end_entity: &CertificateDer<'static>,
        intermediates: &[CertificateDer<'static>],
        now: UnixTime,
    ) -> Option<RefusalReason> {
        let reason = self.verify(end_entity, intermediates, now)?;
        // webpki looks at the dates before it looks for the issuer. A foreign certificate that has expired is
        // still foreign, and "renew it" would be wrong advice: look again as of a day on which it was valid.
        if matches!(reason, RefusalReason::Expired | RefusalReason::NotYetValid)
            && let Some(valid) = day_of_validity(end_entity)
            && self.verify(end_entity, intermediates, valid) == Some(RefusalReason::UnknownIssuer)
        {
            return Some(RefusalReason::UnknownIssuer);
        }
        Some(reason)
    }

    fn verify(
        &self,
        end_entity: &CertificateDer<'static>,
        intermediates: &[CertificateDer<'static>],
        at: UnixTime,
    ) -> Option<RefusalReason> {
        let error = self
            .verifier
            .verify_client_cert(end_entity, intermediates, at)
            .err()?;
        Some(match error {
            rustls::Error::InvalidCertificate(error) => match error {
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => RefusalReason::Expired,
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                    RefusalReason::NotYetValid
                }
                CertificateError::Revoked => RefusalReason::Revoked,
                // A signature that does not fit means an authority that only bears the name of ours.
                CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                    RefusalReason::UnknownIssuer
                }
                CertificateError::UnknownRevocationStatus
                | CertificateError::ExpiredRevocationList
                | CertificateError::ExpiredRevocationListContext { .. } => RefusalReason::RevocationListStale,
                _ => RefusalReason::Unsuitable,
            },
            rustls::Error::InvalidCertRevocationList(_) => RefusalReason::RevocationListStale,
            _ => RefusalReason::Unsuitable,
        })
    }
}

impl VerifiedCertificate {
    fn read(der: &CertificateDer<'static>, summary: CertificateSummary) -> Result<Self, CertificateSummary> {
        let Ok((_, certificate)) = X509Certificate::from_der(der) else {
            return Err(summary);
        };
        Ok(Self {
            thumbprint: sha256_thumbprint(der),
            subject: DistinguishedName::from_x509(certificate.subject()),
            summary,
            der: der.clone(),
        })
    }
}

fn day_of_validity(der: &CertificateDer<'_>) -> Option<UnixTime> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let seconds = u64::try_from(certificate.validity().not_after.timestamp()).ok()?;
    Some(UnixTime::since_unix_epoch(std::time::Duration::from_secs(
        seconds,
    )))
}
