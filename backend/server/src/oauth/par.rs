//! The pushed authorization request endpoint (RFC 9126, 2), plain or signed (RFC 9101; RFC 9126, 3).
//! Not here: what a request must be like (`renkei_oauth::pushed_authorization`).

use super::authentication::authenticate;
use super::body::{Form, Refusal};
use super::dpop;
use crate::linkage::terms::{TermsError, terms};
use crate::services::{App, Services};
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use renkei_oauth::error::{ErrorCode, OAuthError};
use renkei_oauth::metadata::paths;
use renkei_oauth::pushed_authorization::{PushedAuthorizationResponse, RequestUri, read};
use renkei_oauth::request_object::{self, RequestObject, RequestObjectUse};
use renkei_procedure::identity::PartnerId;
use renkei_procedure::time::Instant;
use renkei_store::{JsonText, NewPushedRequest, ReplayKind, Sha256Digest};
use renkei_tls::PeerCertificates;
use renkei_vault::derived::fingerprint;
use std::time::Duration;

pub(super) async fn push(
    State(app): State<App>,
    Extension(peer): Extension<PeerCertificates>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Refusal> {
    let client = authenticate(&app, &headers, &form, &peer).await?;
    let proof = dpop::proof(&app, &headers, &Method::POST, paths::PAR).await?;
    let now = app.ambient.now();
    let object = form
        .get("request")
        .map(|object| request_object::verify(object, client.metadata(), &app.issuer, now.unix_seconds()))
        .transpose()?;
    let mut request = read(&client, &form, object.as_ref().map(RequestObject::parameters))?;
    if let Some(proof) = proof {
        request = request.bind_to_key(proof.thumbprint())?;
    }
    let partner_id = PartnerId::new(client.client_id());
    let partner = app.store.partners().find(&partner_id).await?;
    let partner = partner.ok_or_else(OAuthError::server_error)?;
    match terms(&app, &partner, &request).await {
        Ok(_) => {}
        Err(TermsError::Refused(error)) => return Err(error.into()),
        Err(TermsError::Store(error)) => return Err(error.into()),
    }
    if let Some(used) = object.as_ref().and_then(RequestObject::request_object_use) {
        record(&app, used).await?;
    }
    let uri = RequestUri::from_secret_bytes(&app.ambient.random()?);
    app.store
        .pushed_requests()
        .insert(&NewPushedRequest {
            request_uri_hash: Sha256Digest::new(uri.sha256()),
            client_id: partner_id,
            request: JsonText::encode(&request)?,
            created_at: now,
            expires_at: now.plus(Duration::from_secs(app.request_uri_lifetime.seconds().into())),
        })
        .await?;
    let body = PushedAuthorizationResponse::new(&uri, app.request_uri_lifetime);
    Ok((PushedAuthorizationResponse::STATUS, Json(body)).into_response())
}

/// Records the use of a request object that bears a `jti`, which is pushed once; no specification demands it.
async fn record(app: &Services, used: &RequestObjectUse) -> Result<(), Refusal> {
    let first_use = app
        .store
        .replays()
        .remember(
            ReplayKind::RequestObject,
            &used.client_id,
            Sha256Digest::new(fingerprint(&used.jti)),
            Instant::from_unix_seconds(used.keep_until),
        )
        .await?;
    if first_use {
        Ok(())
    } else {
        let description = "the request object has been used before";
        Err(OAuthError::new(ErrorCode::InvalidRequestObject, description).into())
    }
}
