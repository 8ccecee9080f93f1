//! Access and refresh tokens, known by their hashes. What a token may do ends with its grant, at the very next call.
//! Not here: making tokens, and checking the sender constraint (RFC 8705 section 3).

use super::grants::{self, EndReason, GrantRecord};
use super::repository;
use crate::column::instant::Micros;
use crate::connection::{Ending, settle};
use crate::entity::{access_token, grant, partner, refresh_token};
use crate::{Sha256Digest, StoreError};
use renkei_procedure::identity::{GrantId, PartnerId};
use renkei_procedure::time::Instant;
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    FromQueryResult, IdenStatic, IntoActiveModel, Iterable, JoinType, QueryFilter, QueryResult, QuerySelect,
    RelationTrait, Select,
};

/// An access token to be written.
#[derive(Debug, Clone)]
pub struct NewAccessToken {
    /// SHA-256 of the token.
    pub token_hash: Sha256Digest,
    /// The grant that it uses.
    pub grant_id: GrantId,
    /// To whom it is issued.
    pub client_id: PartnerId,
    /// SHA-256 of the certificate to which it is bound (RFC 8705 section 3.1, `x5t#S256`); `None`: a bearer token.
    pub thumbprint: Option<Sha256Digest>,
    /// Its scope.
    pub scope: String,
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
    /// SHA-256 of the certificate to which it is bound, if it is.
    pub thumbprint: Option<Sha256Digest>,
    /// When it was issued.
    pub issued_at: Instant,
}

/// An access token with all that decides whether it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessTokenView {
    /// To whom it was issued.
    pub client_id: PartnerId,
    /// To which certificate it is bound.
    pub thumbprint: Option<Sha256Digest>,
    /// Its scope.
    pub scope: String,
    /// When it was issued.
    pub issued_at: Instant,
    /// Until when it holds, exclusive.
    pub expires_at: Instant,
    /// When it was revoked by itself, if it was.
    pub revoked_at: Option<Instant>,
    /// Its grant.
    pub grant: GrantRecord,
    /// Whether the operator has stopped the partner.
    pub partner_suspended: bool,
}

/// A refresh token with all that decides whether it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshTokenView {
    /// To whom it was issued.
    pub client_id: PartnerId,
    /// To which certificate it is bound.
    pub thumbprint: Option<Sha256Digest>,
    /// When it was issued.
    pub issued_at: Instant,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Instant>,
    /// Its grant.
    pub grant: GrantRecord,
    /// Whether the operator has stopped the partner.
    pub partner_suspended: bool,
}

repository! {
    /// Access and refresh tokens.
    pub struct Tokens;
}

impl Tokens<'_> {
    /// Writes an access token, as at a refresh.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the grant is unknown.
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
            access_token::Relation::Grant.def(),
            access_token::Relation::Partner.def(),
        );
        let found: Option<TokenRow<access_token::Model>> = query.into_model().one(self.store.read()).await?;
        let Some(TokenRow {
            token,
            grant,
            suspended_at,
        }) = found
        else {
            return Ok(None);
        };
        Ok(Some(AccessTokenView {
            client_id: PartnerId::new(token.client_id),
            thumbprint: token.thumbprint,
            scope: token.scope,
            issued_at: token.issued_at.into(),
            expires_at: token.expires_at.into(),
            revoked_at: token.revoked_at.map(Into::into),
            grant: grant.try_into()?,
            partner_suspended: suspended_at.is_some(),
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
            refresh_token::Relation::Grant.def(),
            refresh_token::Relation::Partner.def(),
        );
        let found: Option<TokenRow<refresh_token::Model>> = query.into_model().one(self.store.read()).await?;
        let Some(TokenRow {
            token,
            grant,
            suspended_at,
        }) = found
        else {
            return Ok(None);
        };
        Ok(Some(RefreshTokenView {
            client_id: PartnerId::new(token.client_id),
            thumbprint: token.thumbprint,
            issued_at: token.issued_at.into(),
            revoked_at: token.revoked_at.map(Into::into),
            grant: grant.try_into()?,
            partner_suspended: suspended_at.is_some(),
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
    let revoked = refresh_token::ActiveModel {
        revoked_at: ActiveValue::Set(Some(now.into())),
        ..Default::default()
    };
    let updated = refresh_token::Entity::update_many()
        .set(revoked)
        .filter(refresh_token::Column::TokenHash.eq(token_hash))
        .filter(refresh_token::Column::ClientId.eq(client_id.as_str()))
        .filter(refresh_token::Column::RevokedAt.is_null())
        .exec_with_returning(database)
        .await?;
    let Some(token) = updated.into_iter().next() else {
        return Ok(Ending::Undo(None));
    };
    let row = Condition::all().add(grant::Column::Id.eq(token.grant_id));
    grants::end(database, row, EndReason::RevokedByPartner, now).await?;
    Ok(Ending::Keep(Some(token.grant_id.into())))
}

pub(crate) async fn insert_access(
    database: &impl ConnectionTrait,
    new: &NewAccessToken,
) -> Result<(), StoreError> {
    let model = access_token::Model {
        token_hash: new.token_hash,
        grant_id: new.grant_id.as_uuid(),
        client_id: new.client_id.as_str().to_owned(),
        thumbprint: new.thumbprint,
        scope: new.scope.clone(),
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
    let model = refresh_token::Model {
        token_hash: new.token_hash,
        grant_id: new.grant_id.as_uuid(),
        client_id: new.client_id.as_str().to_owned(),
        thumbprint: new.thumbprint,
        issued_at: new.issued_at.into(),
        revoked_at: None,
    };
    refresh_token::Entity::insert(model.into_active_model())
        .exec_without_returning(database)
        .await?;
    Ok(())
}

const GRANT: &str = "grant_";
const SUSPENDED_AT: &str = "partner_suspended_at";

/// The token's own columns, its grant's under a prefix, and of its partner the one that matters.
struct TokenRow<T> {
    token: T,
    grant: grant::Model,
    suspended_at: Option<Micros>,
}

impl<T: FromQueryResult> FromQueryResult for TokenRow<T> {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            token: T::from_query_result(row, prefix)?,
            grant: grant::Model::from_query_result(row, GRANT)?,
            suspended_at: row.try_get("", SUSPENDED_AT)?,
        })
    }
}

fn with_grant_and_partner<E: EntityTrait>(
    query: Select<E>,
    to_grant: sea_orm::RelationDef,
    to_partner: sea_orm::RelationDef,
) -> Select<E> {
    let joined = query
        .join(JoinType::InnerJoin, to_grant)
        .join(JoinType::InnerJoin, to_partner);
    grant::Column::iter()
        .fold(joined, |query, column| {
            query.column_as(column, format!("{GRANT}{}", column.as_str()))
        })
        .column_as(partner::Column::SuspendedAt, SUSPENDED_AT)
}
