//! What counts once: client assertions (RFC 7523 section 3, point 7), DPoP proofs (RFC 9449 section 11.1), request
//! objects (RFC 9101). Not here: verifying any of them.

use super::repository;
use crate::column::word::words;
use crate::entity::replay;
use crate::{Sha256Digest, StoreError};
use renkei_procedure::time::Instant;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel};

words! {
    /// What counts once. An id of one kind is none of another.
    pub enum ReplayKind {
        /// A client assertion, of a client, by its `jti`.
        ClientAssertion = "client_assertion",
        /// A DPoP proof, of a key (its JWK thumbprint), by its `jti`.
        DpopProof = "dpop_proof",
        /// A request object, of a client, by its `jti`.
        RequestObject = "request_object",
    }
}

repository! {
    /// What counts once.
    pub struct Replays;
}

impl Replays<'_> {
    /// Remembers an id of an owner, at least until an instant. `true`: this was its first use. `owner` is a
    /// `client_id` or a JWK thumbprint; the store does not ask whether it is known.
    pub async fn remember(
        &self,
        kind: ReplayKind,
        owner: &str,
        id_hash: Sha256Digest,
        keep_until: Instant,
    ) -> Result<bool, StoreError> {
        let model = replay::Model {
            kind,
            owner: owner.to_owned(),
            id_hash,
            expires_at: keep_until.into(),
        };
        let key = [
            replay::Column::Kind,
            replay::Column::Owner,
            replay::Column::IdHash,
        ];
        let inserted = replay::Entity::insert(model.into_active_model())
            .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
            .exec_without_returning(self.store.write())
            .await?;
        Ok(inserted == 1)
    }
}
