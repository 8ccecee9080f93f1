//! An access token at a resource of ours: known, in force, and in the hands of whom it is bound to (RFC 6750; RFC 8705, 3;
//! RFC 9449, 7). Not here: which scope a resource asks for, and how it words a refusal.

use super::authentication::peer_certificate;
use super::{binding, dpop};
use crate::ambient::RandomnessFailed;
use crate::services::Services;
use crate::web::problem::Problem;
use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};
use renkei_oauth::bearer::BearerError;
use renkei_oauth::client::{BearerException, TokenBinding};
use renkei_oauth::dpop::resource::{AccessError, PresentedToken};
use renkei_oauth::protected_resource::ProtectedResource;
use renkei_oauth::scope::Scopes;
use renkei_procedure::time::Instant;
use renkei_store::{AccessTokenView, Sha256Digest, StoreError};
use renkei_tls::PeerCertificates;
use renkei_vault::signing_keys::SignError;
use serde_json::json;
use std::convert::Infallible;

/// A call to a resource, with all that shows who calls.
pub(crate) struct ResourceCall {
    method: Method,
    path: String,
    headers: HeaderMap,
    peer: PeerCertificates,
    /// The accounts API of the listener at which the call came.
    accounts_api: Option<ProtectedResource>,
}

impl<S: Send + Sync> FromRequestParts<S> for ResourceCall {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<PeerCertificates>();
        Ok(Self {
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            headers: parts.headers.clone(),
            peer: peer.cloned().unwrap_or_default(),
            accounts_api: parts.extensions.get().cloned(),
        })
    }
}

/// Why a call is not admitted.
#[derive(Debug)]
pub(crate) enum Denied {
    /// The token or its proof.
    Access(AccessError),
    /// A fault of ours.
    Failed(Problem),
}

impl From<AccessError> for Denied {
    fn from(error: AccessError) -> Self {
        Self::Access(error)
    }
}

impl From<StoreError> for Denied {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<RandomnessFailed> for Denied {
    fn from(error: RandomnessFailed) -> Self {
        Self::Failed(error.into())
    }
}

impl From<SignError> for Denied {
    fn from(error: SignError) -> Self {
        Self::Failed(error.into())
    }
}

/// As the resources of OAuth itself answer: the challenges, and the error as JSON too where one is due.
impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        let error = match self {
            Self::Failed(problem) => return problem.into_response(),
            Self::Access(error) => error,
        };
        let mut response = match error.code() {
            Some(code) => {
                let body = json!({ "error": code, "error_description": error.to_string() });
                (error.status(), Json(body)).into_response()
            }
            None => error.status().into_response(),
        };
        for challenge in error.challenges() {
            response.headers_mut().append(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// Proof that a call bears a token in force, from its rightful holder. Made by [`ResourceCall::admit`] only.
pub(crate) struct Admitted {
    presented: PresentedToken,
    token: AccessTokenView,
    scopes: Scopes,
    now: Instant,
}

impl ResourceCall {
    /// The accounts API as it is called: by one of its two addresses.
    pub(crate) const fn accounts_api(&self) -> Option<&ProtectedResource> {
        self.accounts_api.as_ref()
    }

    /// The request's headers.
    pub(crate) const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Checks the token. A revoked or expired permission and a suspended partner stop the very next call.
    pub(crate) async fn admit(&self, app: &Services) -> Result<Admitted, Denied> {
        let presented = PresentedToken::from_headers(&self.headers)?;
        let pending = dpop::expecting(app, &self.method, &self.path, |expectation| {
            presented.proof(&self.headers, expectation)
        })?;
        let now = app.ambient.now();
        let hash = Sha256Digest::new(presented.token().sha256());
        let found = app.store.tokens().find_access(hash).await?;
        let token = found
            .filter(|token| token.holds(now))
            .ok_or_else(|| presented.refuse(BearerError::InvalidToken))?;
        // Only now, so that whoever holds no token leaves no record.
        let proof = match pending {
            Some(pending) => {
                let first_use = dpop::is_first_use(app, &pending).await?;
                let proof = pending.recorded(first_use);
                Some(proof.map_err(|error| presented.refuse(error))?)
            }
            None => None,
        };
        let exceptions = &app.config.bearer_exceptions.partners;
        let rule = BearerException::find(exceptions, token.client_id.as_str())
            .map_or(TokenBinding::MtlsOrDpop, TokenBinding::Bearer);
        binding::from_store(token.binding)
            .check(&rule, peer_certificate(&self.peer).as_ref(), proof.as_ref())
            .map_err(|error| presented.refuse(error))?;
        let scopes = Scopes::parse(&token.scope).map_err(|_| StoreError::Corrupt("scope"))?;
        Ok(Admitted {
            presented,
            token,
            scopes,
            now,
        })
    }
}

impl Admitted {
    /// The token.
    pub(crate) const fn token(&self) -> &AccessTokenView {
        &self.token
    }

    /// What it permits.
    pub(crate) const fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    /// When the call came.
    pub(crate) const fn now(&self) -> Instant {
        self.now
    }

    /// Refuses a token without this scope.
    pub(crate) fn require(&self, scope: &'static str) -> Result<(), AccessError> {
        if self.scopes.contains(scope) {
            Ok(())
        } else {
            Err(self.refuse(BearerError::InsufficientScope(scope)))
        }
    }

    /// The refusal of this token, told to the scheme under which it came.
    pub(crate) fn refuse(&self, error: BearerError) -> AccessError {
        self.presented.refuse(error)
    }
}
