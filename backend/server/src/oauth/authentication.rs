//! Who calls a direct endpoint: the client's credentials are looked up, verified and, where they are an assertion,
//! recorded against replay. Not here: what makes credentials good (`renkei_oauth::client_authentication`).

use super::body::Refusal;
use super::clients;
use super::partner_keys::ShownKeys;
use crate::services::Services;
use axum::http::HeaderMap;
use renkei_oauth::client_authentication::{AuthenticatedClient, Authentication, PresentedCredentials};
use renkei_oauth::mutual_tls::{PeerCertificate, VerifiedChain};
use renkei_oauth::parameters::Parameters;
use renkei_procedure::time::Instant;
use renkei_store::{ReplayKind, Sha256Digest};
use renkei_tls::{Judgement, PeerCertificates};
use renkei_vault::derived::fingerprint;
use rustls_pki_types::UnixTime;
use std::time::Duration;

/// The certificate that the connection showed, if it showed a readable one.
pub(crate) fn peer_certificate(peer: &PeerCertificates) -> Option<PeerCertificate> {
    PeerCertificate::from_handshake(peer.end_entity()?.as_ref()).ok()
}

/// Authenticates the client.
pub(super) async fn authenticate(
    app: &Services,
    headers: &HeaderMap,
    form: &Parameters,
    peer: &PeerCertificates,
) -> Result<AuthenticatedClient, Refusal> {
    let now = app.ambient.now();
    let certificate = peer_certificate(peer);
    let credentials = PresentedCredentials::extract(headers, form, certificate.as_ref())?;
    let shown = ShownKeys::of_form(form, certificate.as_ref());
    let client = clients::find_showing(app, credentials.client_id(), &shown).await?;
    let chain = certificate.and_then(|certificate| verified_chain(app, certificate, peer, now));
    let metadata = client.map(|client| client.metadata);
    match credentials.verify(metadata, chain.as_ref(), &app.issuer, now.unix_seconds())? {
        Authentication::Complete(client) => Ok(client),
        Authentication::AwaitsReplayCheck(pending) => {
            let used = pending.assertion_use();
            let first_use = app
                .store
                .replays()
                .remember(
                    ReplayKind::ClientAssertion,
                    &used.client_id,
                    Sha256Digest::new(fingerprint(&used.jti)),
                    Instant::from_unix_seconds(used.keep_until),
                )
                .await?;
            Ok(pending.recorded(first_use)?)
        }
    }
}

fn verified_chain(
    app: &Services,
    certificate: PeerCertificate,
    peer: &PeerCertificates,
    now: Instant,
) -> Option<VerifiedChain> {
    let seconds = u64::try_from(now.unix_seconds()).unwrap_or_default();
    let unix = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    VerifiedChain::judge(certificate, |_| {
        match app.tls.partner_judge().judge(peer.chain(), unix) {
            Judgement::Accepted(_) => Ok(()),
            Judgement::Refused { reason, .. } => {
                tracing::info!(?reason, "a partner's certificate was refused");
                Err(reason)
            }
        }
    })
    .ok()
}
