//! One part of an address, as text. An address that is no text names nothing.
//! Not here: what the text stands for.

use super::problem::Problem;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use renkei_shared::problem::ProblemCode;

/// What stands in the place of `{…}` in a route.
pub(crate) struct Segment(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let found = Path::<String>::from_request_parts(parts, state).await;
        found
            .map(|Path(text)| Self(text))
            .map_err(|_| ProblemCode::NotFound.into())
    }
}
