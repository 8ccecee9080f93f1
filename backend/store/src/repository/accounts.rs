//! Inquiry accounts as the core last listed them, each under our own stable id.
//! Not here: balances and statements, which stay in the core.

use super::{repository, stored_count};
use crate::StoreError;
use crate::entity::{inquiry_account, user, user_account};
use crate::transaction::{Ending, settle};
use renkei_procedure::identity::{AccountId, CoreAccountKey, UserId};
use renkei_procedure::time::Instant;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// An account as the core lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoreAccountRow {
    /// The id to be taken should the account be new.
    pub id_if_new: AccountId,
    /// The core's stable key.
    pub core_account: CoreAccountKey,
    /// 店番.
    pub branch_code: String,
    /// 店名.
    pub branch_name: String,
    /// 科目, one-digit code.
    pub account_type: String,
    /// 口座番号.
    pub account_number: String,
    /// 口座名義.
    pub holder_name: String,
    /// 口座メモ.
    pub memo: Option<String>,
}

/// An account as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InquiryAccountRecord {
    /// Our own stable id.
    pub id: AccountId,
    /// The core's stable key.
    pub core_account: CoreAccountKey,
    /// 店番.
    pub branch_code: String,
    /// 店名.
    pub branch_name: String,
    /// 科目, one-digit code.
    pub account_type: String,
    /// 口座番号.
    pub account_number: String,
    /// 口座名義.
    pub holder_name: String,
    /// 口座メモ.
    pub memo: Option<String>,
    /// When the core last listed it.
    pub updated_at: Instant,
}

/// Rows per statement: SQLite takes 32,766 parameters in one, and a row here has 11.
const ROWS_AT_ONCE: usize = 500;

repository! {
    /// Inquiry accounts.
    pub struct Accounts;
}

impl Accounts<'_> {
    /// Takes over what the core lists for a user now: known accounts keep their id and get the new labels, new ones
    /// get theirs, those no longer listed are no longer the user's. Answers the user's accounts in the core's order.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the user is unknown.
    pub async fn refresh(
        &self,
        user_id: UserId,
        listed: &[CoreAccountRow],
        now: Instant,
    ) -> Result<Vec<InquiryAccountRecord>, StoreError> {
        let transaction = self.store.begin().await?;
        let ending = refresh(&transaction, user_id, listed, now)
            .await
            .map(Ending::Keep);
        settle(transaction, ending).await
    }

    /// The user's accounts in the core's order, as last listed.
    pub async fn list_for_user(&self, user_id: UserId) -> Result<Vec<InquiryAccountRecord>, StoreError> {
        of_user(self.store.read(), user_id).await
    }

    /// One account.
    pub async fn find(&self, id: AccountId) -> Result<Option<InquiryAccountRecord>, StoreError> {
        let found = inquiry_account::Entity::find_by_id(id.as_uuid())
            .one(self.store.read())
            .await?;
        Ok(found.map(InquiryAccountRecord::from))
    }
}

async fn refresh(
    database: &DatabaseTransaction,
    user_id: UserId,
    listed: &[CoreAccountRow],
    now: Instant,
) -> Result<Vec<InquiryAccountRecord>, StoreError> {
    // Two logins of one user at a time would both insert the same links.
    user::Entity::find_by_id(user_id.as_uuid())
        .lock_exclusive()
        .one(database)
        .await?
        .ok_or(StoreError::Conflict)?;

    // In the order of the key, so that two users of one company lock the same rows in the same order.
    let mut by_key = BTreeMap::new();
    for (position, row) in listed.iter().enumerate() {
        by_key.entry(row.core_account.as_str()).or_insert((position, row));
    }
    let rows: Vec<_> = by_key
        .values()
        .map(|(_, row)| row.to_model(now).into_active_model())
        .collect();
    for rows in rows.chunks(ROWS_AT_ONCE) {
        let overwritten = [
            inquiry_account::Column::BranchCode,
            inquiry_account::Column::BranchName,
            inquiry_account::Column::AccountType,
            inquiry_account::Column::AccountNumber,
            inquiry_account::Column::HolderName,
            inquiry_account::Column::Memo,
            inquiry_account::Column::UpdatedAt,
        ];
        let by_core_account = OnConflict::column(inquiry_account::Column::CoreAccount)
            .update_columns(overwritten)
            .to_owned();
        inquiry_account::Entity::insert_many(rows.to_vec())
            .on_conflict(by_core_account)
            .exec_without_returning(database)
            .await?;
    }

    user_account::Entity::delete_many()
        .filter(user_account::Column::UserId.eq(user_id.as_uuid()))
        .exec(database)
        .await?;
    let ids = ids_by_core_account(database, &by_key.keys().copied().collect::<Vec<_>>()).await?;
    let mut links = Vec::with_capacity(by_key.len());
    for (key, (position, _)) in &by_key {
        let account_id = *ids.get(*key).ok_or(StoreError::Corrupt("inquiry account"))?;
        let position = stored_count(*position as u64);
        links.push(
            user_account::Model {
                user_id: user_id.as_uuid(),
                account_id,
                position,
            }
            .into_active_model(),
        );
    }
    for links in links.chunks(ROWS_AT_ONCE) {
        user_account::Entity::insert_many(links.to_vec())
            .exec_without_returning(database)
            .await?;
    }
    of_user(database, user_id).await
}

async fn of_user(
    database: &impl ConnectionTrait,
    user_id: UserId,
) -> Result<Vec<InquiryAccountRecord>, StoreError> {
    let accounts = inquiry_account::Entity::find()
        .join_rev(
            sea_orm::JoinType::InnerJoin,
            user_account::Relation::InquiryAccount.def(),
        )
        .filter(user_account::Column::UserId.eq(user_id.as_uuid()))
        .order_by_asc(user_account::Column::Position)
        .all(database)
        .await?;
    Ok(accounts.into_iter().map(InquiryAccountRecord::from).collect())
}

async fn ids_by_core_account(
    database: &impl ConnectionTrait,
    keys: &[&str],
) -> Result<BTreeMap<String, Uuid>, StoreError> {
    let mut ids = BTreeMap::new();
    for keys in keys.chunks(ROWS_AT_ONCE) {
        let found: Vec<(String, Uuid)> = inquiry_account::Entity::find()
            .select_only()
            .columns([inquiry_account::Column::CoreAccount, inquiry_account::Column::Id])
            .filter(inquiry_account::Column::CoreAccount.is_in(keys.iter().copied()))
            .into_tuple()
            .all(database)
            .await?;
        ids.extend(found);
    }
    Ok(ids)
}

impl CoreAccountRow {
    fn to_model(&self, now: Instant) -> inquiry_account::Model {
        inquiry_account::Model {
            id: self.id_if_new.as_uuid(),
            core_account: self.core_account.as_str().to_owned(),
            branch_code: self.branch_code.clone(),
            branch_name: self.branch_name.clone(),
            account_type: self.account_type.clone(),
            account_number: self.account_number.clone(),
            holder_name: self.holder_name.clone(),
            memo: self.memo.clone(),
            updated_at: now.into(),
            pin_lease_owner: None,
            pin_lease_until: None,
        }
    }
}

impl From<inquiry_account::Model> for InquiryAccountRecord {
    fn from(model: inquiry_account::Model) -> Self {
        Self {
            id: model.id.into(),
            core_account: CoreAccountKey::new(model.core_account),
            branch_code: model.branch_code,
            branch_name: model.branch_name,
            account_type: model.account_type,
            account_number: model.account_number,
            holder_name: model.holder_name,
            memo: model.memo,
            updated_at: model.updated_at.into(),
        }
    }
}
