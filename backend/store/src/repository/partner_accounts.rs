//! The ids by which partners know accounts: stable per partner, different for each, over every new linkage.
//! Not here: which accounts a partner may see; its grant says that.

use super::repository;
use crate::StoreError;
use crate::entity::partner_account;
use crate::transaction::{Ending, settle};
use renkei_procedure::identity::{AccountId, PartnerId, PublicAccountId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter};
use std::collections::HashMap;

/// Keys per statement, well below SQLite's 32,766 parameters.
const KEYS_AT_ONCE: usize = 1_000;

repository! {
    /// Accounts as each partner knows them.
    pub struct PartnerAccounts;
}

impl PartnerAccounts<'_> {
    /// The public ids of accounts; each account comes with a fresh random id that is taken where it has none yet.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the partner or an account is unknown.
    pub async fn public_ids(
        &self,
        partner_id: &PartnerId,
        accounts: &[(AccountId, PublicAccountId)],
    ) -> Result<HashMap<AccountId, PublicAccountId>, StoreError> {
        let mut known = lookup(self.store.read(), partner_id, accounts).await?;
        let mut fresh: Vec<_> = accounts
            .iter()
            .filter(|(account_id, _)| !known.contains_key(account_id))
            .copied()
            .collect();
        if fresh.is_empty() {
            return Ok(known);
        }
        // One order for all, so that two calls at the same moment cannot wait for each other.
        fresh.sort_unstable();
        let transaction = self.store.begin().await?;
        let ending = take_fresh(&transaction, partner_id, &fresh)
            .await
            .map(Ending::Keep);
        known.extend(settle(transaction, ending).await?);
        Ok(known)
    }

    /// The accounts behind public ids of this partner. Ids that the partner does not know are left out.
    pub async fn find_all(
        &self,
        partner_id: &PartnerId,
        public_ids: &[PublicAccountId],
    ) -> Result<HashMap<PublicAccountId, AccountId>, StoreError> {
        let mut found = HashMap::with_capacity(public_ids.len());
        for some in public_ids.chunks(KEYS_AT_ONCE) {
            let rows = partner_account::Entity::find()
                .filter(partner_account::Column::PartnerId.eq(partner_id.as_str()))
                .filter(partner_account::Column::PublicId.is_in(some.iter().map(PublicAccountId::as_uuid)))
                .all(self.store.read())
                .await?;
            found.extend(rows.into_iter().map(|row| {
                (
                    PublicAccountId::from(row.public_id),
                    AccountId::from(row.account_id),
                )
            }));
        }
        Ok(found)
    }

    /// The account behind a public id of this partner.
    pub async fn find(
        &self,
        partner_id: &PartnerId,
        public_id: PublicAccountId,
    ) -> Result<Option<AccountId>, StoreError> {
        let found = partner_account::Entity::find()
            .filter(partner_account::Column::PublicId.eq(public_id.as_uuid()))
            .filter(partner_account::Column::PartnerId.eq(partner_id.as_str()))
            .one(self.store.read())
            .await?;
        Ok(found.map(|row| row.account_id.into()))
    }
}

async fn take_fresh(
    database: &DatabaseTransaction,
    partner_id: &PartnerId,
    fresh: &[(AccountId, PublicAccountId)],
) -> Result<HashMap<AccountId, PublicAccountId>, StoreError> {
    for some in fresh.chunks(KEYS_AT_ONCE) {
        let rows = some.iter().map(|(account_id, public_id)| {
            partner_account::Model {
                partner_id: partner_id.as_str().to_owned(),
                account_id: account_id.as_uuid(),
                public_id: public_id.as_uuid(),
            }
            .into_active_model()
        });
        let key = [
            partner_account::Column::PartnerId,
            partner_account::Column::AccountId,
        ];
        partner_account::Entity::insert_many(rows)
            .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
            .exec_without_returning(database)
            .await?;
    }
    lookup(database, partner_id, fresh).await
}

async fn lookup(
    database: &impl ConnectionTrait,
    partner_id: &PartnerId,
    accounts: &[(AccountId, PublicAccountId)],
) -> Result<HashMap<AccountId, PublicAccountId>, StoreError> {
    let mut known = HashMap::with_capacity(accounts.len());
    for some in accounts.chunks(KEYS_AT_ONCE) {
        let rows = partner_account::Entity::find()
            .filter(partner_account::Column::PartnerId.eq(partner_id.as_str()))
            .filter(partner_account::Column::AccountId.is_in(some.iter().map(|(id, _)| id.as_uuid())))
            .all(database)
            .await?;
        known.extend(rows.into_iter().map(|row| {
            (
                AccountId::from(row.account_id),
                PublicAccountId::from(row.public_id),
            )
        }));
    }
    Ok(known)
}
