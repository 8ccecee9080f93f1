//! What the core says about an inquiry PIN.
//! Not here: the PIN itself (`renkei_procedure::inquiry_pin`), and which PINs Renkei keeps.

use serde::{Deserialize, Serialize};

/// The core's answer to a PIN check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum PinVerdict {
    /// The PIN is right.
    Accepted,
    /// The PIN is wrong, and that was counted.
    Refused {
        /// How many more wrong ones the account takes before it locks; at least 1.
        remaining_tries: u32,
    },
    /// The account's PIN is locked, by this check or before it; the PIN may have been right.
    Locked,
}

/// Where an account's PIN stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinState {
    /// Whether every PIN is refused until staff unlock it.
    pub locked: bool,
    /// How many wrong ones the account takes before it locks; 0 where it is locked.
    pub remaining_tries: u32,
}
