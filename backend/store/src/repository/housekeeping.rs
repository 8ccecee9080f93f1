//! Forgetting what has run out, in batches, so that no call waits long for a lock.
//! Not here: how long what has run out is kept; the caller names the instants.

use super::repository;
use crate::StoreError;
use crate::column::instant::Micros;
use crate::entity::{
    access_token, audit_event, authorization_code, certificate_attempt, grant, grant_account,
    initial_access_token, procedure_run, pushed_request, refresh_token, replay,
};
use renkei_procedure::time::Instant;
use sea_orm::sea_query::{Expr, ExprTrait, IntoCondition, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoSimpleExpr, Iterable, PrimaryKeyToColumn, QueryFilter,
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

repository! {
    /// Forgetting what has run out.
    pub struct Housekeeping;
}

impl Housekeeping<'_> {
    /// Deletes, of each kind at most `limit` rows, what has run out: what counts once, certificate attempts, runs with
    /// their acts, pushed requests that no run under way has begun with, codes (redeemed ones only
    /// of grants that are over: a replay must end the grant, RFC 6749 section 4.1.2), access tokens, refresh tokens that were
    /// revoked, replaced (and their grace is over) or whose grants are over, initial access tokens (used up, they go at
    /// once), and permissions that nobody came to fetch. Answers how many rows went; call again while it is not 0.
    pub async fn delete_expired(&self, what: &Forgettable, limit: u64) -> Result<u64, StoreError> {
        let spent = Micros::from(what.spent);
        let micros = Micros::from(what.remembered);
        let mut deleted = 0;
        deleted += self
            .delete::<replay::Entity>(replay::Column::ExpiresAt.lt(spent), limit)
            .await?;
        deleted += self
            .delete::<certificate_attempt::Entity>(certificate_attempt::Column::ExpiresAt.lt(micros), limit)
            .await?;
        deleted += self
            .delete::<procedure_run::Entity>(procedure_run::Column::ExpiresAt.lt(micros), limit)
            .await?;
        let unneeded = pushed_request::Column::ExpiresAt
            .lt(spent)
            .and(Expr::exists(runs_that_may_consume()).not());
        deleted += self.delete::<pushed_request::Entity>(unneeded, limit).await?;
        let harmless = authorization_code::Column::RedeemedAt
            .is_null()
            .or(authorization_code::Column::GrantId.in_subquery(grants_over(micros)));
        let expired = authorization_code::Column::ExpiresAt.lt(micros);
        deleted += self
            .delete::<authorization_code::Entity>(expired.and(harmless), limit)
            .await?;
        deleted += self
            .delete::<access_token::Entity>(access_token::Column::ExpiresAt.lt(spent), limit)
            .await?;
        let replaced = Condition::any()
            .add(refresh_token::Column::RevokedAt.lt(micros))
            .add(refresh_token::Column::GraceUntil.lt(micros));
        deleted += self.delete::<refresh_token::Entity>(replaced, limit).await?;
        let of_grants_over = refresh_token::Column::GrantId.in_subquery(grants_over(micros));
        deleted += self
            .delete::<refresh_token::Entity>(of_grants_over, limit)
            .await?;
        let unusable = Condition::any()
            .add(initial_access_token::Column::ExpiresAt.lt(micros))
            .add(initial_access_token::Column::UsesLeft.eq(0));
        deleted += self
            .delete::<initial_access_token::Entity>(unusable, limit)
            .await?;
        deleted += self.delete_grants(abandoned(micros), limit).await?;
        if let Some(before) = what.grants {
            deleted += self.delete_grants(over(before.into()), limit).await?;
        }
        if let Some(before) = what.audit {
            let old = audit_event::Column::At.lt(Micros::from(before));
            deleted += self.delete::<audit_event::Entity>(old, limit).await?;
        }
        Ok(deleted)
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

fn over(before: Micros) -> Condition {
    Condition::all().add(
        Condition::any()
            .add(grant::Column::ExpiresAt.lt(before))
            .add(grant::Column::EndedAt.lt(before)),
    )
}

/// Permissions whose code was never redeemed, and of which there is no code any more: nobody can make use of them.
fn abandoned(before: Micros) -> Condition {
    Condition::all()
        .add(grant::Column::ActivatedAt.is_null())
        .add(grant::Column::PermittedAt.lt(before))
        .add(Expr::exists(codes_of_the_grant()).not())
}

fn grants_over(before: Micros) -> SelectStatement {
    grants(over(before))
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
