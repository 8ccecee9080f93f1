//! Bodies and errors of the direct endpoints: `application/x-www-form-urlencoded` in, JSON out (RFC 6749, 5).
//! Not here: what the parameters mean.

use crate::web::media_type::is_media_type;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use renkei_oauth::error::{ErrorCode, OAuthError};
use renkei_oauth::parameters::Parameters;
use renkei_store::StoreError;

/// A form, read strictly.
pub(super) struct Form(pub(super) Parameters);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        if !is_media_type(request.headers(), FORM) {
            return Err(Refusal::with_status(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                OAuthError::new(
                    ErrorCode::InvalidRequest,
                    "the content type must be application/x-www-form-urlencoded",
                ),
            ));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            Refusal::with_status(
                rejection.status(),
                OAuthError::new(ErrorCode::InvalidRequest, "the body cannot be read"),
            )
        })?;
        Ok(Self(Parameters::from_form(&bytes)?))
    }
}

/// The media type of forms.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// An error on its way to the client.
#[derive(Debug)]
pub(super) struct Refusal {
    status: Option<StatusCode>,
    error: OAuthError,
}

impl Refusal {
    pub(super) fn with_status(status: StatusCode, error: OAuthError) -> Self {
        Self {
            status: Some(status),
            error,
        }
    }
}

impl From<OAuthError> for Refusal {
    fn from(error: OAuthError) -> Self {
        Self { status: None, error }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store failed an OAuth request");
        Self::with_status(
            StatusCode::SERVICE_UNAVAILABLE,
            OAuthError::new(ErrorCode::TemporarilyUnavailable, "try again later"),
        )
    }
}

impl From<crate::ambient::RandomnessFailed> for Refusal {
    fn from(error: crate::ambient::RandomnessFailed) -> Self {
        tracing::error!(%error, "no randomness for an OAuth request");
        OAuthError::server_error().into()
    }
}

impl From<renkei_vault::signing_keys::SignError> for Refusal {
    fn from(error: renkei_vault::signing_keys::SignError) -> Self {
        tracing::error!(%error, "nothing can be signed for an OAuth request");
        OAuthError::server_error().into()
    }
}

impl From<crate::web::problem::Problem> for Refusal {
    fn from(_: crate::web::problem::Problem) -> Self {
        OAuthError::server_error().into()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = self.status.unwrap_or_else(|| self.error.status());
        let mut response = (status, Json(self.error.body())).into_response();
        if let Some(challenge) = self.error.www_authenticate()
            && let Ok(value) = HeaderValue::from_str(challenge)
        {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
        }
        response
    }
}
