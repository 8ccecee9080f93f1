//! Metadata (RFC 8414; OpenID Connect Discovery 1.0) and the signing keys (RFC 7517).
//! Not here: their content (`renkei_oauth::metadata`, `renkei_oauth::jwks`).

use crate::services::App;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

/// Long enough to spare us the asking, short enough for a new key to be known in time.
const CACHE: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=300");

pub(super) async fn metadata(State(app): State<App>) -> impl IntoResponse {
    ([CACHE], Json(app.metadata.clone()))
}

pub(super) async fn jwks(State(app): State<App>) -> impl IntoResponse {
    ([CACHE], Json(app.jwks.clone()))
}
