//! A core banking system of its own, seeded, deterministic and persistent, with the faults a core has; the default adapter.
//! Not here: anything that a real core's adapter would need (`gateway`).

mod chance;
mod customers;
mod history;
mod movements;
mod parties;
mod state;
mod state_store;

pub use state::{ClosedHours, Faults};
pub use state_store::StateError;

use crate::port::{
    Balance, Clock, CoreAccount, CoreBanking, CoreError, PinState, PinVerdict, StatementPage, StatementQuery,
    Unavailability,
};
use async_trait::async_trait;
use customers::{DemoAccount, DemoUser, demo_users};
use history::{History, busy_day_for, history_from};
use renkei_procedure::identity::{CoreAccountKey, CoreUserKey};
use renkei_procedure::inquiry_pin::InquiryPin;
use renkei_procedure::time::{Instant, JapanDate};
use renkei_shared::vocabulary::AccountType;
use serde_json::{Value, json};
use state::State;
use state_store::StateStore;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Wrong PINs that an account takes before its PIN locks, unless the operator says otherwise.
pub const DEFAULT_PIN_TRIES: u32 = 5;

/// The simulator. Clones share everything; processes that open the same file share what is in it.
#[derive(Clone)]
pub struct Simulator(Arc<Core>);

struct Core {
    clock: Clock,
    store: StateStore,
    pin_tries: u32,
    busy_day: JapanDate,
    users: Vec<DemoUser>,
    histories: Mutex<HashMap<CoreAccountKey, Arc<History>>>,
}

impl Simulator {
    /// Opens the state file, or begins it.
    ///
    /// `pin_tries`: wrong PINs until the lock, at least 1, such as [`DEFAULT_PIN_TRIES`].
    pub fn open(state_file: &Path, clock: Clock, pin_tries: u32) -> Result<Self, StateError> {
        let today = clock().japan_date();
        let store = StateStore::open(state_file, &State::new(busy_day_for(today)))?;
        Self::with_store(store, clock, pin_tries)
    }

    /// A simulator that forgets everything when it is dropped, for tests.
    pub fn in_memory(clock: Clock, pin_tries: u32) -> Result<Self, StateError> {
        let state = State::new(busy_day_for(clock().japan_date()));
        Self::with_store(StateStore::Memory(Mutex::new(state)), clock, pin_tries)
    }

    fn with_store(store: StateStore, clock: Clock, pin_tries: u32) -> Result<Self, StateError> {
        let today = clock().japan_date();
        // A demo that is started again after a year has a busy day again; nothing else of the past changes by it.
        let busy_day = store.update(|state| {
            if state.busy_day < history_from(today) {
                state.busy_day = busy_day_for(today);
            }
            state.busy_day
        })?;
        let histories = Mutex::new(HashMap::new());
        let pin_tries = pin_tries.max(1);
        Ok(Self(Arc::new(Core {
            clock,
            store,
            pin_tries,
            busy_day,
            users: demo_users(),
            histories,
        })))
    }

    /// The faults that are switched on.
    pub fn faults(&self) -> Result<Faults, StateError> {
        Ok(self.0.store.read()?.faults)
    }

    /// Switches faults: these are on from the next request, all others off.
    pub fn set_faults(&self, faults: Faults) -> Result<(), StateError> {
        self.0.store.update(|state| state.faults = faults)
    }

    /// Changes an account's PIN as at the counter; failures and a lock are forgiven. False where there is no such account.
    pub fn change_pin(&self, account: &CoreAccountKey, pin: &InquiryPin) -> Result<bool, StateError> {
        self.at_the_counter(account, |state| state.change_pin(account, pin))
    }

    /// Locks an account's PIN. False where there is no such account.
    pub fn lock_pin(&self, account: &CoreAccountKey) -> Result<bool, StateError> {
        self.at_the_counter(account, |state| state.lock_pin(account))
    }

    /// Unlocks an account's PIN and forgives its failures. False where there is no such account.
    pub fn unlock_pin(&self, account: &CoreAccountKey) -> Result<bool, StateError> {
        self.at_the_counter(account, |state| state.unlock_pin(account))
    }

    fn at_the_counter(
        &self,
        account: &CoreAccountKey,
        act: impl FnOnce(&mut State),
    ) -> Result<bool, StateError> {
        let known = self.0.account(account).is_ok();
        if known {
            self.0.store.update(act)?;
        }
        Ok(known)
    }

    /// The key of the account that a customer knows by branch code, type and number.
    pub fn find_account(
        &self,
        branch_code: &str,
        account_type: AccountType,
        number: &str,
    ) -> Option<CoreAccountKey> {
        let all = self.0.users.iter().flat_map(|user| &user.accounts);
        let mut keys = all.map(|demo| &demo.account).filter(|account| {
            (
                account.branch_code.as_str(),
                account.account_type,
                account.account_number.as_str(),
            ) == (branch_code, account_type, number)
        });
        keys.next().map(|account| account.key.clone())
    }

    /// The demo's users, accounts and PINs as they are now, and the busy day, in the form of `demo.json`:
    /// `{users: [{core_user, accounts: [{branch_code, branch_name, type, number, memo, pin, registered}]}],
    /// busy_day: {account: {branch_code, type, number}, date}}`. `registered` says with which PINs the demo starts.
    pub fn describe(&self) -> Result<Value, StateError> {
        let state = self.0.store.read()?;
        let account = |demo: &DemoAccount| {
            let CoreAccount {
                key,
                branch_code,
                branch_name,
                account_type,
                account_number,
                memo,
                ..
            } = &demo.account;
            json!({
                "branch_code": branch_code, "branch_name": branch_name, "type": account_type, "number": account_number,
                "memo": memo, "pin": state.pin(key, &demo.pin), "registered": demo.registered,
            })
        };
        let users = self.0.users.iter().map(|user| {
            json!({ "core_user": user.key, "accounts": user.accounts.iter().map(account).collect::<Vec<_>>() })
        });
        let busy = self
            .0
            .users
            .iter()
            .flat_map(|user| &user.accounts)
            .find(|demo| demo.has_busy_day);
        let busy_account = busy.map(|demo| {
            let CoreAccount {
                branch_code,
                account_type,
                account_number,
                ..
            } = &demo.account;
            json!({ "branch_code": branch_code, "type": account_type, "number": account_number })
        });
        Ok(json!({
            "users": users.collect::<Vec<_>>(),
            "busy_day": { "account": busy_account, "date": self.0.busy_day },
        }))
    }

    /// Does the work off the async threads (it reads and writes a file), then lets the answer come late where the
    /// core is slow: what was done is done, as with a real core.
    async fn answer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Core, &State, Instant) -> Result<T, CoreError> + Send + 'static,
    ) -> Result<T, CoreError> {
        let core = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || {
            let now = (core.clock)();
            let state = core.store.read().map_err(|error| unusable(&error))?;
            let answer = state
                .faults
                .refusal(now)
                .map_or_else(|| work(&core, &state, now), Err);
            Ok((answer, Duration::from_millis(state.faults.delay_milliseconds)))
        });
        let (answer, delay) = done.await.map_err(|_| CoreError::Unavailable {
            reason: Unavailability::OutOfOrder,
        })??;
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        answer
    }
}

fn unusable(error: &StateError) -> CoreError {
    tracing::error!(%error, "the simulator cannot go on");
    CoreError::Unavailable {
        reason: Unavailability::State,
    }
}

impl Core {
    fn account(&self, key: &CoreAccountKey) -> Result<&DemoAccount, CoreError> {
        let mut all = self.users.iter().flat_map(|user| &user.accounts);
        all.find(|demo| demo.account.key == *key)
            .ok_or(CoreError::UnknownAccount)
    }

    fn check_pin(
        &self,
        state: &State,
        key: &CoreAccountKey,
        pin: &InquiryPin,
    ) -> Result<PinVerdict, CoreError> {
        let demo = self.account(key)?;
        let check = |state: &mut State| state.check_pin(key, &demo.pin, pin, self.pin_tries);
        let verdict = self.store.update(check).map_err(|error| unusable(&error))?;
        if state.faults.lose_pin_answers {
            Err(CoreError::OutcomeUnknown)
        } else {
            Ok(verdict)
        }
    }

    /// The account's rows, to be shown only to who brings the right PIN.
    fn inquire(
        &self,
        state: &State,
        key: &CoreAccountKey,
        pin: &InquiryPin,
        now: Instant,
    ) -> Result<Arc<History>, CoreError> {
        match self.check_pin(state, key, pin)? {
            PinVerdict::Accepted => Ok(self.history(self.account(key)?, now.japan_date())),
            PinVerdict::Refused { remaining_tries } => Err(CoreError::PinRefused { remaining_tries }),
            PinVerdict::Locked => Err(CoreError::PinLocked),
        }
    }

    fn history(&self, demo: &DemoAccount, today: JapanDate) -> Arc<History> {
        let kept = self
            .histories
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&demo.account.key)
            .cloned();
        kept.filter(|history| history.day() == today).unwrap_or_else(|| {
            // Built without the lock: at worst twice, and the same each time.
            let built = Arc::new(History::build(demo, today, self.busy_day));
            let mut histories = self.histories.lock().unwrap_or_else(PoisonError::into_inner);
            histories.insert(demo.account.key.clone(), Arc::clone(&built));
            built
        })
    }
}

#[async_trait]
impl CoreBanking for Simulator {
    async fn accounts(&self, user: &CoreUserKey) -> Result<Vec<CoreAccount>, CoreError> {
        let user = user.clone();
        self.answer(move |core, _, _| {
            let found = core
                .users
                .iter()
                .find(|demo| demo.key == user)
                .ok_or(CoreError::UnknownUser)?;
            Ok(found.accounts.iter().map(|demo| demo.account.clone()).collect())
        })
        .await
    }

    async fn pin_state(&self, account: &CoreAccountKey) -> Result<PinState, CoreError> {
        let account = account.clone();
        self.answer(move |core, state, _| {
            core.account(&account)?;
            Ok(state.pin_state(&account, core.pin_tries))
        })
        .await
    }

    async fn verify_pin(&self, account: &CoreAccountKey, pin: &InquiryPin) -> Result<PinVerdict, CoreError> {
        let (account, pin) = (account.clone(), pin.duplicate());
        self.answer(move |core, state, _| core.check_pin(state, &account, &pin))
            .await
    }

    async fn balance(&self, account: &CoreAccountKey, pin: &InquiryPin) -> Result<Balance, CoreError> {
        let (account, pin) = (account.clone(), pin.duplicate());
        self.answer(move |core, state, now| Ok(core.inquire(state, &account, &pin, now)?.balance(now)))
            .await
    }

    async fn statement(
        &self,
        account: &CoreAccountKey,
        pin: &InquiryPin,
        query: &StatementQuery,
    ) -> Result<StatementPage, CoreError> {
        let (account, pin, query) = (account.clone(), pin.duplicate(), *query);
        self.answer(move |core, state, now| Ok(core.inquire(state, &account, &pin, now)?.page(&query, now)))
            .await
    }
}
