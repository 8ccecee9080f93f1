//! Authorization codes (RFC 6749 section 4.1.2): one at a time of a linkage, redeemed once.
//! Not here: what was asked for, which the linkage keeps; PKCE, redirect URI and client checks, which the caller makes
//! between [`AuthorizationCodes::find`] and [`AuthorizationCodes::redeem`].
//!
//! Whoever locks several rows locks the run first, then the pushed request, the partner, the user, the grants by
//! their ids, the code, the tokens, so that none waits in a circle.

use super::audit::{self, NewAuditEvent};
use super::grants::{self, EndReason, GrantRecord};
use super::repository;
use super::tokens::{self, NewAccessToken, NewRefreshToken};
use crate::column::instant::Micros;
use crate::entity::{authorization_code, grant, user};
use crate::transaction::{Ending, settle};
use crate::{Sha256Digest, StoreError};
use renkei_procedure::identity::{GrantId, LinkageId, PartnerId};
use renkei_procedure::time::Instant;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};

/// A code to be written.
#[derive(Debug, Clone)]
pub struct NewAuthorizationCode {
    /// SHA-256 of the code.
    pub code_hash: Sha256Digest,
    /// The grant that it activates.
    pub grant_id: GrantId,
    /// The linkage from which it comes.
    pub linkage_id: LinkageId,
    /// To whom it is issued.
    pub client_id: PartnerId,
    /// When it was issued.
    pub issued_at: Instant,
    /// Until when it may be redeemed, exclusive.
    pub expires_at: Instant,
}

/// A code as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationCodeRecord {
    /// The grant that it activates.
    pub grant_id: GrantId,
    /// The linkage from which it comes.
    pub linkage_id: LinkageId,
    /// To whom it was issued.
    pub client_id: PartnerId,
    /// When it was issued.
    pub issued_at: Instant,
    /// Until when it may be redeemed, exclusive.
    pub expires_at: Instant,
    /// When it was redeemed, if it was.
    pub redeemed_at: Option<Instant>,
}

/// Whether a code was taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodePut {
    /// It is stored; an unredeemed one of the same linkage is gone.
    Stored,
    /// The linkage's code has been redeemed, or its grant has ended: nothing was written.
    AlreadyRedeemed,
}

/// The tokens that a redemption issues.
#[derive(Debug, Clone)]
pub struct NewTokens {
    /// The first access token.
    pub access: NewAccessToken,
    /// The refresh token, where there is one.
    pub refresh: Option<NewRefreshToken>,
    /// What the audit trail says of the redemption.
    pub audit: Vec<NewAuditEvent>,
}

/// What became of a redemption.
#[derive(Debug, Clone)]
pub enum Redemption {
    /// The code is used up, the grant is active, the tokens hold.
    Redeemed(Box<GrantRecord>),
    /// No such code of this client.
    Unknown,
    /// The code came too late.
    Expired,
    /// The code was redeemed before. See [`AuthorizationCodes::revoke_issued`].
    Replayed {
        /// The grant that it had activated.
        grant_id: GrantId,
    },
    /// The grant, or the one that it continues, ended or ran out before the code came.
    GrantEnded,
}

repository! {
    /// Authorization codes.
    pub struct AuthorizationCodes;
}

impl AuthorizationCodes<'_> {
    /// The code behind a hash, redeemed or not, in time or late: to check it before it takes effect.
    pub async fn find(&self, code_hash: Sha256Digest) -> Result<Option<AuthorizationCodeRecord>, StoreError> {
        let found = authorization_code::Entity::find_by_id(code_hash)
            .one(self.store.read())
            .await?;
        Ok(found.map(AuthorizationCodeRecord::from))
    }

    /// Writes a code in place of an unredeemed one of the same linkage.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the grant or the partner is unknown.
    pub async fn put(&self, code: &NewAuthorizationCode) -> Result<CodePut, StoreError> {
        let transaction = self.store.begin().await?;
        let ending = put(&transaction, code).await.map(Ending::Keep);
        settle(transaction, ending).await
    }

    /// Redeems a code, once, even among concurrent redemptions: the code is used up, its grant becomes active, an
    /// earlier active grant of the same user and partner ends as replaced, and the tokens hold. All or nothing.
    pub async fn redeem(
        &self,
        code_hash: Sha256Digest,
        client_id: &PartnerId,
        tokens: &NewTokens,
        now: Instant,
    ) -> Result<Redemption, StoreError> {
        let transaction = self.store.begin().await?;
        let ending = redeem(&transaction, code_hash, client_id, tokens, now).await;
        settle(transaction, ending).await
    }

    /// Revokes what a code has issued, because it came a second time from the authenticated client
    /// (RFC 6749 section 4.1.2): its grant ends, and with it every token of the grant.
    /// `false`: no redeemed code of this client, or the grant has ended already.
    pub async fn revoke_issued(
        &self,
        code_hash: Sha256Digest,
        client_id: &PartnerId,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let code = find_of_client(self.store.read(), code_hash, client_id).await?;
        let Some(code) = code.filter(|code| code.redeemed_at.is_some()) else {
            return Ok(false);
        };
        let row = Condition::all().add(grant::Column::Id.eq(code.grant_id));
        grants::end(self.store.write(), row, EndReason::CodeReplayed, now).await
    }
}

async fn redeem(
    database: &DatabaseTransaction,
    code_hash: Sha256Digest,
    client_id: &PartnerId,
    tokens: &NewTokens,
    now: Instant,
) -> Result<Ending<Redemption>, StoreError> {
    let Some(code) = find_of_client(database, code_hash, client_id).await? else {
        return Ok(Ending::Undo(Redemption::Unknown));
    };
    let locked = lock_grants(database, code.grant_id).await?;
    let Some(grant) = locked.iter().find(|grant| grant.id == code.grant_id).cloned() else {
        return Ok(Ending::Undo(Redemption::Unknown));
    };
    // The code may have been redeemed or replaced while the lock was awaited; this statement decides.
    let redeemed = authorization_code::ActiveModel {
        redeemed_at: ActiveValue::Set(Some(now.into())),
        ..Default::default()
    };
    let taken = authorization_code::Entity::update_many()
        .set(redeemed)
        .filter(authorization_code::Column::CodeHash.eq(code_hash))
        .filter(authorization_code::Column::RedeemedAt.is_null())
        .filter(authorization_code::Column::ExpiresAt.gt(Micros::from(now)))
        .exec(database)
        .await?;
    if taken.rows_affected == 0 {
        return Ok(Ending::Undo(
            match find_of_client(database, code_hash, client_id).await? {
                None => Redemption::Unknown,
                Some(code) if code.redeemed_at.is_some() => Redemption::Replayed {
                    grant_id: code.grant_id.into(),
                },
                Some(_) => Redemption::Expired,
            },
        ));
    }
    let is_over = |grant: &grant::Model| grant.ended_at.is_some() || Instant::from(grant.expires_at) <= now;
    // What continues another grant would bring back what was withdrawn in the meantime, or drop what another linkage has
    // added to it.
    let continues_nothing = grant.continues.is_some_and(|continued| {
        let found = locked.iter().find(|other| other.id == continued);
        found.is_none_or(|other| other.activated_at.is_none() || is_over(other))
    });
    if is_over(&grant) || continues_nothing {
        return Ok(Ending::Undo(Redemption::GrantEnded));
    }
    let grant = activate(database, grant, now).await?;
    tokens::insert_access(database, &tokens.access).await?;
    if let Some(refresh) = &tokens.refresh {
        tokens::insert_refresh(database, refresh).await?;
    }
    audit::append(database, &tokens.audit).await?;
    Ok(Ending::Keep(Redemption::Redeemed(Box::new(grant))))
}

async fn find_of_client(
    database: &impl ConnectionTrait,
    code_hash: Sha256Digest,
    client_id: &PartnerId,
) -> Result<Option<authorization_code::Model>, StoreError> {
    let found = authorization_code::Entity::find_by_id(code_hash)
        .filter(authorization_code::Column::ClientId.eq(client_id.as_str()))
        .one(database)
        .await?;
    Ok(found)
}

/// Locks the grant and all others of its user and partner that have not ended, in one order. None, where it is unknown.
/// The user's row comes first, so that nobody activates another grant between the look and the lock.
async fn lock_grants(
    database: &impl ConnectionTrait,
    id: sea_orm::prelude::Uuid,
) -> Result<Vec<grant::Model>, StoreError> {
    let Some(this) = grant::Entity::find_by_id(id).one(database).await? else {
        return Ok(Vec::new());
    };
    user::Entity::find_by_id(this.user_id)
        .lock(LockType::NoKeyUpdate)
        .one(database)
        .await?;
    let locked = grant::Entity::find()
        .filter(grant::Column::UserId.eq(this.user_id))
        .filter(grant::Column::PartnerId.eq(this.partner_id))
        .filter(
            Condition::any()
                .add(grant::Column::Id.eq(id))
                .add(grant::Column::EndedAt.is_null()),
        )
        .order_by_asc(grant::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(database)
        .await?;
    Ok(locked)
}

async fn activate(
    database: &impl ConnectionTrait,
    mut grant: grant::Model,
    now: Instant,
) -> Result<GrantRecord, StoreError> {
    let earlier = Condition::all()
        .add(grant::Column::UserId.eq(grant.user_id))
        .add(grant::Column::PartnerId.eq(grant.partner_id.as_str()))
        .add(grant::Column::Id.ne(grant.id))
        .add(grant::Column::ActivatedAt.is_not_null());
    grants::end(database, earlier, EndReason::Replaced, now).await?;
    let active = grant::ActiveModel {
        activated_at: ActiveValue::Set(Some(now.into())),
        ..Default::default()
    };
    grant::Entity::update_many()
        .set(active)
        .filter(grant::Column::Id.eq(grant.id))
        .exec(database)
        .await?;
    grant.activated_at = Some(now.into());
    grant.try_into()
}

/// Inside a transaction of the caller's.
pub(crate) async fn put(
    database: &impl ConnectionTrait,
    new: &NewAuthorizationCode,
) -> Result<CodePut, StoreError> {
    let id = new.grant_id.as_uuid();
    let locked = lock_grants(database, id).await?;
    let grant = locked
        .iter()
        .find(|grant| grant.id == id)
        .ok_or(StoreError::Conflict)?;
    if grant.activated_at.is_some() || grant.ended_at.is_some() {
        return Ok(CodePut::AlreadyRedeemed);
    }
    authorization_code::Entity::delete_many()
        .filter(authorization_code::Column::LinkageId.eq(new.linkage_id.as_uuid()))
        .filter(authorization_code::Column::RedeemedAt.is_null())
        .exec(database)
        .await?;
    let model = authorization_code::Model {
        code_hash: new.code_hash,
        grant_id: new.grant_id.as_uuid(),
        linkage_id: new.linkage_id.as_uuid(),
        client_id: new.client_id.as_str().to_owned(),
        issued_at: new.issued_at.into(),
        expires_at: new.expires_at.into(),
        redeemed_at: None,
    };
    authorization_code::Entity::insert(model.into_active_model())
        .exec_without_returning(database)
        .await?;
    Ok(CodePut::Stored)
}

impl From<authorization_code::Model> for AuthorizationCodeRecord {
    fn from(model: authorization_code::Model) -> Self {
        Self {
            grant_id: model.grant_id.into(),
            linkage_id: model.linkage_id.into(),
            client_id: PartnerId::new(model.client_id),
            issued_at: model.issued_at.into(),
            expires_at: model.expires_at.into(),
            redeemed_at: model.redeemed_at.map(Into::into),
        }
    }
}
