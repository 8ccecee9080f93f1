//! A row of the account table: what the server says of an account, and what the customer enters into it.
//! Not here: which rows are shown (`search`).

use super::sheet::{account_header, cell, memo_cell, row};
use crate::acts::Acts;
use crate::browser;
use crate::components::element::{El, classed, el, worded};
use crate::components::explanation::{part, what};
use crate::components::field::{Fault, checkbox};
use crate::components::pin_field::{PinEntryState, pin_field};
use crate::language::{account_text, fill, tell, vocabulary, words};
use leptos::prelude::*;
use renkei_shared::linkage::AccountRow;
use renkei_shared::problem::ProblemCode;
use renkei_shared::vocabulary::RegistrationStatus;
use std::sync::Arc;

/// A row with what the customer has entered into it so far.
#[derive(Clone)]
pub(crate) struct Row {
    /// What the server says.
    pub(crate) account: Arc<AccountRow>,
    /// What the customer does; `None` where there is nothing to do.
    pub(crate) entry: Option<PinEntryState>,
    /// What a search looks into.
    pub(super) haystack: Arc<str>,
}

impl Row {
    /// A row that only shows.
    pub(crate) fn showing(account: AccountRow) -> Self {
        let text = format!(
            "{} {}",
            account.label,
            account.memo.as_deref().unwrap_or_default()
        );
        Self {
            account: Arc::new(account),
            entry: None,
            haystack: browser::fold(&text).into(),
        }
    }

    /// A row that takes a PIN where the account is unregistered and not locked.
    pub(crate) fn taking_pin(account: AccountRow) -> Self {
        let takes = !account.status.is_registered() && !account.pin_locked;
        let entry = takes.then(|| PinEntryState {
            ticked: RwSignal::new(false),
            shown: RwSignal::new(false),
        });
        Self {
            entry,
            ..Self::showing(account)
        }
    }

    /// Id of the row's checkbox.
    pub(crate) fn tick_id(&self) -> String {
        format!("tick-{}", self.account.account_id)
    }

    /// Id of the row's PIN field.
    pub(crate) fn pin_id(&self) -> String {
        format!("pin-{}", self.account.account_id)
    }
}

/// The row as an element, there for as long as it is `shown`.
pub(super) fn table_row(row_data: &Row, shown: Memo<bool>, acts: Acts) -> El {
    let account = account_text(row_data.account.label.clone());
    let ticked = row_data.entry.map(|entry| entry.ticked);
    let marked = Signal::derive(move || ticked.is_some_and(|ticked| ticked.get()));
    row("account-table__row--ticked", marked)
        .attr_when("hidden", "", Signal::derive(move || !shown.get()))
        .child(status_cell(row_data))
        .child(account_cell(row_data, account))
        .child(memo_cell(row_data.account.memo.clone()))
        .child(pin_cell(row_data, account, acts))
}

fn status_cell(row: &Row) -> El {
    let status = row.account.status;
    let class = match status {
        RegistrationStatus::Unregistered => "status status--unregistered",
        RegistrationStatus::Registered | RegistrationStatus::RegisteredNow => "status status--registered",
    };
    let label = tell(move |locale| status.label(vocabulary(locale)).to_owned());
    let tick = classed("span", "account-table__tick")
        .maybe(row.entry.map(|entry| checkbox(row.tick_id(), entry.ticked)))
        .child(classed("span", class).tell(label));
    cell("account-table__status", words!(accounts.status))
        .child(tick)
        .maybe(reason(row))
}

/// Why an account is still unregistered.
fn reason(row: &Row) -> Option<El> {
    let reason = classed("p", "row-reason");
    if let Some(problem) = &row.account.problem {
        return Some(
            reason
                .child(classed("strong", "row-reason__what").tell(what(problem)))
                .child(el("span").tell(part(problem, |texts| &texts.why)))
                .child(el("span").tell(part(problem, |texts| &texts.remedy))),
        );
    }
    row.account.pin_locked.then(|| {
        reason
            .child(worded("strong", "row-reason__what", words!(accounts.locked)))
            .child(el("span").say(words!(accounts.locked_detail)))
    })
}

fn account_cell(row: &Row, account: Signal<String>) -> El {
    if row.entry.is_some() {
        account_header().child(el("label").attr_owned("for", row.tick_id()).tell(account))
    } else {
        account_header().tell(account)
    }
}

fn pin_cell(row: &Row, account: Signal<String>, acts: Acts) -> El {
    let cell = cell("account-table__pin", words!(accounts.pin));
    let Some(entry) = row.entry else {
        return cell.say(words!(accounts.none));
    };
    let fault = Fault::of(acts, row.pin_id());
    let said_above = row
        .account
        .problem
        .as_ref()
        .is_some_and(|problem| problem.code == ProblemCode::PinWrong.as_str());
    let tries = row.account.remaining_tries.filter(|_| !said_above).map(|tries| {
        let text = tell(move |locale| fill(words!(accounts.tries)(locale), &[("n", &tries)]));
        classed("p", "field__hint").tell(text)
    });
    cell.child(pin_field(row.pin_id(), account, entry, fault))
        .maybe(tries)
}
