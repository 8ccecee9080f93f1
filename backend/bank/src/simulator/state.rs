//! What the simulator remembers between runs: wrong PINs, locks, changed PINs, and the faults that are switched on.
//! Not here: where it is kept (`state_store`), and everything that follows from the demo's rules alone.

use crate::port::{CoreError, PinState, PinVerdict, Unavailability, optional_rfc3339};
use renkei_procedure::identity::CoreAccountKey;
use renkei_procedure::inquiry_pin::InquiryPin;
use renkei_procedure::time::{Instant, JapanDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The faults a core has, each switched by itself; by default none is on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Slow: every answer comes this many milliseconds late. What was asked is done at once, a PIN counted included.
    pub delay_milliseconds: u64,
    /// Down: every request is refused.
    pub down: bool,
    /// Outside its hours: every request is refused.
    pub closed: Option<ClosedHours>,
    /// PIN checks are done and counted, but their answer is lost: [`CoreError::OutcomeUnknown`].
    pub lose_pin_answers: bool,
}

/// 時間外.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClosedHours {
    /// When it opens again by itself, RFC 3339 in the file; without it, when the fault is switched off.
    #[serde(with = "optional_rfc3339")]
    pub reopens_at: Option<Instant>,
}

impl Faults {
    /// What stops a request at this instant.
    pub(super) fn refusal(&self, now: Instant) -> Option<CoreError> {
        if self.down {
            return Some(CoreError::Unavailable {
                reason: Unavailability::OutOfOrder,
            });
        }
        let closed = self.closed.as_ref()?;
        let open_again = closed.reopens_at.is_some_and(|reopens_at| reopens_at <= now);
        (!open_again).then_some(CoreError::Closed {
            reopens_at: closed.reopens_at,
        })
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PinRecord {
    /// The PIN, where it was changed at the counter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pin: Option<String>,
    failures: u32,
    locked: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    pub(super) busy_day: JapanDate,
    #[serde(default)]
    pub(super) faults: Faults,
    #[serde(default)]
    accounts: BTreeMap<CoreAccountKey, PinRecord>,
}

impl State {
    pub(super) const fn new(busy_day: JapanDate) -> Self {
        Self {
            busy_day,
            faults: Faults {
                delay_milliseconds: 0,
                down: false,
                closed: None,
                lose_pin_answers: false,
            },
            accounts: BTreeMap::new(),
        }
    }

    /// The PIN that is right now.
    pub(super) fn pin<'a>(&'a self, account: &CoreAccountKey, initial: &'a str) -> &'a str {
        self.accounts
            .get(account)
            .and_then(|record| record.pin.as_deref())
            .unwrap_or(initial)
    }

    pub(super) fn pin_state(&self, account: &CoreAccountKey, limit: u32) -> PinState {
        let record = self.accounts.get(account);
        let locked = record.is_some_and(|record| record.locked);
        let failures = record.map_or(0, |record| record.failures);
        // Somebody may have unlocked it in the file without setting the count back: one try is left, then.
        PinState {
            locked,
            remaining_tries: if locked {
                0
            } else {
                limit.saturating_sub(failures).max(1)
            },
        }
    }

    /// The core's rule: a locked account refuses every PIN; a right one sets the count back; the last wrong one locks.
    pub(super) fn check_pin(
        &mut self,
        account: &CoreAccountKey,
        initial: &str,
        pin: &InquiryPin,
        limit: u32,
    ) -> PinVerdict {
        let before = self.pin_state(account, limit);
        if before.locked {
            return PinVerdict::Locked;
        }
        let right = self.pin(account, initial).as_bytes() == pin.expose();
        let record = self.accounts.entry(account.clone()).or_default();
        if right {
            record.failures = 0;
            self.forget_if_ordinary(account);
            return PinVerdict::Accepted;
        }
        record.failures += 1;
        let remaining_tries = before.remaining_tries - 1;
        if remaining_tries == 0 {
            record.locked = true;
            PinVerdict::Locked
        } else {
            PinVerdict::Refused { remaining_tries }
        }
    }

    /// At the counter: a new PIN, and every earlier failure is forgiven.
    pub(super) fn change_pin(&mut self, account: &CoreAccountKey, pin: &InquiryPin) {
        let pin = String::from_utf8_lossy(pin.expose()).into_owned();
        self.accounts.insert(
            account.clone(),
            PinRecord {
                pin: Some(pin),
                failures: 0,
                locked: false,
            },
        );
    }

    pub(super) fn lock_pin(&mut self, account: &CoreAccountKey) {
        self.accounts.entry(account.clone()).or_default().locked = true;
    }

    pub(super) fn unlock_pin(&mut self, account: &CoreAccountKey) {
        let record = self.accounts.entry(account.clone()).or_default();
        (record.failures, record.locked) = (0, false);
        self.forget_if_ordinary(account);
    }

    /// Keeps the file short: only accounts with something to tell stand in it.
    fn forget_if_ordinary(&mut self, account: &CoreAccountKey) {
        if self.accounts.get(account) == Some(&PinRecord::default()) {
            self.accounts.remove(account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const LIMIT: u32 = 5;

    fn state() -> State {
        State::new(JapanDate::parse("2026-10-10").unwrap())
    }

    fn check(state: &mut State, pin: &str) -> PinVerdict {
        state.check_pin(
            &CoreAccountKey::new("A1"),
            "1234",
            &InquiryPin::parse(pin).unwrap(),
            LIMIT,
        )
    }

    fn pin_state(state: &State) -> PinState {
        state.pin_state(&CoreAccountKey::new("A1"), LIMIT)
    }

    #[test]
    fn the_last_wrong_pin_locks_and_then_the_right_one_is_refused_too() {
        let mut state = state();
        for remaining_tries in [4, 3, 2, 1] {
            assert_eq!(check(&mut state, "0000"), PinVerdict::Refused { remaining_tries });
            assert_eq!(
                pin_state(&state),
                PinState {
                    locked: false,
                    remaining_tries
                }
            );
        }
        assert_eq!(check(&mut state, "0000"), PinVerdict::Locked);
        assert_eq!(
            pin_state(&state),
            PinState {
                locked: true,
                remaining_tries: 0
            }
        );
        assert_eq!(check(&mut state, "1234"), PinVerdict::Locked);
        state.unlock_pin(&CoreAccountKey::new("A1"));
        assert_eq!(check(&mut state, "1234"), PinVerdict::Accepted);
        assert_eq!(state, self::state());
    }

    #[test]
    fn a_right_pin_sets_the_count_back() {
        let mut state = state();
        for _ in 0..3 {
            check(&mut state, "0000");
        }
        assert_eq!(check(&mut state, "1234"), PinVerdict::Accepted);
        assert_eq!(
            check(&mut state, "0000"),
            PinVerdict::Refused { remaining_tries: 4 }
        );
    }

    #[test]
    fn a_changed_pin_replaces_the_first_one_and_forgives() {
        let (mut state, account) = (state(), CoreAccountKey::new("A1"));
        state.lock_pin(&account);
        state.change_pin(&account, &InquiryPin::parse("9876").unwrap());
        assert_eq!(
            check(&mut state, "1234"),
            PinVerdict::Refused { remaining_tries: 4 }
        );
        assert_eq!(check(&mut state, "9876"), PinVerdict::Accepted);
        state.unlock_pin(&account);
        assert_eq!(
            state.pin(&account, "1234"),
            "9876",
            "unlocking does not bring the first PIN back"
        );
    }

    #[test]
    fn an_account_unlocked_by_hand_in_the_file_has_one_try() {
        let text = r#"{"busy_day":"2026-10-10","accounts":{"A1":{"failures":5}}}"#;
        let mut state: State = serde_json::from_str(text).unwrap();
        assert_eq!(
            pin_state(&state),
            PinState {
                locked: false,
                remaining_tries: 1
            }
        );
        assert_eq!(check(&mut state, "0000"), PinVerdict::Locked);
    }

    #[test]
    fn closed_hours_end_by_themselves_where_they_say_when() {
        let now = Instant::from_unix_seconds(1_795_359_599);
        let closed = |reopens_at| Faults {
            closed: Some(ClosedHours { reopens_at }),
            ..Faults::default()
        };
        let later = now.plus(Duration::from_secs(60));
        assert_eq!(
            closed(Some(later)).refusal(now),
            Some(CoreError::Closed {
                reopens_at: Some(later)
            })
        );
        assert_eq!(closed(Some(later)).refusal(later), None);
        assert_eq!(
            closed(None).refusal(later),
            Some(CoreError::Closed { reopens_at: None })
        );
        let down = Faults {
            down: true,
            ..closed(None)
        };
        assert_eq!(
            down.refusal(now),
            Some(CoreError::Unavailable {
                reason: Unavailability::OutOfOrder
            })
        );
    }
}
