//! Which door stands at which listener, and the furniture before it.
//! Not here: the doors.

use crate::services::App;
use crate::web::guard::{Expected, check_act, check_form, check_host};
use crate::web::{headers, page, problem, request_log, spa, stray};
use crate::{accounts, customers, help, linkage, oauth};
use axum::extract::DefaultBodyLimit;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Extension, Router, middleware};
use renkei_oauth::protected_resource::ProtectedResource;
use std::sync::Arc;

/// Acts are small; those that may be larger say so themselves.
const BODY_LIMIT: usize = 16 * 1024;

/// Pages, JSON endpoints, OAuth, and the accounts API for partners whose tokens are bound to nothing.
pub(super) fn browser(app: App) -> Router {
    let expected = Expected::of_pages(&app.config);
    let resource = ProtectedResource::at(&app.issuer);
    let acts = Router::new()
        .merge(linkage::routes())
        .merge(customers::routes())
        .layer(middleware::from_fn_with_state(expected.clone(), check_act));
    let forms = linkage::form_routes().layer(middleware::from_fn_with_state(expected.clone(), check_form));
    let doors = Router::new()
        .merge(acts)
        .merge(forms)
        .merge(oauth::browser_routes())
        .merge(oauth::registration_routes(&app.config))
        .merge(oauth::resource_routes(&resource))
        .merge(oauth::direct_routes())
        .merge(accounts::routes())
        .route("/openapi.json", get(openapi))
        .merge(help::routes())
        .merge(spa::routes());
    #[cfg(feature = "testing")]
    let doors = doors.merge(crate::testing::plain_pages::routes());
    let doors = doors
        .fallback(stray::not_found)
        .method_not_allowed_fallback(stray::method_not_allowed);
    furnish(doors, resource, expected, app)
}

/// What partners call by mutual TLS.
pub(super) fn partner(app: App) -> Router {
    let expected = Expected::of_partners(&app.config);
    let resource = ProtectedResource::at(&app.partner_base);
    let doors = Router::new()
        .merge(oauth::direct_routes())
        .merge(oauth::resource_routes(&resource))
        .merge(accounts::routes())
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed);
    furnish(doors, resource, expected, app)
}

fn furnish(doors: Router<App>, accounts_api: ProtectedResource, expected: Expected, app: App) -> Router {
    let ambient = app.ambient.clone();
    let transport = headers::StrictTransport::of(&app.config);
    doors
        .with_state(Arc::clone(&app))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), page::frame))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(Extension(accounts_api))
        .layer(middleware::from_fn_with_state(app, oauth::dpop::hand_out_nonce))
        .layer(middleware::from_fn_with_state(expected, check_host))
        .layer(middleware::from_fn_with_state(transport, headers::add))
        .layer(middleware::from_fn_with_state(ambient, request_log::log))
}

async fn openapi() -> impl IntoResponse {
    match accounts::openapi::document() {
        Ok(text) => ([(header::CONTENT_TYPE, "application/json")], text).into_response(),
        Err(error) => problem::Problem::from(error).into_response(),
    }
}
