//! One turnstile an account, on this node: calls of an account pass one after the other.
//! Not here: what lets a call ask the core (`accounts::pin_gate`), and other nodes (a lease in the store).

use renkei_procedure::identity::AccountId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::Semaphore;

/// Calls of one account under way at once on this node.
const SIDE_BY_SIDE: usize = 1;

/// The turnstiles that somebody stands at.
#[derive(Default)]
pub(crate) struct Turnstiles(Mutex<HashMap<AccountId, Weak<Semaphore>>>);

impl Turnstiles {
    /// The turnstile of an account.
    pub(crate) fn of(&self, account: AccountId) -> Arc<Semaphore> {
        let mut turnstiles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turnstile) = turnstiles.get(&account).and_then(Weak::upgrade) {
            return turnstile;
        }
        turnstiles.retain(|_, turnstile| turnstile.strong_count() > 0);
        let turnstile = Arc::new(Semaphore::new(SIDE_BY_SIDE));
        turnstiles.insert(account, Arc::downgrade(&turnstile));
        turnstile
    }
}
