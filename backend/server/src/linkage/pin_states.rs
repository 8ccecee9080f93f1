//! Where the PINs of unregistered accounts stand with the core, asked when 手順3 begins: a lock, and the tries that are
//! left, are the account's and outlive the procedure that caused them. Not here: checking PINs (`pins`).

use super::StoredLinkage;
use super::inquiry_accounts::KnownAccounts;
use crate::services::Services;
use futures_util::stream::{self, StreamExt as _};
use renkei_bank::port::{CoreError, PinState};
use renkei_procedure::accounts::PinOutcome;
use renkei_procedure::identity::AccountId;
use renkei_procedure::linkage::Step;
use std::collections::BTreeMap;
use std::time::Duration;

/// What the core has said of unregistered accounts since a PIN of theirs was last checked in the linkage.
pub(super) type PinStates = BTreeMap<AccountId, PinState>;

/// How many accounts the core is asked about at the same moment.
const PARALLEL_QUESTIONS: usize = 16;
/// For how long the customer waits for the page at most; what the core has not said by then, the page does not say.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks the core, where an act has led to 手順3. It spends no try, and a core that cannot be asked keeps nobody from the
/// page.
pub(super) async fn ask(app: &Services, state: &mut StoredLinkage, accounts: &KnownAccounts) {
    let Step::PinRegistration(_) = state.linkage.step() else {
        return;
    };
    let unregistered = accounts
        .records
        .iter()
        .filter(|record| !accounts.standing.is_registered(record.id))
        .map(|record| (record.id, record.core_account.clone()));
    let answers: Vec<(AccountId, Result<PinState, CoreError>)> =
        stream::iter(unregistered.collect::<Vec<_>>())
            .map(|(id, account)| async move { (id, app.core.pin_state(&account).await) })
            .buffer_unordered(PARALLEL_QUESTIONS)
            .take_until(tokio::time::sleep(PATIENCE))
            .collect()
            .await;
    if let Some(error) = answers.iter().find_map(|(_, answer)| answer.as_ref().err()) {
        tracing::warn!(%error, "the core does not say where PINs stand");
    }
    state.pin_states = answers
        .into_iter()
        .filter_map(|(account, answer)| Some((account, answer.ok()?)))
        .collect();
}

/// What a page says of the PIN of an unregistered account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// The core refuses every PIN until the counter unlocks it.
    pub(super) locked: bool,
    /// Wrong PINs until the lock, where the core has said so.
    pub(super) remaining_tries: Option<u32>,
    /// What came of the last PIN of this procedure, where that still holds.
    pub(super) outcome: Option<PinOutcome>,
}

/// The outcome of this procedure's last PIN, brought up to date by what the core has said since.
pub(super) fn standing(outcome: Option<PinOutcome>, said_since: Option<PinState>) -> Standing {
    let outcome = match (outcome, said_since) {
        (outcome, Some(PinState { locked: true, .. })) => outcome.map(|_| PinOutcome::Locked),
        (Some(PinOutcome::Locked), Some(_)) => None,
        (Some(PinOutcome::Wrong { .. }), Some(PinState { remaining_tries, .. })) => {
            Some(PinOutcome::Wrong { remaining_tries })
        }
        (outcome, _) => outcome,
    };
    let locked = said_since.is_some_and(|said| said.locked) || outcome == Some(PinOutcome::Locked);
    let remaining_tries = match (said_since, outcome) {
        _ if locked => None,
        (Some(said), _) => Some(said.remaining_tries),
        (None, Some(PinOutcome::Wrong { remaining_tries })) => Some(remaining_tries),
        (None, _) => None,
    };
    Standing {
        locked,
        remaining_tries,
        outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_word_of_the_core_holds() {
        const LOCKED: PinState = PinState {
            locked: true,
            remaining_tries: 0,
        };
        const THREE: PinState = PinState {
            locked: false,
            remaining_tries: 3,
        };
        let wrong = |remaining_tries| Some(PinOutcome::Wrong { remaining_tries });
        let locked = Some(PinOutcome::Locked);
        let unknown = Some(PinOutcome::Unknown);
        for (outcome, said_since, expected) in [
            (None, None, (false, None, None)),
            (wrong(4), None, (false, Some(4), wrong(4))),
            (locked, None, (true, None, locked)),
            (unknown, None, (false, None, unknown)),
            (None, Some(THREE), (false, Some(3), None)),
            (None, Some(LOCKED), (true, None, None)),
            // Tried from elsewhere meanwhile.
            (wrong(4), Some(THREE), (false, Some(3), wrong(3))),
            (wrong(4), Some(LOCKED), (true, None, locked)),
            (unknown, Some(THREE), (false, Some(3), unknown)),
            (unknown, Some(LOCKED), (true, None, locked)),
            // Unlocked at the counter meanwhile.
            (locked, Some(THREE), (false, Some(3), None)),
            (locked, Some(LOCKED), (true, None, locked)),
        ] {
            let found = standing(outcome, said_since);
            assert_eq!(
                (found.locked, found.remaining_tries, found.outcome),
                expected,
                "{outcome:?} {said_since:?}"
            );
        }
    }
}
