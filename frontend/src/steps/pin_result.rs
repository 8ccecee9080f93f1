//! 手順4: what came of each account, and the two ways on.

use crate::acts::Acts;
use crate::components::account_table::{AccountTable, Row};
use crate::components::button::{ActButton, ButtonRow, Weight};
use crate::language::{Words, fill, say, tell, words};
use crate::steps::CancelButton;
use leptos::prelude::*;
use renkei_shared::linkage::{AccountRow, PinResultView, PlainAct};
use renkei_shared::vocabulary::RegistrationStatus;

/// The step. 「確定」 is always there; where it cannot lead on, the server explains why.
#[component]
pub(crate) fn PinResult(view: PinResultView, acts: Acts, cancel: Callback<()>) -> impl IntoView {
    let PinResultView {
        accounts,
        can_add_more,
        ..
    } = view;
    let counts = Counts::of(&accounts);
    let (class, lead) = counts.verdict();
    let rows: Vec<Row> = accounts.into_iter().map(Row::showing).collect();
    let confirm =
        Callback::new(move |()| acts.perform("confirm", |version, act_id| PlainAct { version, act_id }));
    let add_more =
        Callback::new(move |()| acts.perform("add-more", |version, act_id| PlainAct { version, act_id }));
    view! {
        <div class=class>
            <p class="alert__text">{say(lead)}</p>
        </div>
        <dl class="counts">
            {count(words!(result.registered_now), counts.registered_now)}
            {count(words!(result.registered_all), counts.registered)}
            {count(words!(result.unregistered), counts.unregistered)}
        </dl>
        <AccountTable rows=rows caption=words!(accounts.result_caption) acts=acts />
        <ButtonRow>
            <CancelButton cancel=Some(cancel) />
            {can_add_more
                .then(|| {
                    view! {
                        <ActButton
                            label=words!(result.add_more)
                            acts=acts
                            act="add-more"
                            weight=Weight::Secondary
                            press=add_more
                        />
                    }
                })}
            <ActButton
                label=words!(result.confirm)
                acts=acts
                act="confirm"
                weight=Weight::Primary
                press=confirm
            />
        </ButtonRow>
    }
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

fn count(label: Words, n: usize) -> AnyView {
    let text = tell(move |locale| fill(words!(result.count)(locale), &[("n", &n)]));
    view! {
        <div class="counts__count">
            <dt>{say(label)}</dt>
            <dd>{text}</dd>
        </div>
    }
    .into_any()
}
