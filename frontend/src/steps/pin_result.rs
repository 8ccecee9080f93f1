//! 手順4: what came of each account, and the two ways on.

use crate::acts::Acts;
use crate::components::account_table::{Row, account_table};
use crate::components::button::{PRIMARY, SECONDARY, act_button, button_row};
use crate::components::element::{El, classed, el, worded};
use crate::language::{Words, fill, tell, words};
use crate::steps::cancel_button;
use leptos::prelude::*;
use renkei_shared::linkage::{AccountRow, PinResultView, PlainAct};
use renkei_shared::vocabulary::RegistrationStatus;

/// The step. 「確定」 is always there; where it cannot lead on, the server explains why.
pub(crate) fn pin_result(view: PinResultView, acts: Acts, cancel: Callback<()>) -> Vec<El> {
    let PinResultView {
        accounts,
        can_add_more,
        ..
    } = view;
    let counts = Counts::of(&accounts);
    let (class, lead) = counts.verdict();
    let rows: Vec<Row> = accounts.into_iter().map(Row::showing).collect();
    let confirm = move || acts.perform("confirm", |version, act_id| PlainAct { version, act_id });
    let add_more = move || acts.perform("add-more", |version, act_id| PlainAct { version, act_id });
    let mut parts = vec![
        classed("div", class).child(worded("p", "alert__text", lead)),
        classed("dl", "counts")
            .child(count(words!(result.registered_now), counts.registered_now))
            .child(count(words!(result.registered_all), counts.registered))
            .child(count(words!(result.unregistered), counts.unregistered)),
    ];
    parts.extend(account_table(rows, words!(accounts.result_caption), acts).parts);
    parts.push(
        button_row()
            .child(cancel_button(cancel))
            .maybe(
                can_add_more
                    .then(|| act_button(SECONDARY, words!(result.add_more), acts, "add-more", add_more)),
            )
            .child(act_button(
                PRIMARY,
                words!(result.confirm),
                acts,
                "confirm",
                confirm,
            )),
    );
    parts
}

/// The result in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    registered_now: usize,
    registered: usize,
    unregistered: usize,
    failed: usize,
}

impl Counts {
    fn of(accounts: &[AccountRow]) -> Self {
        let count = |holds: fn(&AccountRow) -> bool| accounts.iter().filter(|account| holds(account)).count();
        Self {
            registered_now: count(|account| account.status == RegistrationStatus::RegisteredNow),
            registered: count(|account| account.status.is_registered()),
            unregistered: count(|account| !account.status.is_registered()),
            failed: count(|account| account.problem.is_some()),
        }
    }

    /// How the page begins: in which colour, in which words.
    fn verdict(self) -> (&'static str, Words) {
        match self {
            Self {
                failed: 0,
                registered_now: 0,
                ..
            } => ("alert alert--info", words!(result.plain)),
            Self { failed: 0, .. } => ("alert alert--success", words!(result.all_good)),
            Self { registered: 0, .. } => ("alert alert--error", words!(result.all_failed)),
            _ => ("alert alert--warning", words!(result.some_failed)),
        }
    }
}

fn count(label: Words, n: usize) -> El {
    let text = tell(move |locale| fill(words!(result.count)(locale), &[("n", &n)]));
    classed("div", "counts__count")
        .child(el("dt").say(label))
        .child(el("dd").tell(text))
}
