//! DPoP at this server: which requests a proof may be for, the memory of used proofs, and nonces, which need no memory
//! (RFC 9449, 4.3, 8, 9 and 11.1). Not here: what makes a proof good (`renkei_oauth::dpop`).

use super::body::Refusal;
use crate::config::{DpopNonce, origin};
use crate::services::{App, Services};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use renkei_oauth::dpop::{
    Expectation, NONCE_HEADER, NonceRule, PROOF_HEADER, PendingProof, TargetUri, VerifiedProof, from_request,
};
use renkei_oauth::error::OAuthError;
use renkei_procedure::time::Instant;
use renkei_store::{ReplayKind, Sha256Digest, StoreError};
use renkei_vault::derived::fingerprint;

/// The proof that a request to the authorization server brought, if it did. Ask after the client is authenticated, so
/// that a stranger's proof leaves no record; `path` is that of the endpoint.
pub(super) async fn proof(
    app: &Services,
    headers: &HeaderMap,
    method: &Method,
    path: &str,
) -> Result<Option<VerifiedProof>, Refusal> {
    let pending = expecting(app, method, path, |expectation| {
        from_request(headers, expectation)
    });
    let Some(pending) = pending.map_err(OAuthError::from)? else {
        return Ok(None);
    };
    let first_use = is_first_use(app, &pending).await?;
    Ok(Some(pending.recorded(first_use).map_err(OAuthError::from)?))
}

/// Calls a check with what a proof of this request must say. Both listeners' addresses are right, whichever of them the
/// request came to: a client may take either (RFC 8705, 5).
pub(super) fn expecting<T>(
    app: &Services,
    method: &Method,
    path: &str,
    check: impl FnOnce(&Expectation<'_>) -> T,
) -> T {
    let now = app.ambient.now().unix_seconds();
    let partner_base = origin(&app.config.partner_certificates.partner_url);
    let uris: Vec<TargetUri> = [app.issuer.join(path), format!("{partner_base}{path}")]
        .iter()
        .filter_map(|uri| TargetUri::parse(uri))
        .collect();
    let is_ours = |nonce: &str| app.vault.is_dpop_nonce(nonce, now);
    let nonce = match app.config.oauth.dpop_nonce {
        DpopNonce::Required => NonceRule::Required(&is_ours),
        DpopNonce::Offered => NonceRule::Offered(&is_ours),
    };
    check(&Expectation {
        method,
        uris: &uris,
        nonce,
        now,
    })
}

/// Records the use of a proof.
pub(super) async fn is_first_use(app: &Services, pending: &PendingProof) -> Result<bool, StoreError> {
    let used = pending.proof_use();
    app.store
        .replays()
        .remember(
            ReplayKind::DpopProof,
            &used.thumbprint.to_base64url(),
            Sha256Digest::new(fingerprint(&used.jti)),
            Instant::from_unix_seconds(used.keep_until),
        )
        .await
}

/// Gives whoever uses DPoP the present nonce with each answer, good or bad (RFC 9449, 8 and 8.2).
pub(crate) async fn hand_out_nonce(State(app): State<App>, request: Request, next: Next) -> Response {
    let asked = uses_dpop(request.headers());
    let mut response = next.run(request).await;
    if asked && let Ok(nonce) = HeaderValue::try_from(app.vault.dpop_nonce(app.ambient.now().unix_seconds()))
    {
        response.headers_mut().insert(NONCE_HEADER, nonce);
    }
    response
}

fn uses_dpop(headers: &HeaderMap) -> bool {
    let by_scheme = |value: &HeaderValue| {
        let scheme = value.as_bytes().get(..5);
        scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"dpop "))
    };
    headers.contains_key(PROOF_HEADER) || headers.get(header::AUTHORIZATION).is_some_and(by_scheme)
}
