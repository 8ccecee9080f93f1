//! The grant management API (Grant Management for OAuth 2.0, 6): a partner asks after a permission, and ends it.
//! Not here: making and changing permissions, which needs the customer (`linkage`).

use super::resource::{Admitted, Denied, ResourceCall};
use crate::audit;
use crate::services::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use renkei_oauth::authorization_details::AuthorizationDetails;
use renkei_oauth::error::OAuthError;
use renkei_oauth::grant_management::{
    GRANT_MANAGEMENT_QUERY, GRANT_MANAGEMENT_REVOKE, GrantResource, invalid_grant_id,
};
use renkei_oauth::openid::{Claim, ClaimsRequest};
use renkei_oauth::scope::Scopes;
use renkei_store::{JsonText, StoreError};

use crate::web::segment::Segment;

/// `GET /grants/{grant_id}` (6.3).
pub(super) async fn query(
    State(app): State<App>,
    Segment(id): Segment,
    call: ResourceCall,
) -> Result<Response, Denied> {
    let admitted = call.admit(&app).await?;
    admitted.require(GRANT_MANAGEMENT_QUERY)?;
    let found = match readable(&id) {
        Some(id) => {
            app.store
                .grants()
                .find_public(owner(&admitted), id, admitted.now())
                .await?
        }
        None => None,
    };
    let Some(grant) = found else { return Ok(unknown()) };
    let scopes = Scopes::parse(&grant.scope).map_err(|_| StoreError::Corrupt("scope"))?;
    let details: Option<AuthorizationDetails> = grant
        .authorization_details
        .as_ref()
        .map(JsonText::decode)
        .transpose()?;
    let asked: ClaimsRequest = grant
        .claims
        .as_ref()
        .map(JsonText::decode)
        .transpose()?
        .unwrap_or_default();
    let claims = asked.userinfo().iter().copied().map(Claim::name);
    Ok(Json(GrantResource::new(&scopes, claims, details.as_ref())).into_response())
}

/// `DELETE /grants/{grant_id}` (6.4): the permission ends with all its tokens.
pub(super) async fn revoke(
    State(app): State<App>,
    Segment(id): Segment,
    call: ResourceCall,
) -> Result<Response, Denied> {
    let admitted = call.admit(&app).await?;
    admitted.require(GRANT_MANAGEMENT_REVOKE)?;
    let partner = owner(&admitted);
    let ended = match readable(&id) {
        Some(id) => {
            app.store
                .grants()
                .end_by_partner(partner, id, admitted.now())
                .await?
        }
        None => Vec::new(),
    };
    if ended.is_empty() {
        return Ok(unknown());
    }
    for grant in ended {
        let event = audit::event("revoked_by_partner", admitted.now())
            .partner(partner)
            .detail("grant", grant.to_string());
        audit::append_if_possible(&app, event).await;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn owner(admitted: &Admitted) -> &renkei_procedure::identity::PartnerId {
    &admitted.token().client_id
}

/// An id as we make them; not every database bears anything else.
fn readable(id: &str) -> Option<&str> {
    let ours = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    (!id.is_empty() && id.len() <= 128 && id.bytes().all(ours)).then_some(id)
}

/// A grant that has ended, another partner's, or none at all: there is nothing at this address.
fn unknown() -> Response {
    let error: OAuthError = invalid_grant_id();
    (StatusCode::NOT_FOUND, Json(error.body())).into_response()
}
