//! Metadata (RFC 8414; OpenID Connect Discovery 1.0) and the signing keys (RFC 7517).
//! Not here: their content (`renkei_oauth::metadata`, `renkei_oauth::jwks`).

use crate::services::App;
use crate::web::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use renkei_shared::problem::ProblemCode;

/// Long enough to spare us the asking, short enough for a new key to be known in time.
const CACHE: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=300");

pub(super) async fn metadata(State(app): State<App>) -> impl IntoResponse {
    ([CACHE], Json(app.metadata.clone()))
}

/// The keys that are published now: a rotation needs no restart.
pub(super) async fn jwks(State(app): State<App>) -> Result<impl IntoResponse, Problem> {
    let keys = app.signing.jwks(app.ambient.now()).map_err(|error| {
        tracing::error!(%error, "the signing keys cannot be published");
        Problem::from(ProblemCode::InternalError)
    })?;
    Ok(([CACHE], Json(keys)))
}
