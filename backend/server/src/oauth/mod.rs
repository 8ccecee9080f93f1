//! The OAuth door: authorization, pushed authorization, token, revocation, metadata. Each route reads, calls the rule
//! of its RFC, asks the store, answers. Not here: the rules (`renkei-oauth`), and the procedure between arrival and
//! return (`linkage`).

pub(crate) mod authentication;
mod authorize;
mod binding;
mod body;
pub(crate) mod clients;
pub(crate) mod dpop;
mod grants;
mod introspect;
mod par;
pub(crate) mod resource;
mod revoke;
pub(crate) mod signature;
pub(crate) mod subject;
mod token;
mod userinfo;
mod well_known;

use crate::services::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use renkei_oauth::metadata::{OAUTH_WELL_KNOWN, OPENID_WELL_KNOWN, paths};

/// No request of OAuth is larger than this.
const BODY_LIMIT: usize = 64 * 1024;

/// What partners' servers call; at the browser listener and at the mutual-TLS listener alike.
pub(crate) fn direct_routes() -> Router<App> {
    Router::new()
        .route(paths::PAR, post(par::push))
        .route(paths::TOKEN, post(token::token))
        .route(paths::REVOKE, post(revoke::revoke))
        .route(paths::INTROSPECT, post(introspect::introspect))
        .route(paths::USERINFO, get(userinfo::userinfo).post(userinfo::userinfo))
        .route(
            &format!("{}/{{id}}", paths::GRANTS),
            get(grants::query).delete(grants::revoke),
        )
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
}

/// What browsers and discovery call.
pub(crate) fn browser_routes() -> Router<App> {
    Router::new()
        .route(
            paths::AUTHORIZE,
            get(authorize::by_query)
                .post(authorize::by_form)
                .layer(DefaultBodyLimit::max(BODY_LIMIT)),
        )
        .route(paths::JWKS, get(well_known::jwks))
        .route(OAUTH_WELL_KNOWN, get(well_known::metadata))
        .route(OPENID_WELL_KNOWN, get(well_known::metadata))
}
