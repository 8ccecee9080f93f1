//! Sending the browser to the certificate listener, and taking back what it found out there.
//! Not here: that listener itself (`crate::certificate`).

use crate::runs::{Key, OneTimeValues};
use crate::services::Services;
use crate::web::problem::Problem;
use renkei_procedure::identity::CertificateAttemptId;
use renkei_procedure::login::{CertificateFacts, CertificateFailure, CertificateJudged};
use renkei_procedure::time::Instant;
use renkei_shared::linkage::{CertificateFailureView, CertificateLoginView, CertificateView};
use renkei_shared::problem::ProblemCode;
use renkei_store::{NewCertificateAttempt, Sha256Digest};
use renkei_vault::derived::fingerprint;
use std::time::Duration;

/// How long a person may look for the right certificate in the browser's dialog.
const ATTEMPT_LIFETIME: Duration = Duration::from_mins(5);

/// Where the browser shows a certificate for this try. Browsers remember a choice (or a refusal to choose) per host
/// and port for as long as they run, so each try has a host name of its own.
pub(crate) fn attempt_url(
    app: &Services,
    values: &OneTimeValues<'_>,
    number: u32,
) -> Result<String, Problem> {
    let token = values.certificate_attempt(number)?;
    let [a, b, c, d, ..] = token.fingerprint();
    let certificates = &app.config.client_certificates;
    Ok(format!(
        "https://c{}.{}:{}/certificate?attempt={}",
        u32::from_be_bytes([a, b, c, d]),
        certificates.base_domain,
        certificates.public_port,
        token.expose()
    ))
}

/// Makes the certificate listener expect this try.
pub(crate) async fn register_attempt(
    app: &Services,
    values: &OneTimeValues<'_>,
    number: u32,
    now: Instant,
) -> Result<(), Problem> {
    let attempt = NewCertificateAttempt {
        id: CertificateAttemptId::from_random(app.ambient.random()?),
        attempt_hash: Sha256Digest::new(values.certificate_attempt(number)?.fingerprint()),
        subject: values.key().run(),
        created_at: now,
        expires_at: now.plus(ATTEMPT_LIFETIME),
    };
    Ok(app.store.certificate_attempts().insert(&attempt).await?)
}

/// Takes the judgement that belongs to a one-time code, once, and only for the run whose try it was. The request has
/// shown that run's cookie before: both together prove that the browser that chose the certificate is the browser
/// of this run, and not a lured stranger's.
pub(crate) async fn collect(
    app: &Services,
    key: Key,
    code: &str,
    now: Instant,
) -> Result<CertificateJudged, Problem> {
    let hash = Sha256Digest::new(fingerprint(code));
    let judged = app
        .store
        .certificate_attempts()
        .consume_result(hash, key.run(), now)
        .await?;
    Ok(judged.ok_or(ProblemCode::CertificateResultInvalid)?.decode()?)
}

/// The certificate as pages show it.
pub(super) fn certificate_view(facts: &CertificateFacts) -> CertificateView {
    CertificateView {
        subject: facts.subject.clone(),
        serial: facts.serial.clone(),
        issuer: facts.issuer.clone(),
        not_before: facts.not_before.to_japan_rfc3339(),
        not_after: facts.not_after.to_japan_rfc3339(),
    }
}

/// Data of 手順1①.
pub(crate) fn login_view(app: &Services, failure: Option<&CertificateFailure>) -> CertificateLoginView {
    CertificateLoginView {
        accepted_issuers: app.tls.client_judge().accepted_issuers(),
        failure: failure.map(|failure| CertificateFailureView {
            explanation: failure.refusal.problem().explain(),
            certificate: failure.certificate.as_ref().map(certificate_view),
        }),
    }
}
