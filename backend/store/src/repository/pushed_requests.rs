//! Pushed authorization requests (RFC 9126), taken once on arrival; from then on the linkage carries the request.
//! Not here: what a request may say; `renkei-oauth` has checked it.

use super::repository;
use crate::column::instant::Micros;
use crate::entity::pushed_request;
use crate::{JsonText, Sha256Digest, StoreError};
use renkei_procedure::identity::PartnerId;
use renkei_procedure::time::Instant;
use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

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
            taken_at: None,
        };
        pushed_request::Entity::insert(model.into_active_model())
            .exec_without_returning(self.store.write())
            .await?;
        Ok(())
    }

    /// Takes a request, once. `None`: no such request of this client, too late, or taken already.
    pub async fn take(
        &self,
        request_uri_hash: Sha256Digest,
        client_id: &PartnerId,
        now: Instant,
    ) -> Result<Option<JsonText>, StoreError> {
        let taken = pushed_request::ActiveModel {
            taken_at: ActiveValue::Set(Some(now.into())),
            ..Default::default()
        };
        let updated = pushed_request::Entity::update_many()
            .set(taken)
            .filter(pushed_request::Column::RequestUriHash.eq(request_uri_hash))
            .filter(pushed_request::Column::ClientId.eq(client_id.as_str()))
            .filter(pushed_request::Column::TakenAt.is_null())
            .filter(pushed_request::Column::ExpiresAt.gt(Micros::from(now)))
            .exec_with_returning(self.store.write())
            .await?;
        Ok(updated.into_iter().next().map(|request| request.request))
    }
}
