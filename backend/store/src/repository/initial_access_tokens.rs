//! Initial access tokens (RFC 7591 section 3): what the operator hands to a partner that will register itself.
//! Not here: what the terms say, and the registration itself (`partners`), which spends a use.

use super::{read_count, repository, stored_count};
use crate::column::instant::Micros;
use crate::entity::initial_access_token;
use crate::{JsonText, Sha256Digest, StoreError};
use renkei_procedure::time::Instant;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use uuid::Uuid;

/// An initial access token to be written.
#[derive(Debug, Clone)]
pub struct NewInitialAccessToken {
    /// A random id, by which the operator knows it.
    pub id: Uuid,
    /// SHA-256 of the token.
    pub token_hash: Sha256Digest,
    /// On which terms partners may register by it.
    pub terms: JsonText,
    /// When it was made.
    pub created_at: Instant,
    /// Until when it may be used, exclusive.
    pub expires_at: Instant,
    /// How many partners may register by it.
    pub uses: u64,
}

/// An initial access token as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitialAccessTokenRecord {
    /// The id.
    pub id: Uuid,
    /// On which terms partners may register by it.
    pub terms: JsonText,
    /// When it was made.
    pub created_at: Instant,
    /// Until when it may be used, exclusive.
    pub expires_at: Instant,
    /// How many more partners may register by it.
    pub uses_left: u64,
}

repository! {
    /// Initial access tokens.
    pub struct InitialAccessTokens;
}

impl InitialAccessTokens<'_> {
    /// Writes a token.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where id or token exist already.
    pub async fn insert(&self, new: &NewInitialAccessToken) -> Result<(), StoreError> {
        let model = initial_access_token::Model {
            id: new.id,
            token_hash: new.token_hash,
            terms: new.terms.clone(),
            created_at: new.created_at.into(),
            expires_at: new.expires_at.into(),
            uses_left: stored_count(new.uses),
        };
        initial_access_token::Entity::insert(model.into_active_model())
            .exec_without_returning(self.store.write())
            .await?;
        Ok(())
    }

    /// The token behind a hash, if it may be used: to read its terms. Only a registration spends it.
    pub async fn find_usable(
        &self,
        token_hash: Sha256Digest,
        now: Instant,
    ) -> Result<Option<InitialAccessTokenRecord>, StoreError> {
        let found = initial_access_token::Entity::find()
            .filter(usable(token_hash, now))
            .one(self.store.read())
            .await?;
        found.map(InitialAccessTokenRecord::try_from).transpose()
    }

    /// All tokens that are on file, the earliest first.
    pub async fn list(&self) -> Result<Vec<InitialAccessTokenRecord>, StoreError> {
        let all = initial_access_token::Entity::find()
            .order_by_asc(initial_access_token::Column::CreatedAt)
            .order_by_asc(initial_access_token::Column::Id)
            .all(self.store.read())
            .await?;
        all.into_iter().map(InitialAccessTokenRecord::try_from).collect()
    }

    /// Takes a token back. `false`: unknown.
    pub async fn delete(&self, id: Uuid) -> Result<bool, StoreError> {
        let deleted = initial_access_token::Entity::delete_by_id(id)
            .exec(self.store.write())
            .await?;
        Ok(deleted.rows_affected == 1)
    }
}

/// Spends one use, inside a transaction of the caller's, and answers the token's id. `None`: it cannot be used.
pub(crate) async fn spend(
    database: &impl ConnectionTrait,
    token_hash: Sha256Digest,
    now: Instant,
) -> Result<Option<Uuid>, StoreError> {
    let updated = initial_access_token::Entity::update_many()
        .col_expr(
            initial_access_token::Column::UsesLeft,
            Expr::col(initial_access_token::Column::UsesLeft).sub(1),
        )
        .filter(usable(token_hash, now))
        .exec_with_returning(database)
        .await?;
    Ok(updated.into_iter().next().map(|token| token.id))
}

fn usable(token_hash: Sha256Digest, now: Instant) -> Condition {
    Condition::all()
        .add(initial_access_token::Column::TokenHash.eq(token_hash))
        .add(initial_access_token::Column::UsesLeft.gt(0))
        .add(initial_access_token::Column::ExpiresAt.gt(Micros::from(now)))
}

impl TryFrom<initial_access_token::Model> for InitialAccessTokenRecord {
    type Error = StoreError;

    fn try_from(model: initial_access_token::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: model.id,
            terms: model.terms,
            created_at: model.created_at.into(),
            expires_at: model.expires_at.into(),
            uses_left: read_count(model.uses_left)?,
        })
    }
}
