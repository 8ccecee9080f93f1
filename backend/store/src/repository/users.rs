//! Users of companies, and the count of their wrong passwords.
//! Not here: comparing a password; the caller hashes, after its try has been counted here.

use super::repository;
use crate::column::instant::Micros;
use crate::column::word::words;
use crate::entity::user;
use crate::{StoreError, Undisclosed};
use renkei_procedure::identity::{CoreUserKey, UserId};
use renkei_procedure::time::Instant;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

words! {
    /// What a user is in the company.
    pub enum UserRole {
        /// マスター
        Master = "master",
        /// 管理者
        Administrator = "administrator",
        /// 一般
        Ordinary = "ordinary",
    }
}

/// A user as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRecord {
    /// Our own id.
    pub id: UserId,
    /// The name by which staff know the user; unique.
    pub login_name: String,
    /// The person's name.
    pub name: String,
    /// The company.
    pub company: String,
    /// What the user is in the company.
    pub role: UserRole,
    /// Whether the user may link partners.
    pub may_link: bool,
    /// The core's key of the user.
    pub core_user: CoreUserKey,
    /// The login password's hash in PHC form.
    pub password_hash: Undisclosed,
    /// Passwords tried since the last right one.
    pub failed_passwords: u32,
    /// Since when the user is locked, if so.
    pub locked_at: Option<Instant>,
    /// From when on the password is good no more, if it expires at all.
    pub password_expires_at: Option<Instant>,
}

/// A user to be written.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The id, should the login name be new.
    pub id: UserId,
    /// The name by which staff know the user; unique.
    pub login_name: String,
    /// The person's name.
    pub name: String,
    /// The company.
    pub company: String,
    /// What the user is in the company.
    pub role: UserRole,
    /// Whether the user may link partners.
    pub may_link: bool,
    /// The core's key of the user.
    pub core_user: CoreUserKey,
    /// The login password's hash in PHC form.
    pub password_hash: Undisclosed,
    /// From when on the password is good no more, if it expires at all.
    pub password_expires_at: Option<Instant>,
}

/// Whether a password may be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TryOutcome {
    /// No: the user is locked (or unknown).
    Locked,
    /// Yes, this once; the try is already counted.
    Allowed {
        /// How many tries remain should this one fail. At 0 the user is locked from now on, unless it succeeds.
        remaining_after_failure: u32,
    },
}

repository! {
    /// Users of companies.
    pub struct Users;
}

impl Users<'_> {
    /// Writes a user. One of the same login name keeps id, count and lock; the rest is overwritten.
    pub async fn upsert(&self, new: &NewUser) -> Result<UserRecord, StoreError> {
        let model = user::Model {
            id: new.id.as_uuid(),
            login_name: new.login_name.clone(),
            name: new.name.clone(),
            company: new.company.clone(),
            role: new.role,
            may_link: new.may_link,
            core_user: new.core_user.as_str().to_owned(),
            password_hash: new.password_hash.clone(),
            failed_passwords: 0,
            locked_at: None,
            password_expires_at: new.password_expires_at.map(Into::into),
        };
        let overwritten = [
            user::Column::Name,
            user::Column::Company,
            user::Column::Role,
            user::Column::MayLink,
            user::Column::CoreUser,
            user::Column::PasswordHash,
            user::Column::PasswordExpiresAt,
        ];
        user::Entity::insert(model.into_active_model())
            .on_conflict(
                OnConflict::column(user::Column::LoginName)
                    .update_columns(overwritten)
                    .to_owned(),
            )
            .exec_with_returning(self.store.write())
            .await?
            .try_into()
    }

    /// The user of an id.
    pub async fn find(&self, id: UserId) -> Result<Option<UserRecord>, StoreError> {
        let found = user::Entity::find_by_id(id.as_uuid())
            .one(self.store.read())
            .await?;
        found.map(UserRecord::try_from).transpose()
    }

    /// The user of a login name.
    pub async fn find_by_login_name(&self, login_name: &str) -> Result<Option<UserRecord>, StoreError> {
        let found = user::Entity::find()
            .filter(user::Column::LoginName.eq(login_name))
            .one(self.store.read())
            .await?;
        found.map(UserRecord::try_from).transpose()
    }

    /// Counts a try before its password is compared, so that tries at the same moment cannot exceed the limit;
    /// the last one allowed locks the user. A right password then calls [`Self::password_try_succeeded`].
    pub async fn begin_password_try(
        &self,
        id: UserId,
        max_tries: u32,
        now: Instant,
    ) -> Result<TryOutcome, StoreError> {
        let counted = Expr::col(user::Column::FailedPasswords).add(1);
        let locked = Expr::case(counted.clone().gte(i64::from(max_tries)), Micros::from(now))
            .finally(Expr::col(user::Column::LockedAt));
        let updated = user::Entity::update_many()
            .col_expr(user::Column::FailedPasswords, counted)
            .col_expr(user::Column::LockedAt, locked.into())
            .filter(user::Column::Id.eq(id.as_uuid()))
            .filter(user::Column::LockedAt.is_null())
            .filter(user::Column::FailedPasswords.lt(i64::from(max_tries)))
            .exec_with_returning(self.store.write())
            .await?;
        let Some(model) = updated.into_iter().next() else {
            return Ok(TryOutcome::Locked);
        };
        let failed = UserRecord::try_from(model)?.failed_passwords;
        Ok(TryOutcome::Allowed {
            remaining_after_failure: max_tries.saturating_sub(failed),
        })
    }

    /// The password was right: the count begins anew, and a lock that this very try had set is lifted.
    pub async fn password_try_succeeded(&self, id: UserId) -> Result<(), StoreError> {
        self.reset(user::Column::Id.eq(id.as_uuid())).await.map(drop)
    }

    /// Lifts a lock at the counter's word. `false`: no such user.
    pub async fn unlock(&self, login_name: &str) -> Result<bool, StoreError> {
        self.reset(user::Column::LoginName.eq(login_name)).await
    }

    /// Sets from when on the password is good no more; without an instant it does not expire. `false`: no such user.
    pub async fn set_password_expiry(
        &self,
        login_name: &str,
        expires_at: Option<Instant>,
    ) -> Result<bool, StoreError> {
        let change = user::ActiveModel {
            password_expires_at: ActiveValue::Set(expires_at.map(Into::into)),
            ..Default::default()
        };
        let result = user::Entity::update_many()
            .set(change)
            .filter(user::Column::LoginName.eq(login_name))
            .exec(self.store.write())
            .await?;
        Ok(result.rows_affected == 1)
    }

    async fn reset(&self, whose: Expr) -> Result<bool, StoreError> {
        let reset = user::ActiveModel {
            failed_passwords: ActiveValue::Set(0),
            locked_at: ActiveValue::Set(None),
            ..Default::default()
        };
        let result = user::Entity::update_many()
            .set(reset)
            .filter(whose)
            .exec(self.store.write())
            .await?;
        Ok(result.rows_affected == 1)
    }
}

impl TryFrom<user::Model> for UserRecord {
    type Error = StoreError;

    fn try_from(model: user::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: model.id.into(),
            login_name: model.login_name,
            name: model.name,
            company: model.company,
            role: model.role,
            may_link: model.may_link,
            core_user: CoreUserKey::new(model.core_user),
            password_hash: model.password_hash,
            failed_passwords: u32::try_from(model.failed_passwords)
                .map_err(|_| StoreError::Corrupt("failed_passwords"))?,
            locked_at: model.locked_at.map(Into::into),
            password_expires_at: model.password_expires_at.map(Into::into),
        })
    }
}
