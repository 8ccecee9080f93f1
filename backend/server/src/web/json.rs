//! JSON bodies of acts: the media type, the size and the form are checked before anything is done with them.
//! Not here: what the fields mean.

use super::media_type::is_media_type;
use super::problem::Problem;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use renkei_shared::problem::ProblemCode;
use serde::de::DeserializeOwned;

/// A body of JSON, read strictly.
pub(crate) struct ActBody<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for ActBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        if !is_media_type(request.headers(), "application/json") {
            return Err(ProblemCode::MediaTypeUnsupported.into());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                Problem::from(ProblemCode::RequestTooLarge)
            } else {
                Problem::from(ProblemCode::RequestMalformed)
            }
        })?;
        // What serde_json says of a body may quote it, and it may hold a password: the message goes nowhere.
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|_| ProblemCode::RequestMalformed.into())
    }
}
