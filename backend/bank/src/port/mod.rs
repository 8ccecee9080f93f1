//! The port: what Renkei asks of a core banking system, and the values that go to and fro.
//! Not here: how it is asked; adapters stand beside this folder.

mod account;
mod error;
mod pin;
mod rfc3339;
mod statement;
mod yen;

pub use account::{Balance, CoreAccount};
pub use error::{CoreError, Unavailability};
pub use pin::{PinState, PinVerdict};
pub(crate) use rfc3339::{optional as optional_rfc3339, required as required_rfc3339};
pub use statement::{
    EntryKind, EntryPosition, MAX_STATEMENT_LIMIT, StatementEntry, StatementKind, StatementPage,
    StatementQuery, TransferDetails,
};
pub use yen::{NotYen, Yen};

use async_trait::async_trait;
use renkei_procedure::identity::{CoreAccountKey, CoreUserKey};
use renkei_procedure::inquiry_pin::InquiryPin;
use renkei_procedure::time::Instant;
use std::sync::Arc;

/// Where an adapter that needs "now" gets it from; given at construction.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// A core banking system. The core counts wrong PINs per account and locks at its limit, and **every** request that
/// carries a PIN is such a check: adapters never repeat one by themselves, and callers let the calls of one account
/// wait for each other until its PIN is known good.
#[async_trait]
pub trait CoreBanking: Send + Sync {
    /// The inquiry accounts of a user, in the core's order.
    ///
    /// # Errors
    /// [`CoreError::UnknownUser`], [`CoreError::Closed`], [`CoreError::Unavailable`], [`CoreError::Malformed`].
    async fn accounts(&self, user: &CoreUserKey) -> Result<Vec<CoreAccount>, CoreError>;

    /// Whether the account's PIN is locked and how many wrong ones it still takes; spends no try.
    ///
    /// # Errors
    /// [`CoreError::UnknownAccount`], [`CoreError::Closed`], [`CoreError::Unavailable`], [`CoreError::Malformed`].
    async fn pin_state(&self, account: &CoreAccountKey) -> Result<PinState, CoreError>;

    /// Checks a PIN. A right one sets the count of failures back; on a locked account even the right one is `Locked`.
    ///
    /// # Errors
    /// [`CoreError::OutcomeUnknown`] where the check may have been counted though no answer came,
    /// [`CoreError::UnknownAccount`], [`CoreError::Closed`], [`CoreError::Unavailable`], [`CoreError::Malformed`].
    async fn verify_pin(&self, account: &CoreAccountKey, pin: &InquiryPin) -> Result<PinVerdict, CoreError>;

    /// The balance now.
    ///
    /// # Errors
    /// As [`CoreBanking::verify_pin`], and [`CoreError::PinRefused`] or [`CoreError::PinLocked`].
    async fn balance(&self, account: &CoreAccountKey, pin: &InquiryPin) -> Result<Balance, CoreError>;

    /// One page of the statement, oldest row first.
    ///
    /// # Errors
    /// As [`CoreBanking::balance`].
    async fn statement(
        &self,
        account: &CoreAccountKey,
        pin: &InquiryPin,
        query: &StatementQuery,
    ) -> Result<StatementPage, CoreError>;
}
