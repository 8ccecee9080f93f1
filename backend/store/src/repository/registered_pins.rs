//! Sealed inquiry PINs, and the gate before each account that keeps a changed PIN from being sent twice.
//! Not here: sealing (`renkei-vault`), asking the core (`renkei-bank`), and the PIN itself.
//!
//! The core counts wrong PINs per account and locks it, so an unproven PIN may be under way once at a time: the lease
//! lies on the account, whichever user's registration is used. A caller that finds [`RegisteredPinRecord::proven_until`]
//! in the future needs no lease.

use super::repository;
use crate::column::instant::Micros;
use crate::entity::{inquiry_account, registered_pin};
use crate::transaction::{Ending, settle};
use crate::{StoreError, Undisclosed};
use renkei_procedure::identity::{AccountId, LinkageId, UserId};
use renkei_procedure::time::Instant;
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

/// A registration to be written; the core has just accepted the PIN.
#[derive(Debug, Clone)]
pub struct NewRegisteredPin {
    /// Who registered it.
    pub user_id: UserId,
    /// For which account.
    pub account_id: AccountId,
    /// The sealed PIN.
    pub sealed: Undisclosed,
    /// When.
    pub registered_at: Instant,
    /// In which linkage, so that its pages can show 登録済み*.
    pub linkage_id: Option<LinkageId>,
    /// Until when the PIN needs no gate.
    pub proven_until: Option<Instant>,
}

/// A registration as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredPinRecord {
    /// Who registered it.
    pub user_id: UserId,
    /// For which account.
    pub account_id: AccountId,
    /// The sealed PIN.
    pub sealed: Undisclosed,
    /// When.
    pub registered_at: Instant,
    /// In which linkage.
    pub linkage_id: Option<LinkageId>,
    /// Since when the core refuses it, if so: the account is 未登録 again and the PIN is never sent.
    pub refused_at: Option<Instant>,
    /// Until when the PIN counts as known good.
    pub proven_until: Option<Instant>,
}

/// The right to send an account's PIN to the core, alone, until the lease ends. Made by
/// [`RegisteredPins::acquire_pin_lease`] only.
#[derive(Debug, Clone)]
pub struct PinLease {
    pin: RegisteredPinRecord,
    owner: Uuid,
}

impl PinLease {
    /// The registration as it stood when the lease was taken.
    pub const fn pin(&self) -> &RegisteredPinRecord {
        &self.pin
    }
}

/// What the gate said.
#[derive(Debug, Clone)]
pub enum PinGate {
    /// Go on; look at [`RegisteredPinRecord::proven_until`] again, somebody may have proved the PIN meanwhile.
    Acquired(PinLease),
    /// Somebody else is asking the core at the moment: wait and try again.
    Busy,
    /// No PIN is registered, or the core refuses it.
    Unregistered,
}

repository! {
    /// Sealed inquiry PINs.
    pub struct RegisteredPins;
}

impl RegisteredPins<'_> {
    /// Writes a registration; an earlier one of this user and account, refused or not, is replaced.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where user or account is unknown.
    pub async fn put(&self, new: &NewRegisteredPin) -> Result<(), StoreError> {
        let model = registered_pin::Model {
            user_id: new.user_id.as_uuid(),
            account_id: new.account_id.as_uuid(),
            sealed: new.sealed.clone(),
            registered_at: new.registered_at.into(),
            linkage_id: new.linkage_id.map(|id| id.as_uuid()),
            refused_at: None,
            proven_until: new.proven_until.map(Into::into),
        };
        let key = [registered_pin::Column::UserId, registered_pin::Column::AccountId];
        let overwritten = [
            registered_pin::Column::Sealed,
            registered_pin::Column::RegisteredAt,
            registered_pin::Column::LinkageId,
            registered_pin::Column::RefusedAt,
            registered_pin::Column::ProvenUntil,
        ];
        registered_pin::Entity::insert(model.into_active_model())
            .on_conflict(OnConflict::columns(key).update_columns(overwritten).to_owned())
            .exec_without_returning(self.store.write())
            .await?;
        Ok(())
    }

    /// All registrations of a user, refused ones included.
    pub async fn list_for_user(&self, user_id: UserId) -> Result<Vec<RegisteredPinRecord>, StoreError> {
        let pins = registered_pin::Entity::find()
            .filter(registered_pin::Column::UserId.eq(user_id.as_uuid()))
            .all(self.store.read())
            .await?;
        Ok(pins.into_iter().map(RegisteredPinRecord::from).collect())
    }

    /// All registrations of an account that the core has not refused, by whichever user.
    pub async fn list_for_account(
        &self,
        account_id: AccountId,
    ) -> Result<Vec<RegisteredPinRecord>, StoreError> {
        let pins = registered_pin::Entity::find()
            .filter(registered_pin::Column::AccountId.eq(account_id.as_uuid()))
            .filter(registered_pin::Column::RefusedAt.is_null())
            .all(self.store.read())
            .await?;
        Ok(pins.into_iter().map(RegisteredPinRecord::from).collect())
    }

    /// One registration, refused or not.
    pub async fn find(
        &self,
        user_id: UserId,
        account_id: AccountId,
    ) -> Result<Option<RegisteredPinRecord>, StoreError> {
        find(self.store.read(), user_id, account_id).await
    }

    /// The core refused the PIN as it stood in `observed`. If it has not been registered anew since, it is never sent
    /// again, and every other registration of the account must go through the gate. `false`: it has changed since.
    pub async fn mark_refused(
        &self,
        observed: &RegisteredPinRecord,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let transaction = self.store.begin().await?;
        let ending = mark_refused(&transaction, observed, now).await;
        settle(transaction, ending).await
    }

    /// Puts the same PIN under another key, if it is still the one observed. `false`: it has changed since.
    pub async fn reseal(
        &self,
        observed: &RegisteredPinRecord,
        sealed: &Undisclosed,
    ) -> Result<bool, StoreError> {
        let change = registered_pin::ActiveModel {
            sealed: ActiveValue::Set(sealed.clone()),
            ..Default::default()
        };
        let result = registered_pin::Entity::update_many()
            .set(change)
            .filter(same_pin(observed))
            .exec(self.store.write())
            .await?;
        Ok(result.rows_affected == 1)
    }

    /// Registrations in a stable order, `limit` at a time, for rotation of the key: each page begins after the last
    /// one of the page before.
    pub async fn page(
        &self,
        after: Option<(UserId, AccountId)>,
        limit: u64,
    ) -> Result<Vec<RegisteredPinRecord>, StoreError> {
        use registered_pin::Column::{AccountId as Account, UserId as User};
        let mut query = registered_pin::Entity::find()
            .order_by_asc(User)
            .order_by_asc(Account)
            .limit(limit);
        if let Some((user, account)) = after {
            query = query.filter(
                Condition::any().add(User.gt(user.as_uuid())).add(
                    Condition::all()
                        .add(User.eq(user.as_uuid()))
                        .add(Account.gt(account.as_uuid())),
                ),
            );
        }
        Ok(query
            .all(self.store.read())
            .await?
            .into_iter()
            .map(RegisteredPinRecord::from)
            .collect())
    }

    /// Asks to be the only one who sends this account's PIN to the core until `lease_until`. `owner` is a random id
    /// of the call.
    pub async fn acquire_pin_lease(
        &self,
        user_id: UserId,
        account_id: AccountId,
        owner: Uuid,
        now: Instant,
        lease_until: Instant,
    ) -> Result<PinGate, StoreError> {
        let transaction = self.store.begin().await?;
        let ending = acquire(&transaction, user_id, account_id, owner, now, lease_until).await;
        settle(transaction, ending).await
    }

    /// Gives the lease back. `proven_until`: the core has accepted the PIN, which counts as known good until then.
    pub async fn release_pin_lease(
        &self,
        lease: &PinLease,
        proven_until: Option<Instant>,
    ) -> Result<(), StoreError> {
        let transaction = self.store.begin().await?;
        let ending = release(&transaction, lease, proven_until).await;
        settle(transaction, ending).await
    }
}

async fn mark_refused(
    database: &DatabaseTransaction,
    observed: &RegisteredPinRecord,
    now: Instant,
) -> Result<Ending<bool>, StoreError> {
    // The account first, as at the gate: two users' refusals would otherwise wait for each other's rows.
    inquiry_account::Entity::find_by_id(observed.account_id.as_uuid())
        .lock(LockType::NoKeyUpdate)
        .one(database)
        .await?;
    let refusal = registered_pin::ActiveModel {
        refused_at: ActiveValue::Set(Some(now.into())),
        ..Default::default()
    };
    let refused = registered_pin::Entity::update_many()
        .set(refusal)
        .filter(same_pin(observed))
        .filter(registered_pin::Column::RefusedAt.is_null())
        .exec(database)
        .await?;
    if refused.rows_affected == 0 {
        return Ok(Ending::Undo(false));
    }
    let unproven = registered_pin::ActiveModel {
        proven_until: ActiveValue::Set(None),
        ..Default::default()
    };
    registered_pin::Entity::update_many()
        .set(unproven)
        .filter(registered_pin::Column::AccountId.eq(observed.account_id.as_uuid()))
        .exec(database)
        .await?;
    Ok(Ending::Keep(true))
}

async fn acquire(
    database: &DatabaseTransaction,
    user_id: UserId,
    account_id: AccountId,
    owner: Uuid,
    now: Instant,
    lease_until: Instant,
) -> Result<Ending<PinGate>, StoreError> {
    let lease = inquiry_account::ActiveModel {
        pin_lease_owner: ActiveValue::Set(Some(owner)),
        pin_lease_until: ActiveValue::Set(Some(lease_until.into())),
        ..Default::default()
    };
    let free = Condition::any()
        .add(inquiry_account::Column::PinLeaseUntil.is_null())
        .add(inquiry_account::Column::PinLeaseUntil.lte(Micros::from(now)));
    let leased = inquiry_account::Entity::update_many()
        .set(lease)
        .filter(inquiry_account::Column::Id.eq(account_id.as_uuid()))
        .filter(free)
        .exec(database)
        .await?;
    let pin = find(database, user_id, account_id)
        .await?
        .filter(|pin| pin.refused_at.is_none());
    Ok(match pin {
        None => Ending::Undo(PinGate::Unregistered),
        Some(_) if leased.rows_affected == 0 => Ending::Undo(PinGate::Busy),
        Some(pin) => Ending::Keep(PinGate::Acquired(PinLease { pin, owner })),
    })
}

async fn release(
    database: &DatabaseTransaction,
    lease: &PinLease,
    proven_until: Option<Instant>,
) -> Result<Ending<()>, StoreError> {
    let free = inquiry_account::ActiveModel {
        pin_lease_owner: ActiveValue::Set(None),
        pin_lease_until: ActiveValue::Set(None),
        ..Default::default()
    };
    inquiry_account::Entity::update_many()
        .set(free)
        .filter(inquiry_account::Column::Id.eq(lease.pin.account_id.as_uuid()))
        .filter(inquiry_account::Column::PinLeaseOwner.eq(lease.owner))
        .exec(database)
        .await?;
    if let Some(until) = proven_until {
        let proof = registered_pin::ActiveModel {
            proven_until: ActiveValue::Set(Some(until.into())),
            ..Default::default()
        };
        registered_pin::Entity::update_many()
            .set(proof)
            .filter(same_pin(&lease.pin))
            .filter(registered_pin::Column::RefusedAt.is_null())
            .exec(database)
            .await?;
    }
    Ok(Ending::Keep(()))
}

/// The row, as long as it holds the PIN that was observed. (Sealing is randomised, so no two seals are alike.)
fn same_pin(observed: &RegisteredPinRecord) -> Condition {
    Condition::all()
        .add(registered_pin::Column::UserId.eq(observed.user_id.as_uuid()))
        .add(registered_pin::Column::AccountId.eq(observed.account_id.as_uuid()))
        .add(registered_pin::Column::Sealed.eq(observed.sealed.clone()))
}

async fn find(
    database: &impl ConnectionTrait,
    user_id: UserId,
    account_id: AccountId,
) -> Result<Option<RegisteredPinRecord>, StoreError> {
    let found = registered_pin::Entity::find_by_id((user_id.as_uuid(), account_id.as_uuid()))
        .one(database)
        .await?;
    Ok(found.map(RegisteredPinRecord::from))
}

impl From<registered_pin::Model> for RegisteredPinRecord {
    fn from(model: registered_pin::Model) -> Self {
        Self {
            user_id: model.user_id.into(),
            account_id: model.account_id.into(),
            sealed: model.sealed,
            registered_at: model.registered_at.into(),
            linkage_id: model.linkage_id.map(Into::into),
            refused_at: model.refused_at.map(Into::into),
            proven_until: model.proven_until.map(Into::into),
        }
    }
}
