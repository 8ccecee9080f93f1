//! UserInfo (OpenID Connect Core 1.0, 5.3): plain, or signed where the client has registered so.
//! Not here: what it says (`renkei_oauth::openid::userinfo`).

use super::resource::{Denied, ResourceCall};
use super::subject::subject_of;
use super::{clients, signature};
use crate::services::App;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use renkei_oauth::bearer::BearerError;
use renkei_oauth::openid::userinfo::{SIGNED_MEDIA_TYPE, TYPE, UserInfo};
use renkei_oauth::openid::{ClaimsRequest, CustomerLogin, OPENID};
use renkei_store::JsonText;

/// GET and POST alike (5.3.1); the token is in the header, never in a form (FAPI 2.0 Security Profile, 5.3.4).
pub(super) async fn userinfo(State(app): State<App>, call: ResourceCall) -> Result<Response, Denied> {
    let admitted = call.admit(&app).await?;
    admitted.require(OPENID)?;
    let invalid = || admitted.refuse(BearerError::InvalidToken);
    let grant = admitted.token().grant.as_ref().ok_or_else(invalid)?;
    let client = clients::find(&app, admitted.token().client_id.as_str()).await?;
    let metadata = client.ok_or_else(invalid)?.metadata;
    let subject = subject_of::<Denied>(&app, &metadata, grant.user_id).await?;
    let login = CustomerLogin::completed_at(grant.auth_time.unix_seconds());
    let asked: ClaimsRequest = grant
        .claims
        .as_ref()
        .map(JsonText::decode)
        .transpose()?
        .unwrap_or_default();
    let content = UserInfo::new(&subject, login, &asked);
    let Some(registered) = metadata.preferences().userinfo_signed_response_alg else {
        return Ok(Json(content).into_response());
    };
    let claims = content.to_sign(&app.issuer, metadata.client_id());
    let jwt = signature::Signer::of(&app, Some(registered))?.sign(TYPE, &claims)?;
    Ok(([(header::CONTENT_TYPE, SIGNED_MEDIA_TYPE)], jwt).into_response())
}
