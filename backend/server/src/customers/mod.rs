//! The door of 「連携中のサービス」: a login of its own, the list of permissions in force, withdrawal at once.
//! Not here: giving permissions (`linkage`).

mod acts;
mod routes;
mod view;

pub(crate) use routes::routes;

use crate::runs::RunState;
use renkei_procedure::customer_session::{CustomerSession, CustomerStep};
use renkei_procedure::identity::UserId;
use renkei_procedure::login::CertificateVerified;
use renkei_procedure::time::Instant;

impl RunState for CustomerSession {
    fn expires_at(&self) -> Instant {
        self.deadline().expires_at()
    }

    fn user(&self) -> Option<UserId> {
        match self.step() {
            CustomerStep::Login(login) => login.awaiting_password().map(CertificateVerified::user),
            CustomerStep::Linkages(login) => Some(login.user()),
            CustomerStep::Ended => None,
        }
    }

    fn is_over(&self) -> bool {
        matches!(self.step(), CustomerStep::Ended)
    }
}
