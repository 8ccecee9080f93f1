//! Forgetting what has run out, in batches, so that no call waits long for a lock.
//! Not here: how long what has run out is kept; the caller names the instant. Grants and the audit trail stay.

use super::repository;
use crate::StoreError;
use crate::column::instant::Micros;
use crate::entity::{
    access_token, authorization_code, certificate_attempt, client_assertion, grant, procedure_run,
    pushed_request, refresh_token,
};
use renkei_procedure::time::Instant;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoSimpleExpr, Iterable, PrimaryKeyToColumn, QueryFilter,
};

repository! {
    /// Forgetting what has run out.
    pub struct Housekeeping;
}

impl Housekeeping<'_> {
    /// Deletes, of each kind at most `limit` rows, what ran out before an instant: pushed requests, assertions,
    /// certificate attempts, runs with their acts, codes (redeemed ones only of grants that are over: a replay must
    /// end the grant, RFC 6749 section 4.1.2), access tokens, and refresh tokens of grants that are over.
    /// Answers how many rows went; call again while it is not 0.
    ///
    /// `before` lies some way in the past: an act must be remembered as long as it could be repeated.
    pub async fn delete_expired(&self, before: Instant, limit: u64) -> Result<u64, StoreError> {
        let micros = Micros::from(before);
        let mut deleted = 0;
        deleted += self
            .delete::<pushed_request::Entity>(pushed_request::Column::ExpiresAt.lt(micros), limit)
            .await?;
        deleted += self
            .delete::<client_assertion::Entity>(client_assertion::Column::ExpiresAt.lt(micros), limit)
            .await?;
        deleted += self
            .delete::<certificate_attempt::Entity>(certificate_attempt::Column::ExpiresAt.lt(micros), limit)
            .await?;
        deleted += self
            .delete::<procedure_run::Entity>(procedure_run::Column::ExpiresAt.lt(micros), limit)
            .await?;
        let harmless = authorization_code::Column::RedeemedAt
            .is_null()
            .or(authorization_code::Column::GrantId.in_subquery(grants_over(micros)));
        let expired = authorization_code::Column::ExpiresAt.lt(micros);
        deleted += self
            .delete::<authorization_code::Entity>(expired.and(harmless), limit)
            .await?;
        deleted += self
            .delete::<access_token::Entity>(access_token::Column::ExpiresAt.lt(micros), limit)
            .await?;
        let of_grants_over = refresh_token::Column::GrantId.in_subquery(grants_over(micros));
        deleted += self
            .delete::<refresh_token::Entity>(of_grants_over, limit)
            .await?;
        Ok(deleted)
    }

    async fn delete<E: EntityTrait>(&self, which: Expr, limit: u64) -> Result<u64, StoreError> {
        let key: Vec<_> = E::PrimaryKey::iter()
            .map(PrimaryKeyToColumn::into_column)
            .collect();
        let batch = Query::select()
            .columns(key.clone())
            .from(E::default())
            .and_where(which)
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

fn grants_over(before: Micros) -> SelectStatement {
    let over = Condition::any()
        .add(grant::Column::ExpiresAt.lt(before))
        .add(grant::Column::EndedAt.lt(before));
    Query::select()
        .column(grant::Column::Id)
        .from(grant::Entity)
        .cond_where(over)
        .to_owned()
}
