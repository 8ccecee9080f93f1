//! The wizard's door: `/api/linkages/{id}` and one address for each act (contract 6 of docs/ARCHITECTURE.md).
//! Not here: which act is allowed when (`renkei_procedure::linkage`), and how acts are kept (`crate::runs`).

mod acts;
mod answer;
pub(crate) mod arrival;
mod continuation;
pub(crate) mod inquiry_accounts;
mod leave_page;
mod permission;
mod permission_view;
mod pin_states;
mod pins;
mod preflight;
mod receipt_page;
mod reply;
mod return_page;
mod routes;
pub(crate) mod terms;
mod view;

pub(crate) use pins::proven_until;
pub(crate) use routes::{PASSWORD_LIMIT, form_routes, routes};

use crate::runs::RunState;
use crate::services::Services;
use renkei_oauth::authorization::AuthorizationRequest;
use renkei_procedure::identity::{GrantId, UserId};
use renkei_procedure::linkage::{Linkage, Step};
use renkei_procedure::preflight::CoreSaid;
use renkei_procedure::time::Instant;
use renkei_store::{GrantRecord, StoreError};
use serde::{Deserialize, Serialize};

/// A linkage as it is kept: the procedure's state, and the request that it will answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredLinkage {
    pub(crate) linkage: Linkage,
    pub(crate) request: AuthorizationRequest,
    /// The grant, once permitted.
    pub(crate) grant: Option<GrantId>,
    /// Where PINs stood with the core when 手順3 began, without those that were checked since.
    pin_states: pin_states::PinStates,
    /// What the core said when 手順1② was shown to this user.
    core_said: Option<CoreSaid>,
}

impl StoredLinkage {
    /// What was permitted, as it is on file.
    async fn grant(&self, app: &Services) -> Result<Option<GrantRecord>, StoreError> {
        match self.grant {
            Some(grant) => app.store.grants().find(grant).await,
            None => Ok(None),
        }
    }

    /// Whether the partner has redeemed this linkage's code: then its grant is active, or was.
    async fn is_redeemed(&self, app: &Services) -> Result<bool, StoreError> {
        let grant = self.grant(app).await?;
        Ok(grant.is_some_and(|grant| grant.activated_at.is_some()))
    }
}

impl RunState for StoredLinkage {
    fn expires_at(&self) -> Instant {
        self.linkage.deadline().expires_at()
    }

    fn user(&self) -> Option<UserId> {
        self.linkage.user()
    }

    fn is_over(&self) -> bool {
        matches!(self.linkage.step(), Step::Ended(_))
    }
}
