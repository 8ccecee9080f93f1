//! The bodies that travel between Renkei and a gateway, beyond the port's own types.
//! Not here: paths and statuses (`server` and `client`).

use crate::port::{CoreAccount, EntryPosition, StatementKind, optional_rfc3339};
use renkei_procedure::time::{Instant, JapanDate};
use renkei_shared::secret::SecretText;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(super) struct AccountsAnswer {
    pub(super) accounts: Vec<CoreAccount>,
}

/// Body of `pin-verification` and `balance-inquiry`. The PIN travels in bodies only, never in a URL.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PinBody {
    pub(super) pin: SecretText,
}

/// Body of `statement-inquiry`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatementBody {
    pub(super) pin: SecretText,
    pub(super) kind: StatementKind,
    pub(super) from: JapanDate,
    pub(super) to: JapanDate,
    pub(super) after: Option<EntryPosition>,
    pub(super) limit: u32,
}

/// What went wrong, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ProblemCode {
    MalformedRequest,
    Unauthorized,
    NotFound,
    UnknownUser,
    UnknownAccount,
    PinRefused,
    PinLocked,
    Closed,
    Unavailable,
    OutcomeUnknown,
}

/// RFC 9457 problem document, with the members of this contract.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Problem {
    pub(super) title: String,
    pub(super) status: u16,
    pub(super) code: ProblemCode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) remaining_tries: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "optional_rfc3339")]
    pub(super) reopens_at: Option<Instant>,
}

pub(super) const PROBLEM_TYPE: &str = "application/problem+json";

/// Whether a text can be a key of this contract: 1 to 64 of `a-z A-Z 0-9 - _ .`, beginning with a letter or digit,
/// so that it stands in a path as it is.
pub(super) fn is_key(text: &str) -> bool {
    let first = text.bytes().next();
    first.is_some_and(|byte| byte.is_ascii_alphanumeric())
        && text.len() <= 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}
