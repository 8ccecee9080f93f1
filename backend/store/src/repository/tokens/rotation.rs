//! Refresh tokens that are replaced at each use (RFC 9700 section 4.14.2), without losing a linkage to a lost answer.
//! Not here: which partners rotate, and for how long the grace lasts.
//!
//! ```text
//!   in use ──rotate──▶ replaced, works until its grace is over ──▶ a further use is a reuse: the grant ends
//!                        │ each use in grace answers one more successor; the grace does not grow
//!                        └ the first use of a successor revokes it and the other successors: whoever comes late with
//!                          one is refused, and the grant goes on
//! ```

use super::{NewRefreshToken, Tokens, insert_refresh_after};
use crate::entity::{grant, refresh_token};
use crate::repository::grants::{self, EndReason};
use crate::transaction::{Ending, settle};
use crate::{Sha256Digest, StoreError};
use renkei_procedure::time::Instant;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
};

/// What became of a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// The new token holds, and the old one until its grace is over.
    Rotated,
    /// The old token had been replaced and its grace was over: its grant has ended just now, and with it all tokens.
    Reused,
    /// The old token was revoked: a successor of it, or another one in its place, was used. Nothing was written.
    Revoked,
    /// The grant ended or ran out before: nothing was written.
    GrantEnded,
    /// No such token of the new token's client and grant: nothing was written.
    Unknown,
}

impl Tokens<'_> {
    /// Puts a new refresh token in the place of an old one, which goes on to work until `grace_until` (exclusive) or
    /// until one of its successors is used. All or nothing, also among concurrent uses.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the new token exists already.
    pub async fn rotate_refresh(
        &self,
        old_hash: Sha256Digest,
        new: &NewRefreshToken,
        grace_until: Instant,
        now: Instant,
    ) -> Result<Rotation, StoreError> {
        let transaction = self.store.begin().await?;
        let ending = rotate(&transaction, old_hash, new, grace_until, now).await;
        settle(transaction, ending).await
    }
}

async fn rotate(
    database: &DatabaseTransaction,
    old_hash: Sha256Digest,
    new: &NewRefreshToken,
    grace_until: Instant,
    now: Instant,
) -> Result<Ending<Rotation>, StoreError> {
    // The grant's lock puts all uses of its tokens in a row.
    let grant = grant::Entity::find_by_id(new.grant_id.as_uuid())
        .lock(LockType::NoKeyUpdate)
        .one(database)
        .await?;
    let old = refresh_token::Entity::find_by_id(old_hash)
        .filter(refresh_token::Column::GrantId.eq(new.grant_id.as_uuid()))
        .filter(refresh_token::Column::ClientId.eq(new.client_id.as_str()))
        .one(database)
        .await?;
    let (Some(grant), Some(old)) = (grant, old) else {
        return Ok(Ending::Undo(Rotation::Unknown));
    };
    if grant.ended_at.is_some() || Instant::from(grant.expires_at) <= now {
        return Ok(Ending::Undo(Rotation::GrantEnded));
    }
    match old.grace_until {
        Some(grace) if Instant::from(grace) <= now => {
            let row = Condition::all().add(grant::Column::Id.eq(grant.id));
            grants::end(database, row, EndReason::RefreshReused, now).await?;
            return Ok(Ending::Keep(Rotation::Reused));
        }
        // Within the time of grace somebody may merely be late; that ends nothing.
        _ if old.revoked_at.is_some() => return Ok(Ending::Undo(Rotation::Revoked)),
        Some(_) => {}
        None => replace(database, &old, grace_until, now).await?,
    }
    insert_refresh_after(database, new, Some(old_hash)).await?;
    Ok(Ending::Keep(Rotation::Rotated))
}

/// The first use of a token: it is replaced, and what came before and beside it is revoked.
async fn replace(
    database: &DatabaseTransaction,
    old: &refresh_token::Model,
    grace_until: Instant,
    now: Instant,
) -> Result<(), StoreError> {
    let replaced = refresh_token::ActiveModel {
        replaced_at: ActiveValue::Set(Some(now.into())),
        grace_until: ActiveValue::Set(Some(grace_until.into())),
        ..Default::default()
    };
    refresh_token::Entity::update_many()
        .set(replaced)
        .filter(refresh_token::Column::TokenHash.eq(old.token_hash))
        .exec(database)
        .await?;
    let Some(predecessor) = old.predecessor_hash else {
        return Ok(());
    };
    let revoked = refresh_token::ActiveModel {
        revoked_at: ActiveValue::Set(Some(now.into())),
        ..Default::default()
    };
    refresh_token::Entity::update_many()
        .set(revoked)
        .filter(refresh_token::Column::GrantId.eq(old.grant_id))
        .filter(
            Condition::any()
                .add(refresh_token::Column::TokenHash.eq(predecessor))
                .add(refresh_token::Column::PredecessorHash.eq(predecessor)),
        )
        .filter(refresh_token::Column::TokenHash.ne(old.token_hash))
        .filter(refresh_token::Column::RevokedAt.is_null())
        .exec(database)
        .await?;
    Ok(())
}
