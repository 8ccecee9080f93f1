//! Forgetting what has run out, in batches, so that no call waits long for a lock.
//! Not here: how long what has run out is kept; the caller names the instants.

use super::repository;
use crate::StoreError;
use crate::column::instant::Micros;
use crate::entity::{
    access_token, audit_event, authorization_code, certificate_attempt, grant, grant_account,
    initial_access_token, procedure_run, pushed_request, refresh_token, replay,
};
use crate::transaction::{Ending, settle};
use renkei_procedure::time::Instant;
use sea_orm::sea_query::{Expr, ExprTrait, IntoCondition, Query, SelectStatement};
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, DatabaseTransaction, EntityTrait, IntoSimpleExpr, Iterable,
    PrimaryKeyToColumn, QueryFilter, QuerySelect,
};

/// What may be forgotten: whatever ran out before an instant, for each kind its own.
#[derive(Debug, Clone, Copy)]
pub struct Forgettable {
    /// What means nothing once it has run out: replay records, access tokens, pushed requests. There are as many as there
    /// is traffic.
    pub spent: Instant,
    /// What is remembered beyond its time: a code as long as its replay could do harm, an act as long as it could be
    /// repeated, a replaced refresh token as long as its reuse is to be noticed.
    pub remembered: Instant,
    /// Grants that ended or ran out, with all that hangs on them; without it they stay. Names of users and accounts stay in
    /// any case.
    pub grants: Option<Instant>,
    /// Events of the audit trail; without it they stay.
    pub audit: Option<Instant>,
}

/// A kind of row that is forgotten by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForgottenKind {
    /// What counts once: identifiers of assertions, proofs, request objects.
    Replays,
    /// Visits of the certificate listener.
    CertificateAttempts,
    /// Runs, with their acts.
    Runs,
    /// Pushed requests with which no run under way has begun.
    PushedRequests,
    /// Codes that nobody redeemed. A redeemed one stays with its grant: a replay must end it (RFC 6749 section 4.1.2).
    UnredeemedCodes,
    /// Access tokens that ran out.
    AccessTokens,
    /// Refresh tokens that were replaced, and whose grace is over.
    ReplacedRefreshTokens,
    /// Refresh tokens that were revoked.
    RevokedRefreshTokens,
    /// Codes and refresh tokens of grants that are over.
    RemainsOfGrants,
    /// Initial access tokens that ran out.
    ExpiredInitialAccessTokens,
    /// Initial access tokens that are used up: they go at once.
    UsedInitialAccessTokens,
    /// Permissions that nobody came to fetch.
    UnfetchedPermissions,
    /// Grants that ended before [`Forgettable::grants`].
    EndedGrants,
    /// Grants that ran out before [`Forgettable::grants`].
    ExpiredGrants,
    /// Events before [`Forgettable::audit`].
    AuditEvents,
}

impl ForgottenKind {
    /// All of them, children before their parents.
    pub const ALL: [Self; 15] = [
        Self::Replays,
        Self::CertificateAttempts,
        Self::Runs,
        Self::PushedRequests,
        Self::UnredeemedCodes,
        Self::AccessTokens,
        Self::ReplacedRefreshTokens,
        Self::RevokedRefreshTokens,
        Self::RemainsOfGrants,
        Self::ExpiredInitialAccessTokens,
        Self::UsedInitialAccessTokens,
        Self::UnfetchedPermissions,
        Self::EndedGrants,
        Self::ExpiredGrants,
        Self::AuditEvents,
    ];
}

repository! {
    /// Forgetting what has run out.
    pub struct Housekeeping;
}

impl Housekeeping<'_> {
    /// Deletes at most about `limit` rows of a kind, found by an index that holds what can be forgotten and no more, so
    /// that a call is short however much lives. Answers how many rows went; call again while it is not 0.
    pub async fn delete_expired(
        &self,
        kind: ForgottenKind,
        what: &Forgettable,
        limit: u64,
    ) -> Result<u64, StoreError> {
        let spent = Micros::from(what.spent);
        let remembered = Micros::from(what.remembered);
        match kind {
            ForgottenKind::Replays => {
                self.delete::<replay::Entity>(replay::Column::ExpiresAt.lt(spent), limit)
                    .await
            }
            ForgottenKind::CertificateAttempts => {
                let old = certificate_attempt::Column::ExpiresAt.lt(remembered);
                self.delete::<certificate_attempt::Entity>(old, limit).await
            }
            ForgottenKind::Runs => {
                let old = procedure_run::Column::ExpiresAt.lt(remembered);
                self.delete::<procedure_run::Entity>(old, limit).await
            }
            ForgottenKind::PushedRequests => {
                let unneeded = pushed_request::Column::ExpiresAt
                    .lt(spent)
                    .and(Expr::exists(runs_that_may_consume()).not());
                self.delete::<pushed_request::Entity>(unneeded, limit).await
            }
            ForgottenKind::UnredeemedCodes => {
                let unredeemed = authorization_code::Column::RedeemedAt
                    .is_null()
                    .and(authorization_code::Column::ExpiresAt.lt(remembered));
                self.delete::<authorization_code::Entity>(unredeemed, limit).await
            }
            ForgottenKind::AccessTokens => {
                self.delete::<access_token::Entity>(access_token::Column::ExpiresAt.lt(spent), limit)
                    .await
            }
            ForgottenKind::ReplacedRefreshTokens => {
                let replaced = refresh_token::Column::GraceUntil.lt(remembered);
                self.delete::<refresh_token::Entity>(replaced, limit).await
            }
            ForgottenKind::RevokedRefreshTokens => {
                let revoked = refresh_token::Column::RevokedAt.lt(remembered);
                self.delete::<refresh_token::Entity>(revoked, limit).await
            }
            ForgottenKind::RemainsOfGrants => self.clear_grants(remembered, limit).await,
            ForgottenKind::ExpiredInitialAccessTokens => {
                let expired = initial_access_token::Column::ExpiresAt.lt(remembered);
                self.delete::<initial_access_token::Entity>(expired, limit).await
            }
            ForgottenKind::UsedInitialAccessTokens => {
                let used = initial_access_token::Column::UsesLeft.eq(0);
                self.delete::<initial_access_token::Entity>(used, limit).await
            }
            ForgottenKind::UnfetchedPermissions => self.delete_grants(unfetched(remembered), limit).await,
            ForgottenKind::EndedGrants => match what.grants {
                Some(before) => self.delete_grants(ended(before.into()), limit).await,
                None => Ok(0),
            },
            ForgottenKind::ExpiredGrants => match what.grants {
                Some(before) => self.delete_grants(expired(before.into()), limit).await,
                None => Ok(0),
            },
            ForgottenKind::AuditEvents => match what.audit {
                Some(before) => {
                    let old = audit_event::Column::At.lt(Micros::from(before));
                    self.delete::<audit_event::Entity>(old, limit).await
                }
                None => Ok(0),
            },
        }
    }

    /// Each grant once, when it is over: what is kept of it afterwards holds no tokens, so it need not be looked at again.
    async fn clear_grants(&self, before: Micros, limit: u64) -> Result<u64, StoreError> {
        let mut cleared = 0;
        for over in [ended(before), expired(before)] {
            let grants: Vec<sea_orm::prelude::Uuid> = grant::Entity::find()
                .select_only()
                .column(grant::Column::Id)
                .filter(over.add(grant::Column::ClearedAt.is_null()))
                .limit(limit)
                .into_tuple()
                .all(self.store.read())
                .await?;
            if grants.is_empty() {
                continue;
            }
            cleared += grants.len() as u64;
            let transaction = self.store.begin().await?;
            let ending = clear(&transaction, &grants, before).await.map(Ending::Keep);
            settle(transaction, ending).await?;
        }
        Ok(cleared)
    }

    /// The accounts first, since a grant may have a thousand.
    async fn delete_grants(&self, which: Condition, limit: u64) -> Result<u64, StoreError> {
        let of_grants = grant_account::Column::GrantId.in_subquery(grants(which.clone()));
        let accounts = self.delete::<grant_account::Entity>(of_grants, limit).await?;
        let bare = which.add(Expr::exists(accounts_of_the_grant()).not());
        Ok(accounts + self.delete::<grant::Entity>(bare, limit).await?)
    }

    async fn delete<E: EntityTrait>(&self, which: impl IntoCondition, limit: u64) -> Result<u64, StoreError> {
        let key: Vec<_> = E::PrimaryKey::iter()
            .map(PrimaryKeyToColumn::into_column)
            .collect();
        let batch = Query::select()
            .columns(key.clone())
            .from(E::default())
            .cond_where(which)
            .limit(limit)
            .to_owned();
        let row = Expr::tuple(key.into_iter().map(IntoSimpleExpr::into_simple_expr));
        let result = E::delete_many()
            .filter(row.in_subquery(batch))
            .exec(self.store.write())
            .await?;
        Ok(result.rows_affected)
    }
}

async fn clear(
    database: &DatabaseTransaction,
    grants: &[sea_orm::prelude::Uuid],
    at: Micros,
) -> Result<(), StoreError> {
    authorization_code::Entity::delete_many()
        .filter(authorization_code::Column::GrantId.is_in(grants.iter().copied()))
        .exec(database)
        .await?;
    refresh_token::Entity::delete_many()
        .filter(refresh_token::Column::GrantId.is_in(grants.iter().copied()))
        .exec(database)
        .await?;
    let cleared = grant::ActiveModel {
        cleared_at: ActiveValue::Set(Some(at)),
        ..Default::default()
    };
    grant::Entity::update_many()
        .set(cleared)
        .filter(grant::Column::Id.is_in(grants.iter().copied()))
        .exec(database)
        .await?;
    Ok(())
}

fn ended(before: Micros) -> Condition {
    Condition::all().add(grant::Column::EndedAt.lt(before))
}

fn expired(before: Micros) -> Condition {
    Condition::all().add(grant::Column::ExpiresAt.lt(before))
}

/// Permissions whose code was never redeemed, and of which there is no code any more: nobody can make use of them.
fn unfetched(before: Micros) -> Condition {
    Condition::all()
        .add(grant::Column::ActivatedAt.is_null())
        .add(grant::Column::PermittedAt.lt(before))
        .add(Expr::exists(codes_of_the_grant()).not())
}

fn grants(which: Condition) -> SelectStatement {
    Query::select()
        .column(grant::Column::Id)
        .from(grant::Entity)
        .cond_where(which)
        .to_owned()
}

/// Of the grant that the query around it looks at.
fn codes_of_the_grant() -> SelectStatement {
    Query::select()
        .column(authorization_code::Column::CodeHash)
        .from(authorization_code::Entity)
        .and_where(
            Expr::col((authorization_code::Entity, authorization_code::Column::GrantId))
                .equals((grant::Entity, grant::Column::Id)),
        )
        .to_owned()
}

/// Of the pushed request that the query around it looks at.
fn runs_that_may_consume() -> SelectStatement {
    let of_request = (procedure_run::Entity, procedure_run::Column::RequestUriHash);
    Query::select()
        .column(procedure_run::Column::Id)
        .from(procedure_run::Entity)
        .and_where(
            Expr::col(of_request).equals((pushed_request::Entity, pushed_request::Column::RequestUriHash)),
        )
        .and_where(procedure_run::Column::EndedAt.is_null())
        .to_owned()
}

/// Of the grant that the query around it looks at.
fn accounts_of_the_grant() -> SelectStatement {
    Query::select()
        .column(grant_account::Column::AccountId)
        .from(grant_account::Entity)
        .and_where(
            Expr::col((grant_account::Entity, grant_account::Column::GrantId))
                .equals((grant::Entity, grant::Column::Id)),
        )
        .to_owned()
}
