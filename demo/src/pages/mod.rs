//! The web pages: plain HTML from the server, in Japanese, with a style of their own.
//! Not here: OAuth and the accounts API, which the pages only call.

mod access;
mod account_list;
mod assets;
mod callback;
mod forms;
mod guard;
mod home;
mod layout;
mod linking;
mod statement;
mod transfers;
mod trouble;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use time::OffsetDateTime;

use self::trouble::Trouble;
use crate::config::Config;
use crate::linking::{Linking, Registration};
use crate::sessions::Sessions;

/// The largest form, in bytes: a token and little else.
const MAX_FORM: usize = 16 * 1024;

/// What all pages share.
pub struct Site {
    origin: String,
    redirect_path: String,
    linking: Linking,
    sessions: Sessions,
    now: fn() -> OffsetDateTime,
}

impl Site {
    /// A site with its parts; `now` tells the time.
    pub fn new(config: &Config, linking: Linking, sessions: Sessions, now: fn() -> OffsetDateTime) -> Self {
        Self {
            origin: config.origin(),
            redirect_path: config.redirect_path.clone(),
            linking,
            sessions,
            now,
        }
    }

    fn registration(&self, client_id: &str) -> Result<&Registration, Trouble> {
        self.linking.registration(client_id).ok_or(Trouble::NotFound)
    }
}

/// All routes, guarded and with their headers.
pub fn router(site: Arc<Site>) -> Router {
    Router::new()
        .route("/", get(home::show))
        .route(&site.redirect_path, get(callback::receive))
        .route("/links/{client_id}", post(linking::begin))
        .route("/links/{client_id}/unlink", post(linking::unlink))
        .route("/links/{client_id}/accounts", get(account_list::show))
        .route(
            "/links/{client_id}/accounts/{account_id}/statement",
            get(statement::show),
        )
        .route(
            "/links/{client_id}/accounts/{account_id}/statement.csv",
            get(statement::download),
        )
        .route(
            "/links/{client_id}/accounts/{account_id}/transfers",
            get(transfers::show),
        )
        .route("/assets/{file}", get(assets::serve))
        .route("/healthz", get(|| async { "ok" }))
        .fallback(|| async { Trouble::NotFound })
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .layer(from_fn_with_state(Arc::clone(&site), guard::guard))
        .with_state(site)
}
