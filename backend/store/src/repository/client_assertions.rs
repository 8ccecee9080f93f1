//! Client assertions already seen, so that none is used twice (RFC 7523 section 3, point 7).
//! Not here: verifying one.

use super::repository;
use crate::entity::client_assertion;
use crate::{Sha256Digest, StoreError};
use renkei_procedure::identity::PartnerId;
use renkei_procedure::time::Instant;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel};

repository! {
    /// Client assertions already seen.
    pub struct ClientAssertions;
}

impl ClientAssertions<'_> {
    /// Remembers an assertion by the hash of its `jti`, at least until it expires. `false`: it was used before.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the partner is unknown.
    pub async fn remember(
        &self,
        client_id: &PartnerId,
        jti_hash: Sha256Digest,
        expires_at: Instant,
    ) -> Result<bool, StoreError> {
        let model = client_assertion::Model {
            client_id: client_id.as_str().to_owned(),
            jti_hash,
            expires_at: expires_at.into(),
        };
        let key = [
            client_assertion::Column::ClientId,
            client_assertion::Column::JtiHash,
        ];
        let inserted = client_assertion::Entity::insert(model.into_active_model())
            .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
            .exec_without_returning(self.store.write())
            .await?;
        Ok(inserted == 1)
    }
}
