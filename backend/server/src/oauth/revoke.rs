//! The revocation endpoint (RFC 7009): a refresh token ends the whole grant, an access token itself.
//! Not here: a customer's withdrawal (`customers`).

use super::authentication::authenticate;
use super::body::{Form, Refusal};
use crate::audit;
use crate::services::App;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use renkei_oauth::revocation::{RevocationRequest, TokenTypeHint};
use renkei_procedure::identity::PartnerId;
use renkei_store::Sha256Digest;
use renkei_tls::PeerCertificates;

pub(super) async fn revoke(
    State(app): State<App>,
    Extension(peer): Extension<PeerCertificates>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<StatusCode, Refusal> {
    let client = authenticate(&app, &headers, &form, &peer).await?;
    let request = RevocationRequest::read(&form)?;
    let hash = Sha256Digest::new(request.token().sha256());
    let partner = PartnerId::new(client.client_id());
    let now = app.ambient.now();
    let tokens = app.store.tokens();
    // The hint only says where to look first (RFC 7009, 2.1).
    if request.hint() == Some(TokenTypeHint::AccessToken) && tokens.revoke_access(hash, &partner, now).await?
    {
        return Ok(StatusCode::OK);
    }
    if let Some(grant) = tokens.revoke_refresh(hash, &partner, now).await? {
        let event = audit::event("revoked_by_partner", now)
            .partner(&partner)
            .detail("grant", grant.to_string());
        audit::append_if_possible(&app, event).await;
        return Ok(StatusCode::OK);
    }
    tokens.revoke_access(hash, &partner, now).await?;
    // A token that is unknown is as good as revoked (RFC 7009, 2.2).
    Ok(StatusCode::OK)
}
