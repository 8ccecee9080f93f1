//! Errors of registration and its management: those of RFC 7591, 3.2.2, and of RFC 6750, 3.1 for the tokens.
//! Not here: what is refused.

use crate::ambient::RandomnessFailed;
use crate::oauth::body::Refusal;
use crate::oauth::clients::UnusablePartner;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use renkei_oauth::bearer::BearerError;
use renkei_oauth::error::OAuthError;
use renkei_store::StoreError;
use serde_json::json;

/// An error on its way to a partner.
#[derive(Debug)]
pub(in crate::oauth) enum Refused {
    /// What it says of itself.
    Registration(Refusal),
    /// The initial or registration access token.
    Token(BearerError),
}

impl Refused {
    pub(super) fn with_status(status: StatusCode, error: OAuthError) -> Self {
        Self::Registration(Refusal::with_status(status, error))
    }
}

impl From<OAuthError> for Refused {
    fn from(error: OAuthError) -> Self {
        Self::Registration(error.into())
    }
}

impl From<BearerError> for Refused {
    fn from(error: BearerError) -> Self {
        Self::Token(error)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Registration(error.into())
    }
}

impl From<RandomnessFailed> for Refused {
    fn from(error: RandomnessFailed) -> Self {
        Self::Registration(error.into())
    }
}

impl From<UnusablePartner> for Refused {
    fn from(error: UnusablePartner) -> Self {
        tracing::error!(%error, "a partner on file cannot be used");
        OAuthError::server_error().into()
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Registration(refusal) => refusal.into_response(),
            Self::Token(error) => {
                let challenge = [(header::WWW_AUTHENTICATE, error.www_authenticate())];
                // Who shows no token at all is told no code (RFC 6750, 3.1).
                let body = error
                    .code()
                    .map(|code| json!({ "error": code, "error_description": error.to_string() }));
                (error.status(), challenge, Json(body.unwrap_or(json!({})))).into_response()
            }
        }
    }
}
