//! The partners' door to accounts, `/v1/`: accounts, balance, statement, incoming transfers, each only for what was
//! granted. Not here: tokens' issuing (`oauth`), and asking the core (`renkei-bank`).

mod access;
mod answer;
mod balance;
mod cursor;
mod list;
pub(crate) mod openapi;
pub(crate) mod pin_gate;
mod problem_schema;
mod query;
mod statement;
mod wire;

use crate::services::App;
use axum::Router;
use axum::routing::get;

/// The accounts API; at the mutual-TLS listener and, for partners whose tokens are bound to nothing, at the browser
/// listener.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/v1/accounts", get(list::accounts))
        .route("/v1/accounts/{id}/balance", get(balance::balance))
        .route("/v1/accounts/{id}/statement", get(statement::statement))
        .route("/v1/accounts/{id}/transfers", get(statement::transfers))
}
