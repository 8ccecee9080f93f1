//! From the certificate that TLS received to the user it stands for.
//! Not here: which certificates are trusted (`renkei_tls`), and what follows for a run (`renkei_procedure::login`).

use crate::services::App;
use crate::web::problem::Problem;
use renkei_procedure::login::{CertificateFacts, CertificateFailure, CertificateJudged, CertificateRefusal};
use renkei_procedure::time::Instant;
use renkei_store::Sha256Digest;
use renkei_tls::{CertificateSummary, Judgement, PeerCertificates, RefusalReason};
use rustls_pki_types::UnixTime;
use std::time::Duration;

/// Judges anew at each request, so that a revocation reaches connections that are open already. Where no certificate
/// came, the time since the browser was sent here tells the likely cause.
pub(super) async fn judge(
    app: &App,
    peer: &PeerCertificates,
    sent_at: Instant,
    now: Instant,
) -> Result<CertificateJudged, Problem> {
    let seconds = u64::try_from(now.unix_seconds()).unwrap_or_default();
    let unix = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    match app.tls.client_judge().judge(peer.chain(), unix) {
        Judgement::Refused { reason, certificate } => Ok(CertificateJudged::Refused(CertificateFailure {
            refusal: refusal(reason, sent_at, now),
            certificate: certificate.as_ref().map(facts),
        })),
        Judgement::Accepted(verified) => {
            let thumbprint = Sha256Digest::new(*verified.thumbprint());
            let certificate = facts(verified.summary());
            let user = app
                .store
                .client_certificates()
                .user_by_thumbprint(thumbprint)
                .await?;
            Ok(match user {
                Some(user) => CertificateJudged::Accepted {
                    user: user.id,
                    may_link: user.may_link,
                    certificate,
                },
                None => CertificateJudged::Refused(CertificateFailure {
                    refusal: CertificateRefusal::Unbound,
                    certificate: Some(certificate),
                }),
            })
        }
    }
}

fn refusal(reason: RefusalReason, sent_at: Instant, now: Instant) -> CertificateRefusal {
    match reason {
        RefusalReason::Missing => CertificateRefusal::without_certificate(sent_at, now),
        RefusalReason::Expired => CertificateRefusal::Expired,
        RefusalReason::NotYetValid => CertificateRefusal::NotYetValid,
        RefusalReason::Revoked => CertificateRefusal::Revoked,
        RefusalReason::UnknownIssuer => CertificateRefusal::UnknownIssuer,
        RefusalReason::Unsuitable => CertificateRefusal::Unsuitable,
        RefusalReason::RevocationListStale => CertificateRefusal::RevocationListStale,
    }
}

fn facts(summary: &CertificateSummary) -> CertificateFacts {
    CertificateFacts {
        subject: summary.subject.clone(),
        serial: summary.serial.clone(),
        issuer: summary.issuer.clone(),
        not_before: Instant::from_unix_seconds(summary.not_before),
        not_after: Instant::from_unix_seconds(summary.not_after),
    }
}
