//! An answer on its way to the partner: JSON, or the same in a signed JWT where the partner asks for that.
//! Not here: what it says (`wire`), and refusals, which are never signed (`access`).

use super::access::{Access, Refusal};
use crate::oauth::resource::ResourceCall;
use crate::oauth::signature::Signer;
use crate::services::Services;
use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use renkei_oauth::content_negotiation::wants;
use renkei_oauth::signed_response::{MEDIA_TYPE, ResponseClaims, TYPE};
use serde::Serialize;
use uuid::Uuid;

/// Gives the content the form that the call asks for.
pub(super) fn answer<T: Serialize>(
    app: &Services,
    call: &ResourceCall,
    access: &Access,
    content: &T,
) -> Result<Response, Refusal> {
    // A cache between us must not give one partner's form to another's question.
    let vary = [(header::VARY, "Accept")];
    if !wants(call.headers(), MEDIA_TYPE) {
        return Ok((vary, Json(content)).into_response());
    }
    let id = Uuid::from_bytes(app.ambient.random()?).simple().to_string();
    let (partner, now) = (access.grant.partner_id.as_str(), access.now.unix_seconds());
    let claims = ResponseClaims::new(&app.issuer, partner, &id, now, content);
    let jwt = Signer::of(app, None)?.sign(TYPE, &claims)?;
    Ok((vary, [(header::CONTENT_TYPE, MEDIA_TYPE)], jwt).into_response())
}
