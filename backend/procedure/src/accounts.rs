//! Inquiry accounts as the rules see them: which there are, and whether each is registered.
//! Not here: labels and memos, which no rule looks at.

use crate::identity::AccountId;
use renkei_shared::problem::ProblemCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// All inquiry accounts of a user, in the cooperative's order, as they stand now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accounts {
    all: Vec<AccountId>,
    registered: BTreeSet<AccountId>,
}

impl Accounts {
    /// The accounts that the core lists, and those of them for which a PIN is on file with Renkei.
    pub fn new(all: Vec<AccountId>, registered: impl IntoIterator<Item = AccountId>) -> Self {
        let registered = registered
            .into_iter()
            .filter(|account| all.contains(account))
            .collect();
        Self { all, registered }
    }

    /// Of these accounts only those that are named, where any are.
    #[must_use]
    pub fn among(&self, named: Option<&BTreeSet<AccountId>>) -> Self {
        let Some(named) = named else { return self.clone() };
        Self {
            all: self
                .all
                .iter()
                .filter(|account| named.contains(account))
                .copied()
                .collect(),
            registered: self.registered.intersection(named).copied().collect(),
        }
    }

    /// All of them, in order.
    pub fn all(&self) -> &[AccountId] {
        &self.all
    }

    /// Whether a PIN is on file.
    pub fn is_registered(&self, account: AccountId) -> bool {
        self.registered.contains(&account)
    }

    /// Whether the account can take a PIN.
    pub fn is_open_for_registration(&self, account: AccountId) -> bool {
        self.all.contains(&account) && !self.is_registered(account)
    }

    /// Whether inquiries are possible for at least one.
    pub fn any_registered(&self) -> bool {
        !self.registered.is_empty()
    }

    /// Whether something is left to register.
    pub fn any_unregistered(&self) -> bool {
        self.registered.len() < self.all.len()
    }
}

/// What the core said of one PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PinOutcome {
    /// It is the PIN on file with the cooperative.
    Accepted,
    /// It is not.
    Wrong {
        /// Wrong PINs until the core's lock.
        remaining_tries: u32,
    },
    /// The core has locked the account's PIN.
    Locked,
    /// Outside the hours of service.
    Closed,
    /// The core could not be reached: no try was spent.
    Unavailable,
    /// The core did not answer: a try may have been spent.
    Unknown,
    /// The PIN is right, but we failed to keep it: our fault.
    NotKept,
}

impl PinOutcome {
    /// The problem by which the outcome is explained; none for an accepted PIN.
    pub const fn problem(self) -> Option<ProblemCode> {
        match self {
            Self::Accepted => None,
            Self::Wrong { .. } => Some(ProblemCode::PinWrong),
            Self::Locked => Some(ProblemCode::PinLocked),
            Self::Closed => Some(ProblemCode::CoreClosed),
            Self::Unavailable => Some(ProblemCode::CoreUnavailable),
            Self::Unknown => Some(ProblemCode::PinOutcomeUnknown),
            Self::NotKept => Some(ProblemCode::InternalError),
        }
    }
}
