//! Grants as partners know and end them, by public id (Grant Management for OAuth 2.0).
//! Not here: what a grant says of itself, and how a request merges with it.

use super::{EndReason, GrantRecord, Grants, end_all, in_force};
use crate::StoreError;
use crate::entity::grant;
use crate::transaction::{Ending, settle};
use renkei_procedure::identity::{GrantId, PartnerId};
use renkei_procedure::time::Instant;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

fn of_partner(partner_id: &PartnerId, public_id: &str) -> Condition {
    Condition::all()
        .add(grant::Column::PublicId.eq(public_id))
        .add(grant::Column::PartnerId.eq(partner_id.as_str()))
}

impl Grants<'_> {
    /// The grant in force of a partner that a public id names; there is at most one.
    pub async fn find_public(
        &self,
        partner_id: &PartnerId,
        public_id: &str,
        now: Instant,
    ) -> Result<Option<GrantRecord>, StoreError> {
        let found = grant::Entity::find()
            .filter(of_partner(partner_id, public_id))
            .filter(in_force(now))
            .one(self.store.read())
            .await?;
        found.map(GrantRecord::try_from).transpose()
    }

    /// The partner revokes what a public id names, and with it all tokens: the active grant and those that wait to
    /// take its place. Answers which ended; none where the id is unknown or another partner's, or all have ended.
    pub async fn end_by_partner(
        &self,
        partner_id: &PartnerId,
        public_id: &str,
        now: Instant,
    ) -> Result<Vec<GrantId>, StoreError> {
        let transaction = self.store.begin().await?;
        let which = of_partner(partner_id, public_id);
        let ending = end_all(&transaction, which, EndReason::RevokedByPartner, now)
            .await
            .map(Ending::Keep);
        settle(transaction, ending).await
    }
}
