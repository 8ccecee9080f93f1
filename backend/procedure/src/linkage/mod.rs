//! API連携認証（利用登録）: the state machine of one linkage, from arrival to return. Every act is a pure function of
//! the state, its input and the time. Not here: how the state is kept, and what the pages say.

mod acts;
mod progress;
mod step;

pub use acts::{ActRefused, HandOver, PinSelection, Unserved};
pub use progress::progress;
pub use step::{BusinessPolicy, BusinessesChosen, PartnerTerms, RowOutcomes, Step};

use crate::accounts::Accounts;
use crate::deadline::{Deadline, TimeLimits};
use crate::identity::UserId;
use crate::time::Instant;
use renkei_shared::linkage::EndReason;
use serde::{Deserialize, Serialize};

/// One run of the procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linkage {
    terms: PartnerTerms,
    deadline: Deadline,
    certificate_attempts: u32,
    step: Step,
}

impl Linkage {
    /// 手順1①: the customer arrives with a partner's valid authorization request.
    pub fn arrive(terms: PartnerTerms, limits: &TimeLimits, now: Instant) -> Self {
        Self {
            terms,
            deadline: Deadline::begin(limits, now),
            certificate_attempts: 0,
            step: Step::begin(),
        }
    }

    /// What the partner asks for.
    pub const fn terms(&self) -> &PartnerTerms {
        &self.terms
    }

    /// The time limit.
    pub const fn deadline(&self) -> &Deadline {
        &self.deadline
    }

    /// The step as it was left by the last act.
    pub const fn step(&self) -> &Step {
        &self.step
    }

    /// How the linkage ended, if it has: by an act, or because the time is up.
    pub fn end(&self, now: Instant) -> Option<EndReason> {
        match &self.step {
            Step::Ended(reason) => Some(*reason),
            _ if self.deadline.has_passed(now) => Some(EndReason::TimedOut),
            _ => None,
        }
    }

    /// The accounts that may be registered for and permitted in this linkage: those that the request names, or all.
    pub fn eligible(&self, accounts: &Accounts) -> Accounts {
        accounts.among(self.terms.accounts.as_ref())
    }

    /// The user, once the certificate is verified; for audit.
    pub fn user(&self) -> Option<UserId> {
        self.step.user()
    }
}
