//! What the certificate listener found out, and what follows for the login.
//! Not here: the finding out (`renkei-tls`), and pages.

use crate::identity::UserId;
use crate::time::Instant;
use renkei_shared::problem::ProblemCode;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A browser without a fitting certificate comes without asking anybody: a redirect and a handshake take far less than
/// this, and a person who closes a dialog hardly less.
const WITHOUT_A_DIALOG: Duration = Duration::from_millis(1_500);

/// What a person can recognise a certificate by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFacts {
    /// Subject, RFC 4514.
    pub subject: String,
    /// Serial number, hexadecimal with colons.
    pub serial: String,
    /// Issuer, RFC 4514.
    pub issuer: String,
    /// Begin of validity (RFC 5280 section 4.1.2.5).
    pub not_before: Instant,
    /// End of validity.
    pub not_after: Instant,
}

/// Why a certificate does not log anybody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateRefusal {
    /// None was sent, and at once: the browser has none that fits, so it showed no dialog.
    Missing,
    /// None was sent, and not at once: somebody has probably closed the browser's dialog.
    NotChosen,
    /// Its validity is over.
    Expired,
    /// Its validity has not begun.
    NotYetValid,
    /// It stands on the revocation list.
    Revoked,
    /// It was not issued by a certification authority of ours.
    UnknownIssuer,
    /// It is damaged, or not meant for client authentication.
    Unsuitable,
    /// No user is bound to it.
    Unbound,
    /// Its user may not use API linkage.
    LinkingNotAllowed,
    /// The revocation list is out of date: our fault, and so we refuse.
    RevocationListStale,
}

impl CertificateRefusal {
    /// Why no certificate was sent, as far as the time tells that went by between the answer that sent the browser to the
    /// certificate listener and its coming there. It is the likely cause, no more: a slow line looks like a dialog.
    pub fn without_certificate(sent_at: Instant, came_at: Instant) -> Self {
        if sent_at.until(came_at) < WITHOUT_A_DIALOG {
            Self::Missing
        } else {
            Self::NotChosen
        }
    }

    /// The problem by which the refusal is explained.
    pub const fn problem(self) -> ProblemCode {
        match self {
            Self::Missing => ProblemCode::CertificateMissing,
            Self::NotChosen => ProblemCode::CertificateNotChosen,
            Self::Expired => ProblemCode::CertificateExpired,
            Self::NotYetValid => ProblemCode::CertificateNotYetValid,
            Self::Revoked => ProblemCode::CertificateRevoked,
            Self::UnknownIssuer => ProblemCode::CertificateUnknownIssuer,
            Self::Unsuitable => ProblemCode::CertificateUnsuitable,
            Self::Unbound => ProblemCode::CertificateUnbound,
            Self::LinkingNotAllowed => ProblemCode::LinkingNotAllowed,
            Self::RevocationListStale => ProblemCode::RevocationListStale,
        }
    }
}

/// A certificate that was refused, for the page to explain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFailure {
    /// Why.
    pub refusal: CertificateRefusal,
    /// Which, if one was sent that could be read.
    pub certificate: Option<CertificateFacts>,
}

/// The judgement of one visit to the certificate listener, kept until the browser that asked for it collects it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateJudged {
    /// Trusted, in force, and bound to a user.
    Accepted {
        /// The user.
        user: UserId,
        /// Whether the user may use API linkage.
        may_link: bool,
        /// The certificate.
        certificate: CertificateFacts,
    },
    /// Refused.
    Refused(CertificateFailure),
}

/// Proof that the browser holding the procedure's cookie showed a certificate in force of this user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateVerified {
    user: UserId,
    certificate: CertificateFacts,
}

impl CertificateVerified {
    /// The user to whom the certificate is bound.
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// The certificate.
    pub const fn certificate(&self) -> &CertificateFacts {
        &self.certificate
    }
}

impl CertificateJudged {
    /// Proof for a login that leads to a linkage: the user must be allowed to link, and learns it before the
    /// password is asked for.
    ///
    /// # Errors
    /// The failure to explain on the page.
    pub fn for_linking(self) -> Result<CertificateVerified, CertificateFailure> {
        match self {
            Self::Accepted {
                may_link: false,
                certificate,
                ..
            } => Err(CertificateFailure {
                refusal: CertificateRefusal::LinkingNotAllowed,
                certificate: Some(certificate),
            }),
            other => other.for_viewing(),
        }
    }

    /// Proof for a login to the customer's own list; whoever may no longer link may still withdraw.
    ///
    /// # Errors
    /// The failure to explain on the page.
    pub fn for_viewing(self) -> Result<CertificateVerified, CertificateFailure> {
        match self {
            Self::Accepted {
                user, certificate, ..
            } => Ok(CertificateVerified { user, certificate }),
            Self::Refused(failure) => Err(failure),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_person_takes_time_to_choose_nothing() {
        let sent = Instant::from_unix_seconds(1_800_000_000);
        for (waited, likely) in [
            (0, CertificateRefusal::Missing),
            (400, CertificateRefusal::Missing),
            (1_499, CertificateRefusal::Missing),
            (1_500, CertificateRefusal::NotChosen),
            (60_000, CertificateRefusal::NotChosen),
        ] {
            let came = sent.plus(Duration::from_millis(waited));
            assert_eq!(
                CertificateRefusal::without_certificate(sent, came),
                likely,
                "{waited} ms"
            );
        }
        // A clock that was set back says nothing of a dialog.
        let before = Instant::from_unix_seconds(1_799_999_990);
        assert_eq!(
            CertificateRefusal::without_certificate(sent, before),
            CertificateRefusal::Missing
        );
    }
}
