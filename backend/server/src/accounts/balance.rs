//! `GET /v1/accounts/{id}/balance`: 残高照会.
//! Not here: the gate before the account (`pin_gate`).

use super::access::{Access, Refusal};
use super::answer::answer;
use super::pin_gate;
use super::query::check_names;
use super::wire::BalanceAnswer;
use crate::audit;
use crate::oauth::resource::ResourceCall;
use crate::services::App;
use crate::web::segment::Segment;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use renkei_shared::problem::ProblemCode;
use std::sync::Arc;
use tracing::Instrument as _;

/// The balance of one account.
#[utoipa::path(
    get, path = "/v1/accounts/{id}/balance", tag = "accounts",
    params(("id" = String, Path, description = "`account_id` from the list")),
    responses((status = 200, content((BalanceAnswer = "application/json"), (String = "application/jwt"))), (status = 400, description = "`parameter_invalid` or `request_malformed`"),
        (status = 401, description = "`invalid_token`"),
        (status = 403, description = "`insufficient_scope` or `account_registration_required`"),
        (status = 404, description = "`not_found`"),
        (status = 503, description = "`core_closed` or `core_unavailable`")),
    security(("mtls_bound_token" = ["balance"]), ("dpop_bound_token" = ["balance"]))
)]
pub(crate) async fn balance(
    State(app): State<App>,
    Segment(id): Segment,
    RawQuery(query): RawQuery,
    call: ResourceCall,
) -> Result<Response, Refusal> {
    let access = Access::check(&app, &call, "balance").await?;
    let account = access.account(&app, &id).await?;
    check_names(query.as_deref(), &[])?;
    // A PIN is under way from here on: its outcome must be kept even if the partner hangs up.
    let working = (Arc::clone(&app), access.clone());
    let work = async move {
        let (app, access) = working;
        let pass = pin_gate::enter(&app, access.grant.user_id, account.id).await?;
        let asked = app.core.balance(&account.core_account, pass.pin()).await;
        let balance = pass.settle(&app, asked).await?;
        let event = audit::event("balance_read", access.now)
            .user(Some(access.grant.user_id))
            .partner(&access.grant.partner_id)
            .detail("account", account.id.to_string());
        audit::append(&app, event).await?;
        access.touch(&app).await?;
        Ok::<_, Refusal>(BalanceAnswer {
            account_id: id,
            current: balance.current.to_string(),
            available: balance.available.to_string(),
            currency: "JPY",
            as_of: balance.as_of.to_japan_rfc3339(),
        })
    };
    let content = tokio::spawn(work.in_current_span())
        .await
        .map_err(|_| ProblemCode::InternalError)??;
    answer(&app, &call, &access, &content)
}
