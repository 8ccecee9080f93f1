//! Pushed authorization requests (RFC 9126): found as often as the browser comes, consumed by the customer's decision.
//! Not here: what a request may say; `renkei-oauth` has checked it.

use super::repository;
use crate::column::instant::Micros;
use crate::entity::pushed_request;
use crate::{JsonText, Sha256Digest, StoreError};
use renkei_procedure::identity::PartnerId;
use renkei_procedure::time::Instant;
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

/// A pushed request to be written.
#[derive(Debug, Clone)]
pub struct NewPushedRequest {
    /// SHA-256 of the `request_uri` (RFC 9126 section 2.2).
    pub request_uri_hash: Sha256Digest,
    /// Who pushed it.
    pub client_id: PartnerId,
    /// The checked request.
    pub request: JsonText,
    /// When it was pushed.
    pub created_at: Instant,
    /// Until when the browser may arrive with it.
    pub expires_at: Instant,
}

repository! {
    /// Pushed authorization requests.
    pub struct PushedRequests;
}

impl PushedRequests<'_> {
    /// Writes a request.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the partner is unknown.
    pub async fn insert(&self, new: &NewPushedRequest) -> Result<(), StoreError> {
        let model = pushed_request::Model {
            request_uri_hash: new.request_uri_hash,
            client_id: new.client_id.as_str().to_owned(),
            request: new.request.clone(),
            created_at: new.created_at.into(),
            expires_at: new.expires_at.into(),
            consumed_at: None,
        };
        pushed_request::Entity::insert(model.into_active_model())
            .exec_without_returning(self.store.write())
            .await?;
        Ok(())
    }

    /// The request of a client, to look at as often as the browser comes. `None`: no such request of this client, too
    /// late, or consumed.
    pub async fn find(
        &self,
        request_uri_hash: Sha256Digest,
        client_id: &PartnerId,
        now: Instant,
    ) -> Result<Option<JsonText>, StoreError> {
        let found = pushed_request::Entity::find_by_id(request_uri_hash)
            .filter(pushed_request::Column::ClientId.eq(client_id.as_str()))
            .filter(pushed_request::Column::ConsumedAt.is_null())
            .filter(pushed_request::Column::ExpiresAt.gt(Micros::from(now)))
            .one(self.store.read())
            .await?;
        Ok(found.map(|request| request.request))
    }
}

/// Consumes a request, once, inside a transaction of the caller's; in time or late, since the linkage that began in
/// time carries it. `false`: consumed already, or forgotten.
pub(crate) async fn consume(
    database: &impl ConnectionTrait,
    request_uri_hash: Sha256Digest,
    now: Instant,
) -> Result<bool, StoreError> {
    let consumed = pushed_request::ActiveModel {
        consumed_at: ActiveValue::Set(Some(now.into())),
        ..Default::default()
    };
    let result = pushed_request::Entity::update_many()
        .set(consumed)
        .filter(pushed_request::Column::RequestUriHash.eq(request_uri_hash))
        .filter(pushed_request::Column::ConsumedAt.is_null())
        .exec(database)
        .await?;
    Ok(result.rows_affected == 1)
}
