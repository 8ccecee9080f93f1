//! The accounts of the permission page, and what the customer has decided of each.
//! Not here: what they look like (`super`).

use crate::language::{Words, fill, tell};
use leptos::prelude::*;
use renkei_shared::linkage::{AccountStanding, PermissionAccount};

/// What the customer has decided of each account. The page is built anew when the day turns; this outlives it.
#[derive(Clone, Copy)]
pub(crate) struct LeftOut(StoredValue<Vec<(String, bool)>>);

impl LeftOut {
    /// Nothing decided.
    pub(crate) fn new() -> Self {
        Self(StoredValue::new(Vec::new()))
    }

    fn decided(self, account_id: &str) -> Option<bool> {
        self.0.with_value(|decided| {
            let found = decided.iter().find(|(id, _)| id == account_id);
            found.map(|(_, excluded)| *excluded)
        })
    }

    /// Remembers the decisions when the page that holds them goes.
    pub(super) fn remember(self, covered: &[Covered]) {
        let covered = covered.to_vec();
        on_cleanup(move || {
            let decided = covered.iter().filter_map(|covered| {
                let excluded = covered.excluded.try_get_untracked()?;
                Some((covered.account.account_id.clone(), excluded))
            });
            let _ = self.0.try_set_value(decided.collect());
        });
    }
}

/// An account with the customer's choice to leave it out.
#[derive(Clone)]
pub(super) struct Covered {
    /// The account.
    pub(super) account: PermissionAccount,
    /// It is left out.
    pub(super) excluded: RwSignal<bool>,
}

impl Covered {
    /// As decided before, or as proposed.
    pub(super) fn new(account: PermissionAccount, left_out: LeftOut) -> Self {
        let proposed = account.standing == AccountStanding::LeftOut;
        let decided = left_out.decided(&account.account_id);
        Self {
            excluded: RwSignal::new(decided.unwrap_or(proposed)),
            account,
        }
    }

    /// An earlier permission covers it: there is nothing to decide.
    pub(super) fn is_kept(&self) -> bool {
        self.account.standing == AccountStanding::Kept
    }

    /// Id of the checkbox.
    pub(super) fn id(&self) -> String {
        format!("exclude-{}", self.account.account_id)
    }
}

/// How many accounts the permission would cover as things stand, in a text with `{included}` and `{total}`.
pub(super) fn count(covered: &[Covered], words: Words) -> Signal<String> {
    let total = covered.len();
    let excluded: Vec<RwSignal<bool>> = covered.iter().map(|covered| covered.excluded).collect();
    tell(move |locale| {
        let included = excluded.iter().filter(|excluded| !excluded.get()).count();
        fill(words(locale), &[("included", &included), ("total", &total)])
    })
}
