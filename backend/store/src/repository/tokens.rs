//! Access and refresh tokens, known by their hashes. What a token may do ends with its grant, at the very next call.
//! Not here: making tokens, and checking the sender constraint (RFC 8705 section 3).

mod binding;
mod rotation;

pub use binding::StoredBinding;
pub use rotation::Rotation;

use super::grants::{self, EndReason, GrantRecord, GrantStatus};
use super::repository;
use crate::column::instant::Micros;
use crate::entity::{access_token, grant, partner, refresh_token};
use crate::transaction::{Ending, settle};
use crate::{JsonText, Sha256Digest, StoreError};
use renkei_procedure::identity::{GrantId, PartnerId};
use renkei_procedure::time::Instant;
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    FromQueryResult, IdenStatic, IntoActiveModel, Iterable, JoinType, QueryFilter, QueryResult, QuerySelect,
    RelationTrait, Select,
};
use uuid::Uuid;

/// An access token to be written.
#[derive(Debug, Clone)]
pub struct NewAccessToken {
    /// SHA-256 of the token.
    pub token_hash: Sha256Digest,
    /// The grant that it uses; none where it is the partner's own (RFC 6749 section 4.4).
    pub grant_id: Option<GrantId>,
    /// To whom it is issued.
    pub client_id: PartnerId,
    /// To what it is bound.
    pub binding: StoredBinding,
    /// Its scope.
    pub scope: String,
    /// Its `authorization_details`, where they are narrower than the grant's (RFC 9396 section 6).
    pub authorization_details: Option<JsonText>,
    /// When it was issued.
    pub issued_at: Instant,
    /// Until when it holds, exclusive.
    pub expires_at: Instant,
}

/// A refresh token to be written; it holds as long as its grant.
#[derive(Debug, Clone)]
pub struct NewRefreshToken {
    /// SHA-256 of the token.
    pub token_hash: Sha256Digest,
    /// The grant that it uses.
    pub grant_id: GrantId,
    /// To whom it is issued.
    pub client_id: PartnerId,
    /// To what it is bound.
    pub binding: StoredBinding,
    /// When it was issued.
    pub issued_at: Instant,
}

/// An access token with all that decides whether it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessTokenView {
    /// To whom it was issued.
    pub client_id: PartnerId,
    /// To what it is bound.
    pub binding: StoredBinding,
    /// Its scope.
    pub scope: String,
    /// Its `authorization_details`, where they are narrower than the grant's.
    pub authorization_details: Option<JsonText>,
    /// When it was issued.
    pub issued_at: Instant,
    /// Until when it holds, exclusive.
    pub expires_at: Instant,
    /// When it was revoked by itself, if it was.
    pub revoked_at: Option<Instant>,
    /// Its grant; none where it is the partner's own.
    pub grant: Option<GrantRecord>,
    /// Whether the operator has stopped the partner, or it has deregistered.
    pub partner_stopped: bool,
}

impl AccessTokenView {
    /// Whether the token holds at an instant.
    pub fn holds(&self, now: Instant) -> bool {
        let granted = |grant: &GrantRecord| grant.status(now) == GrantStatus::Active;
        self.revoked_at.is_none()
            && now < self.expires_at
            && !self.partner_stopped
            && self.grant.as_ref().is_none_or(granted)
    }
}

/// A refresh token with all that decides whether it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshTokenView {
    /// To whom it was issued.
    pub client_id: PartnerId,
    /// To what it is bound.
    pub binding: StoredBinding,
    /// When it was issued.
    pub issued_at: Instant,
    /// Until when it works although it has been replaced, exclusive; none where it has not been.
    pub grace_until: Option<Instant>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Instant>,
    /// Its grant.
    pub grant: GrantRecord,
    /// Whether the operator has stopped the partner, or it has deregistered.
    pub partner_stopped: bool,
}

impl RefreshTokenView {
    /// Whether the token holds at an instant.
    pub fn holds(&self, now: Instant) -> bool {
        self.revoked_at.is_none()
            && self.grace_until.is_none_or(|grace| now < grace)
            && !self.partner_stopped
            && self.grant.status(now) == GrantStatus::Active
    }
}

repository! {
    /// Access and refresh tokens.
    pub struct Tokens;
}

impl Tokens<'_> {
    /// Writes an access token, as at a refresh or for the partner itself.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the grant or the partner is unknown.
    pub async fn insert_access(&self, new: &NewAccessToken) -> Result<(), StoreError> {
        insert_access(self.store.write(), new).await
    }

    /// Writes a refresh token.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the grant is unknown.
    pub async fn insert_refresh(&self, new: &NewRefreshToken) -> Result<(), StoreError> {
        insert_refresh(self.store.write(), new).await
    }

    /// The access token behind a hash, with its grant and its partner's state, in one query.
    pub async fn find_access(&self, token_hash: Sha256Digest) -> Result<Option<AccessTokenView>, StoreError> {
        let query = access_token::Entity::find_by_id(token_hash);
        let query = with_grant_and_partner(
            query,
            JoinType::LeftJoin,
            access_token::Relation::Grant.def(),
            access_token::Relation::Partner.def(),
        );
        let found: Option<TokenRow<access_token::Model>> = query.into_model().one(self.store.read()).await?;
        let Some(TokenRow {
            token,
            grant,
            partner_stopped,
        }) = found
        else {
            return Ok(None);
        };
        Ok(Some(AccessTokenView {
            client_id: PartnerId::new(token.client_id),
            binding: StoredBinding::from_columns(token.x5t_s256, token.jkt)?,
            scope: token.scope,
            authorization_details: token.authorization_details,
            issued_at: token.issued_at.into(),
            expires_at: token.expires_at.into(),
            revoked_at: token.revoked_at.map(Into::into),
            grant: grant.map(GrantRecord::try_from).transpose()?,
            partner_stopped,
        }))
    }

    /// The refresh token behind a hash, with its grant and its partner's state, in one query.
    pub async fn find_refresh(
        &self,
        token_hash: Sha256Digest,
    ) -> Result<Option<RefreshTokenView>, StoreError> {
        let query = refresh_token::Entity::find_by_id(token_hash);
        let query = with_grant_and_partner(
            query,
            JoinType::InnerJoin,
            refresh_token::Relation::Grant.def(),
            refresh_token::Relation::Partner.def(),
        );
        let found: Option<TokenRow<refresh_token::Model>> = query.into_model().one(self.store.read()).await?;
        let Some(TokenRow {
            token,
            grant,
            partner_stopped,
        }) = found
        else {
            return Ok(None);
        };
        Ok(Some(RefreshTokenView {
            client_id: PartnerId::new(token.client_id),
            binding: StoredBinding::from_columns(token.x5t_s256, token.jkt)?,
            issued_at: token.issued_at.into(),
            grace_until: token.grace_until.map(Into::into),
            revoked_at: token.revoked_at.map(Into::into),
            grant: grant.ok_or(StoreError::Corrupt("refresh token"))?.try_into()?,
            partner_stopped,
        }))
    }

    /// Revokes one access token (RFC 7009 section 2.1). `false`: none of this client, or revoked already.
    pub async fn revoke_access(
        &self,
        token_hash: Sha256Digest,
        client_id: &PartnerId,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let revoked = access_token::ActiveModel {
            revoked_at: ActiveValue::Set(Some(now.into())),
            ..Default::default()
        };
        let result = access_token::Entity::update_many()
            .set(revoked)
            .filter(access_token::Column::TokenHash.eq(token_hash))
            .filter(access_token::Column::ClientId.eq(client_id.as_str()))
            .filter(access_token::Column::RevokedAt.is_null())
            .exec(self.store.write())
            .await?;
        Ok(result.rows_affected == 1)
    }

    /// Revokes a refresh token and with it the whole grant and its access tokens (RFC 7009 section 2.1).
    /// `None`: none of this client, or revoked already.
    pub async fn revoke_refresh(
        &self,
        token_hash: Sha256Digest,
        client_id: &PartnerId,
        now: Instant,
    ) -> Result<Option<GrantId>, StoreError> {
        let transaction = self.store.begin().await?;
        let ending = revoke_refresh(&transaction, token_hash, client_id, now).await;
        settle(transaction, ending).await
    }
}

async fn revoke_refresh(
    database: &DatabaseTransaction,
    token_hash: Sha256Digest,
    client_id: &PartnerId,
    now: Instant,
) -> Result<Ending<Option<GrantId>>, StoreError> {
    let found = refresh_token::Entity::find_by_id(token_hash)
        .filter(refresh_token::Column::ClientId.eq(client_id.as_str()))
        .one(database)
        .await?;
    let Some(token) = found else {
        return Ok(Ending::Undo(None));
    };
    // The grant before its tokens, as everywhere.
    let row = Condition::all().add(grant::Column::Id.eq(token.grant_id));
    grants::end(database, row, EndReason::RevokedByPartner, now).await?;
    let revoked = refresh_token::ActiveModel {
        revoked_at: ActiveValue::Set(Some(now.into())),
        ..Default::default()
    };
    let updated = refresh_token::Entity::update_many()
        .set(revoked)
        .filter(refresh_token::Column::TokenHash.eq(token_hash))
        .filter(refresh_token::Column::RevokedAt.is_null())
        .exec(database)
        .await?;
    if updated.rows_affected == 0 {
        return Ok(Ending::Undo(None));
    }
    Ok(Ending::Keep(Some(token.grant_id.into())))
}

pub(crate) async fn insert_access(
    database: &impl ConnectionTrait,
    new: &NewAccessToken,
) -> Result<(), StoreError> {
    let model = access_token::Model {
        token_hash: new.token_hash,
        grant_id: new.grant_id.map(|id| id.as_uuid()),
        client_id: new.client_id.as_str().to_owned(),
        x5t_s256: new.binding.x5t_s256(),
        jkt: new.binding.jkt(),
        scope: new.scope.clone(),
        authorization_details: new.authorization_details.clone(),
        issued_at: new.issued_at.into(),
        expires_at: new.expires_at.into(),
        revoked_at: None,
    };
    access_token::Entity::insert(model.into_active_model())
        .exec_without_returning(database)
        .await?;
    Ok(())
}

pub(crate) async fn insert_refresh(
    database: &impl ConnectionTrait,
    new: &NewRefreshToken,
) -> Result<(), StoreError> {
    insert_refresh_after(database, new, None).await
}

async fn insert_refresh_after(
    database: &impl ConnectionTrait,
    new: &NewRefreshToken,
    predecessor_hash: Option<Sha256Digest>,
) -> Result<(), StoreError> {
    let model = refresh_token::Model {
        token_hash: new.token_hash,
        grant_id: new.grant_id.as_uuid(),
        client_id: new.client_id.as_str().to_owned(),
        x5t_s256: new.binding.x5t_s256(),
        jkt: new.binding.jkt(),
        issued_at: new.issued_at.into(),
        predecessor_hash,
        replaced_at: None,
        grace_until: None,
        revoked_at: None,
    };
    refresh_token::Entity::insert(model.into_active_model())
        .exec_without_returning(database)
        .await?;
    Ok(())
}

const GRANT: &str = "grant_";
const SUSPENDED_AT: &str = "partner_suspended_at";
const DELETED_AT: &str = "partner_deleted_at";

/// The token's own columns, its grant's under a prefix, and of its partner those that matter.
struct TokenRow<T> {
    token: T,
    grant: Option<grant::Model>,
    partner_stopped: bool,
}

impl<T: FromQueryResult> FromQueryResult for TokenRow<T> {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let grant_id: Option<Uuid> = row.try_get(GRANT, grant::Column::Id.as_str())?;
        let suspended_at: Option<Micros> = row.try_get("", SUSPENDED_AT)?;
        let deleted_at: Option<Micros> = row.try_get("", DELETED_AT)?;
        Ok(Self {
            token: T::from_query_result(row, prefix)?,
            grant: grant_id
                .map(|_| grant::Model::from_query_result(row, GRANT))
                .transpose()?,
            partner_stopped: suspended_at.or(deleted_at).is_some(),
        })
    }
}

fn with_grant_and_partner<E: EntityTrait>(
    query: Select<E>,
    join: JoinType,
    to_grant: sea_orm::RelationDef,
    to_partner: sea_orm::RelationDef,
) -> Select<E> {
    let joined = query.join(join, to_grant).join(JoinType::InnerJoin, to_partner);
    grant::Column::iter()
        .fold(joined, |query, column| {
            query.column_as(column, format!("{GRANT}{}", column.as_str()))
        })
        .column_as(partner::Column::SuspendedAt, SUSPENDED_AT)
        .column_as(partner::Column::DeletedAt, DELETED_AT)
}
