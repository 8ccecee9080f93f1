//! Login: certificate, then password. Each step yields a value that the next one needs, so none can be skipped.
//! Not here: TLS and trust in issuers (`renkei-tls`), counting of tries (an atomic statement in `renkei-store`).

mod certificate;
mod password;

pub use certificate::{
    CertificateFacts, CertificateFailure, CertificateJudged, CertificateRefusal, CertificateVerified,
};
pub use password::{PasswordHash, PasswordMalformed, PasswordMatch, PasswordVerified, TypedPassword};

use serde::{Deserialize, Serialize};

/// A login on its way. Linkages and customer sessions both begin with one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Login {
    /// 手順1①, before the certificate.
    Certificate {
        /// What was wrong with the last one.
        failure: Option<CertificateFailure>,
    },
    /// 手順1②, before the password.
    Password(CertificateVerified),
}

impl Login {
    /// Nothing is proved yet.
    pub const fn begin() -> Self {
        Self::Certificate { failure: None }
    }

    /// What a judgement of the certificate leads to; a later certificate replaces an earlier one.
    #[must_use]
    pub fn after_certificate(judged: Result<CertificateVerified, CertificateFailure>) -> Self {
        match judged {
            Ok(verified) => Self::Password(verified),
            Err(failure) => Self::Certificate {
                failure: Some(failure),
            },
        }
    }

    /// The proof that the password must complete, where it is due.
    pub const fn awaiting_password(&self) -> Option<&CertificateVerified> {
        match self {
            Self::Certificate { .. } => None,
            Self::Password(verified) => Some(verified),
        }
    }
}
