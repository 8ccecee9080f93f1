//! Whether a call may see what it asks for: the business, the account; and how a refusal is worded.
//! Not here: the token, its binding and its permission being in force (`oauth::resource`), and the answers.

use crate::oauth::resource::{Denied, ResourceCall};
use crate::services::Services;
use crate::web::problem::Problem;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use renkei_oauth::authorization_details::AuthorizationDetails;
use renkei_oauth::bearer::BearerError;
use renkei_oauth::dpop::resource::{AccessError, RefusalReason};
use renkei_oauth::protected_resource::ProtectedResource;
use renkei_oauth::scope::Scopes;
use renkei_procedure::identity::{AccountId, PublicAccountId};
use renkei_procedure::time::{Instant, JapanDate};
use renkei_shared::problem::ProblemCode;
use renkei_store::{GrantRecord, InquiryAccountRecord, JsonText, StoreError};
use std::collections::HashMap;

/// Proof that a call bears a token in force, from its rightful holder. Made by [`Access::check`] only.
#[derive(Clone)]
pub(super) struct Access {
    pub(super) grant: GrantRecord,
    scopes: Scopes,
    /// Of a token that was narrowed at its refresh (RFC 9396, 6).
    narrowed: Option<AuthorizationDetails>,
    pub(super) now: Instant,
}

/// A refusal on its way to the partner.
#[derive(Debug)]
pub(super) enum Refusal {
    Access {
        error: AccessError,
        /// Where the resource is described, for each challenge (RFC 9728, 5.1).
        resource_metadata: Option<String>,
    },
    Problem(Problem),
}

impl Refusal {
    fn of(call: &ResourceCall, denied: Denied) -> Self {
        match denied {
            Denied::Access(error) => Self::Access {
                error,
                resource_metadata: call.accounts_api().map(ProtectedResource::challenge_parameter),
            },
            Denied::Failed(problem) => Self::Problem(problem),
        }
    }
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
            Self::Access {
                error,
                resource_metadata,
            } => {
                let code = match error.reason() {
                    RefusalReason::Token(BearerError::InsufficientScope(_)) => ProblemCode::InsufficientScope,
                    RefusalReason::Token(BearerError::InvalidRequest) => ProblemCode::RequestMalformed,
                    RefusalReason::Token(BearerError::MissingToken | BearerError::InvalidToken)
                    | RefusalReason::Proof(_) => ProblemCode::InvalidToken,
                };
                let mut response = Problem::from(code).into_response();
                for challenge in error.challenges() {
                    let challenge = challenge
                        .to_str()
                        .ok()
                        .zip(resource_metadata.as_ref())
                        .and_then(|(text, more)| HeaderValue::try_from(format!("{text}, {more}")).ok())
                        .unwrap_or(challenge);
                    response.headers_mut().append(header::WWW_AUTHENTICATE, challenge);
                }
                response
            }
        }
    }
}

impl Access {
    /// Checks the token, and that it covers the business.
    pub(super) async fn check(
        app: &Services,
        call: &ResourceCall,
        business: &'static str,
    ) -> Result<Self, Refusal> {
        let refused = |denied: Denied| Refusal::of(call, denied);
        let admitted = call.admit(app).await.map_err(refused)?;
        admitted
            .require(business)
            .map_err(|error| refused(error.into()))?;
        let token = admitted.token();
        // A partner's own token stands for no customer.
        let grant = token.grant.clone();
        let grant = grant.ok_or_else(|| refused(admitted.refuse(BearerError::InvalidToken).into()))?;
        let narrowed = token.authorization_details.as_ref();
        Ok(Self {
            grant,
            scopes: admitted.scopes().clone(),
            narrowed: narrowed.map(JsonText::decode).transpose()?,
            now: admitted.now(),
        })
    }

    /// Whether the token covers a business.
    pub(super) fn covers(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }

    /// The first day of statements that may be read, where there is one.
    pub(super) fn first_day(&self) -> Option<JapanDate> {
        let narrowed = self.narrowed.as_ref().and_then(AuthorizationDetails::from_date);
        narrowed.map(JapanDate::new).max(self.grant.from_date)
    }

    /// Whether the token still covers the account, where it was narrowed to some.
    fn names(&self, id: PublicAccountId) -> bool {
        let named = self.narrowed.as_ref().and_then(AuthorizationDetails::accounts);
        named.is_none_or(|named| named.contains(&id.as_uuid()))
    }

    /// The accounts of the permission that the token covers, each with the id by which this partner knows it.
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
            .filter(|(id, _)| self.names(*id))
            .collect())
    }

    /// One account of the permission. An account of another permission is as unknown as one that does not exist.
    pub(super) async fn account(&self, app: &Services, id: &str) -> Result<InquiryAccountRecord, Refusal> {
        let public: PublicAccountId = id.parse().map_err(|_| ProblemCode::NotFound)?;
        if !self.names(public) {
            return Err(ProblemCode::NotFound.into());
        }
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
