//! The pushed authorization request endpoint (RFC 9126, 2).
//! Not here: what a request must be like (`renkei_oauth::pushed_authorization`).

use super::authentication::authenticate;
use super::body::{Form, Refusal};
use crate::services::App;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use renkei_oauth::pushed_authorization::{PushedAuthorizationResponse, RequestUri, read};
use renkei_procedure::identity::PartnerId;
use renkei_store::{JsonText, NewPushedRequest, Sha256Digest};
use renkei_tls::PeerCertificates;
use std::time::Duration;

pub(super) async fn push(
    State(app): State<App>,
    Extension(peer): Extension<PeerCertificates>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Refusal> {
    let client = authenticate(&app, &headers, &form, &peer).await?;
    let request = read(&client, &form, None)?;
    super::require_business(&request)?;
    let uri = RequestUri::from_secret_bytes(&app.ambient.random()?);
    let now = app.ambient.now();
    app.store
        .pushed_requests()
        .insert(&NewPushedRequest {
            request_uri_hash: Sha256Digest::new(uri.sha256()),
            client_id: PartnerId::new(client.client_id()),
            request: JsonText::encode(&request)?,
            created_at: now,
            expires_at: now.plus(Duration::from_secs(app.request_uri_lifetime.seconds().into())),
        })
        .await?;
    let body = PushedAuthorizationResponse::new(&uri, app.request_uri_lifetime);
    Ok((PushedAuthorizationResponse::STATUS, Json(body)).into_response())
}
