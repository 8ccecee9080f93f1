//! Why the core gave no answer.
//! Not here: what the customer or partner is told (the server's routes decide).

use renkei_procedure::time::Instant;

/// Why a request to the core came to nothing. No variant carries a PIN, an account or a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CoreError {
    /// An inquiry came with a wrong PIN, and that was counted.
    #[error("the core refused the PIN ({remaining_tries} tries remain)")]
    PinRefused {
        /// How many more wrong ones the account takes before it locks; at least 1.
        remaining_tries: u32,
    },
    /// An inquiry came for an account whose PIN is locked, by this request or before it.
    #[error("the account's PIN is locked")]
    PinLocked,
    /// The core knows no such user.
    #[error("the core knows no such user")]
    UnknownUser,
    /// The core knows no such account.
    #[error("the core knows no such account")]
    UnknownAccount,
    /// The core is outside its hours; nothing was checked or counted.
    #[error("the core is closed")]
    Closed {
        /// When it opens again, where it says.
        reopens_at: Option<Instant>,
    },
    /// The core cannot be asked now; nothing was checked or counted.
    #[error("the core is unavailable: {reason}")]
    Unavailable {
        /// Why, for the operator.
        reason: Unavailability,
    },
    /// A request with a PIN was sent and no answer came: the check may have been counted, so never repeat it unasked.
    #[error("no answer to a PIN check: it may have been counted")]
    OutcomeUnknown,
    /// The core's answer breaks the contract. If a PIN was sent, the check may have been counted.
    #[error("the core's answer breaks the contract: {what}")]
    Malformed {
        /// Which rule it breaks, for the operator; never a piece of the answer.
        what: &'static str,
    },
}

impl CoreError {
    /// Whether a PIN that was sent may have been counted as a failure, although the core did not say so.
    pub const fn pin_may_have_been_counted(&self) -> bool {
        matches!(self, Self::OutcomeUnknown | Self::Malformed { .. })
    }
}

/// Why the core cannot be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unavailability {
    /// No connection came about.
    #[error("unreachable")]
    Unreachable,
    /// It took too long, and no PIN was sent.
    #[error("timed out")]
    TimedOut,
    /// It says itself that it is out of order.
    #[error("out of order")]
    OutOfOrder,
    /// The gateway does not accept Renkei's credentials.
    #[error("credentials refused")]
    CredentialsRefused,
    /// The simulator's state file cannot be used.
    #[error("the simulator's state cannot be read or written")]
    State,
}
