//! `GET /v1/accounts`.
//! Not here: what an account holds (`balance`, `statement`).

use super::access::{Access, Refusal};
use super::answer::answer;
use super::query::check_names;
use super::wire::{Account, AccountList, AccountStatus};
use crate::audit;
use crate::oauth::resource::ResourceCall;
use crate::services::App;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use renkei_procedure::identity::AccountId;
use renkei_shared::vocabulary::Business;
use std::collections::BTreeSet;

/// The accounts that the customer has permitted.
#[utoipa::path(
    get, path = "/v1/accounts", tag = "accounts",
    responses((status = 200, content((AccountList = "application/json"), (String = "application/jwt"))), (status = 400, description = "`parameter_invalid` or `request_malformed`"),
        (status = 401, description = "`invalid_token`"),
        (status = 403, description = "`insufficient_scope`")),
    security(("mtls_bound_token" = ["accounts"]), ("dpop_bound_token" = ["accounts"]))
)]
pub(crate) async fn accounts(
    State(app): State<App>,
    RawQuery(query): RawQuery,
    call: ResourceCall,
) -> Result<Response, Refusal> {
    let access = Access::check(&app, &call, "accounts").await?;
    check_names(query.as_deref(), &[])?;
    let pins = app
        .store
        .registered_pins()
        .list_for_user(access.grant.user_id)
        .await?;
    let usable: BTreeSet<AccountId> = pins
        .iter()
        .filter(|pin| pin.refused_at.is_none())
        .map(|pin| pin.account_id)
        .collect();
    let businesses: Vec<&'static str> = Business::ALL
        .map(Business::scope)
        .into_iter()
        .filter(|scope| access.covers(scope))
        .collect();
    let accounts = access
        .accounts(&app)
        .await?
        .into_iter()
        .map(|(id, record)| Account {
            account_id: id.to_string(),
            status: if usable.contains(&record.id) {
                AccountStatus::Available
            } else {
                AccountStatus::RegistrationRequired
            },
            branch_code: record.branch_code,
            branch_name: record.branch_name,
            account_type: record.account_type,
            account_number: record.account_number,
            memo: record.memo,
            holder_name: record.holder_name,
            businesses: businesses.clone(),
        })
        .collect();
    let event = audit::event("accounts_listed", access.now)
        .user(Some(access.grant.user_id))
        .partner(&access.grant.partner_id);
    audit::append(&app, event).await?;
    access.touch(&app).await?;
    answer(&app, &call, &access, &AccountList { accounts })
}
