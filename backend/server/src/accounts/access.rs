//! Whether a call may see what it asks for: the token, its permission, its binding, the business, the account.
//! Not here: the answers.

use crate::oauth::authentication::peer_certificate;
use crate::services::Services;
use crate::web::problem::Problem;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use renkei_oauth::bearer::{BearerError, token_from_headers};
use renkei_oauth::client::{BearerException, TokenBinding};
use renkei_oauth::mutual_tls::Confirmation;
use renkei_oauth::scope::Scopes;
use renkei_procedure::identity::{AccountId, PublicAccountId};
use renkei_procedure::time::Instant;
use renkei_shared::problem::ProblemCode;
use renkei_store::{
    AccessTokenView, GrantRecord, GrantStatus, InquiryAccountRecord, Sha256Digest, StoreError,
};
use renkei_tls::PeerCertificates;
use std::collections::HashMap;

/// Proof that a call bears a token in force, from its rightful holder. Made by [`Access::check`] only.
pub(super) struct Access {
    pub(super) grant: GrantRecord,
    scopes: Scopes,
    pub(super) now: Instant,
}

/// A refusal on its way to the partner.
#[derive(Debug)]
pub(super) enum Refusal {
    Bearer(BearerError),
    Problem(Problem),
}

impl<E: Into<Problem>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Problem(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::Bearer(error) => {
                let code = match error {
                    BearerError::InsufficientScope(_) => ProblemCode::InsufficientScope,
                    BearerError::InvalidRequest => ProblemCode::RequestMalformed,
                    BearerError::MissingToken | BearerError::InvalidToken => ProblemCode::InvalidToken,
                };
                let mut response = Problem::from(code).into_response();
                response
                    .headers_mut()
                    .insert(header::WWW_AUTHENTICATE, error.www_authenticate());
                response
            }
        }
    }
}

impl Access {
    /// Checks the token. A revoked or expired permission and a suspended partner stop the very next call.
    pub(super) async fn check(
        app: &Services,
        headers: &HeaderMap,
        peer: &PeerCertificates,
        business: &'static str,
    ) -> Result<Self, Refusal> {
        let presented = token_from_headers(headers).map_err(Refusal::Bearer)?;
        let now = app.ambient.now();
        let token = app
            .store
            .tokens()
            .find_access(Sha256Digest::new(presented.sha256()))
            .await?;
        let token = token
            .filter(|token| in_force(token, now))
            .ok_or(Refusal::Bearer(BearerError::InvalidToken))?;
        let exceptions = &app.config.bearer_exceptions.partners;
        let binding = BearerException::find(exceptions, token.client_id.as_str())
            .map_or(TokenBinding::Mtls, TokenBinding::Bearer);
        Confirmation::from_stored(token.thumbprint.map(|thumbprint| *thumbprint.as_bytes()))
            .check(&binding, peer_certificate(peer).as_ref())
            .map_err(Refusal::Bearer)?;
        let scopes = Scopes::parse(&token.scope).map_err(|_| ProblemCode::InternalError)?;
        if !scopes.contains(business) {
            return Err(Refusal::Bearer(BearerError::InsufficientScope(business)));
        }
        Ok(Self {
            grant: token.grant,
            scopes,
            now,
        })
    }

    /// Whether the token covers a business.
    pub(super) fn covers(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }

    /// The accounts of the permission, each with the id by which this partner knows it.
    pub(super) async fn accounts(
        &self,
        app: &Services,
    ) -> Result<Vec<(PublicAccountId, InquiryAccountRecord)>, Refusal> {
        let records = app.store.grants().accounts(self.grant.id).await?;
        let mut fresh = Vec::with_capacity(records.len());
        for record in &records {
            fresh.push((record.id, PublicAccountId::from_random(app.ambient.random()?)));
        }
        let ids: HashMap<AccountId, PublicAccountId> = app
            .store
            .partner_accounts()
            .public_ids(&self.grant.partner_id, &fresh)
            .await?;
        Ok(records
            .into_iter()
            .filter_map(|record| Some((*ids.get(&record.id)?, record)))
            .collect())
    }

    /// One account of the permission. An account of another permission is as unknown as one that does not exist.
    pub(super) async fn account(&self, app: &Services, id: &str) -> Result<InquiryAccountRecord, Refusal> {
        let public: PublicAccountId = id.parse().map_err(|_| ProblemCode::NotFound)?;
        let account = app
            .store
            .partner_accounts()
            .find(&self.grant.partner_id, public)
            .await?;
        let account = account.ok_or(ProblemCode::NotFound)?;
        let granted = app.store.grants().accounts(self.grant.id).await?;
        Ok(granted
            .into_iter()
            .find(|record| record.id == account)
            .ok_or(ProblemCode::NotFound)?)
    }

    /// Keeps when the permission was last used.
    pub(super) async fn touch(&self, app: &Services) -> Result<(), StoreError> {
        app.store.grants().touch_last_access(&self.grant, self.now).await
    }
}

fn in_force(token: &AccessTokenView, now: Instant) -> bool {
    token.revoked_at.is_none()
        && now < token.expires_at
        && !token.partner_suspended
        && token.grant.status(now) == GrantStatus::Active
}
