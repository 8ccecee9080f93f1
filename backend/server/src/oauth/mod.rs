//! The OAuth door: authorization, pushed authorization, token, revocation, registration, metadata. Each route reads, calls the rule
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
pub(crate) mod partner_documents;
pub(crate) mod partner_keys;
pub(crate) mod register;
pub(crate) mod resource;
mod revoke;
pub(crate) mod signature;
pub(crate) mod subject;
mod token;
mod userinfo;
mod well_known;

use crate::config::Config;
use crate::services::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use renkei_oauth::metadata::{OAUTH_WELL_KNOWN, OPENID_WELL_KNOWN, paths};
use renkei_oauth::protected_resource::ProtectedResource;

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

/// Where partners register themselves, if the operator lets them: at the browser listener, since they show no certificate.
pub(crate) fn registration_routes(config: &Config) -> Router<App> {
    if !config.registration.enabled {
        return Router::new();
    }
    let one = get(register::read).put(register::update).delete(register::delete);
    Router::new()
        .route(paths::REGISTER, post(register::register))
        .route(&format!("{}/{{client_id}}", paths::REGISTER), one)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
}

/// The description of the accounts API as a resource (RFC 9728), at both listeners.
pub(crate) fn resource_routes(resource: &ProtectedResource) -> Router<App> {
    Router::new().route(&resource.metadata_path(), get(well_known::resource_metadata))
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
