//! Problem documents as answers, and what goes wrong on our side as the one problem that tells nothing.
//! Not here: the texts (`renkei_shared::problem`).

use super::request_id;
use crate::ambient::RandomnessFailed;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use renkei_procedure::linkage::ActRefused;
use renkei_shared::problem::{ProblemCode, ProblemDocument};
use renkei_store::StoreError;
use renkei_vault::CryptographyFailed;
use renkei_vault::sealed_pin::ResealError;
use renkei_vault::signing_keys::SignError;

/// A problem on its way to the client.
#[derive(Debug)]
pub(crate) struct Problem(Box<ProblemDocument>);

impl Problem {
    pub(crate) fn document(&self) -> &ProblemDocument {
        &self.0
    }
}

impl From<ProblemDocument> for Problem {
    fn from(document: ProblemDocument) -> Self {
        Self(Box::new(document))
    }
}

impl From<ProblemCode> for Problem {
    fn from(code: ProblemCode) -> Self {
        ProblemDocument::new(code).into()
    }
}

impl From<ActRefused> for Problem {
    fn from(refused: ActRefused) -> Self {
        refused.0.into()
    }
}

/// Logs what failed on our side; the client learns only that something did.
fn internal(error: &(dyn std::error::Error + 'static)) -> Problem {
    tracing::error!(error, "internal error");
    ProblemCode::InternalError.into()
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        internal(&error)
    }
}

impl From<RandomnessFailed> for Problem {
    fn from(error: RandomnessFailed) -> Self {
        internal(&error)
    }
}

impl From<ResealError> for Problem {
    fn from(error: ResealError) -> Self {
        internal(&error)
    }
}

impl From<CryptographyFailed> for Problem {
    fn from(error: CryptographyFailed) -> Self {
        internal(&error)
    }
}

impl From<SignError> for Problem {
    fn from(error: SignError) -> Self {
        internal(&error)
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        // The message of serde_json may quote the text that it could not read.
        tracing::error!(category = ?error.classify(), "stored JSON cannot be read or written");
        ProblemCode::InternalError.into()
    }
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        self.0.request_id = request_id::current();
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(&self.0)).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        response
            .extensions_mut()
            .insert(ProblemLogged(self.0.explanation.code.clone()));
        response
    }
}

/// The code, for the request log.
#[derive(Clone)]
pub(crate) struct ProblemLogged(pub(crate) String);

/// The answer for an address that is not there.
pub(crate) async fn not_found() -> Problem {
    ProblemCode::NotFound.into()
}

/// The answer for a method that an address does not take (RFC 9110 section 15.5.6).
pub(crate) async fn method_not_allowed() -> Problem {
    ProblemCode::MethodNotAllowed.into()
}
