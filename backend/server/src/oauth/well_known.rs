//! Metadata (RFC 8414; OpenID Connect Discovery 1.0) and the signing keys (RFC 7517).
//! Not here: their content (`renkei_oauth::metadata`, `renkei_oauth::jwks`).

use crate::services::App;
use crate::web::problem::Problem;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use renkei_oauth::authorization_details;
use renkei_oauth::metadata::{Features, ServerMetadata, paths};
use renkei_oauth::openid::PROMPT_VALUES;
use renkei_oauth::openid::authentication_context::ACR;
use renkei_oauth::protected_resource::{ProtectedResource, ResourceFeatures, ResourceMetadata};
use renkei_shared::problem::ProblemCode;

/// Long enough to spare us the asking, short enough for a new key to be known in time.
const CACHE: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=300");

/// What is true now: the algorithms change with the signing keys.
pub(super) async fn metadata(State(app): State<App>) -> impl IntoResponse {
    let algorithms = app.signing.algorithms(app.ambient.now());
    let features = Features {
        scopes: &app.scopes,
        signing_algorithms: &algorithms,
        acr_values: &[ACR],
        prompt_values: &PROMPT_VALUES,
        claims: &CLAIMS,
        authorization_details_types: &[authorization_details::TYPE],
        registration: app.config.registration.enabled,
        service_documentation: None,
    };
    (
        [CACHE],
        Json(ServerMetadata::new(&app.issuer, &app.partner_base, &features)),
    )
}

/// The accounts API for clients that know nothing but its address (RFC 9728, 3).
pub(super) async fn resource_metadata(
    State(app): State<App>,
    Extension(resource): Extension<ProtectedResource>,
) -> impl IntoResponse {
    let algorithms = app.signing.algorithms(app.ambient.now());
    let features = ResourceFeatures {
        scopes: &app.resource_scopes,
        signing_algorithms: &algorithms,
        jwks_uri: Some(&app.issuer.join(paths::JWKS)),
        authorization_details_types: &[authorization_details::TYPE],
        mutual_tls: resource == ProtectedResource::at(&app.partner_base),
        documentation: None,
    };
    (
        [CACHE],
        Json(ResourceMetadata::new(&resource, &app.issuer, &features)),
    )
}

/// What id_tokens say (`renkei_oauth::openid::id_token`); UserInfo says a part of it.
const CLAIMS: [&str; 9] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
];

/// The keys that are published now: a rotation needs no restart.
pub(super) async fn jwks(State(app): State<App>) -> Result<impl IntoResponse, Problem> {
    let keys = app.signing.jwks(app.ambient.now()).map_err(|error| {
        tracing::error!(%error, "the signing keys cannot be published");
        Problem::from(ProblemCode::InternalError)
    })?;
    Ok(([CACHE], Json(keys)))
}
