//! The account table: one row an account, searchable where there are many, worked row by row with the keyboard.
//! On phones the rows become cards by CSS alone; explicit roles keep it a table for screen readers even so.

use crate::acts::Acts;
use crate::browser;
use crate::components::element::{El, classed, el, worded};
use crate::components::explanation::{part, what};
use crate::components::field::{Fault, checkbox, checkbox_label};
use crate::components::pin_field::{PinEntryState, pin_field};
use crate::language::{Words, account_text, fill, tell, vocabulary, words};
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use renkei_shared::linkage::AccountRow;
use renkei_shared::problem::ProblemCode;
use renkei_shared::vocabulary::RegistrationStatus;
use std::sync::Arc;
use std::time::Duration;

/// From more rows than this on, the table can be searched and filtered.
const SEARCHABLE_FROM: usize = 10;

/// The table follows the search when the typing pauses for so long.
const SEARCH_PAUSE: Duration = Duration::from_millis(120);

/// A row with what the customer has entered into it so far.
#[derive(Clone)]
pub(crate) struct Row {
    /// What the server says.
    pub(crate) account: Arc<AccountRow>,
    /// What the customer does; `None` where there is nothing to do.
    pub(crate) entry: Option<PinEntryState>,
    haystack: Arc<str>,
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

/// What the table shows of its rows at the moment.
#[derive(Clone, Copy)]
struct Filter {
    query: RwSignal<String>,
    only_unregistered: RwSignal<bool>,
}

impl Filter {
    fn lets_through(self, row: &Row) -> bool {
        let status = self.only_unregistered.get() && row.account.status.is_registered();
        !status
            && self
                .query
                .with(|query| query.split_whitespace().all(|word| row.haystack.contains(word)))
    }
}

/// The table with its search and its footnote. Rows that the filter hides stay in the page, so that nothing typed is lost.
pub(crate) fn account_table(rows: Vec<Row>, caption: Words, acts: Acts) -> Vec<El> {
    let filter = Filter {
        query: RwSignal::new(String::new()),
        only_unregistered: RwSignal::new(false),
    };
    let has_registered_now = rows
        .iter()
        .any(|row| row.account.status == RegistrationStatus::RegisteredNow);
    let headers = [
        words!(accounts.status),
        words!(accounts.account),
        words!(accounts.memo),
        words!(accounts.pin),
    ];
    let table = table(
        "account-table",
        worded("caption", "account-table__caption", caption),
        headers,
    )
    .child(body().children(rows.iter().map(|row| table_row(row, filter, acts))));
    let mut parts = vec![table];
    if rows.len() > SEARCHABLE_FROM {
        parts.insert(0, search_bar(filter, rows));
    }
    if has_registered_now {
        parts.push(worded("p", "footnote", words!(accounts.footnote)));
    }
    parts
}

/// A table of accounts: its caption and its column headers.
pub(crate) fn table(class: &'static str, caption: El, headers: impl IntoIterator<Item = Words>) -> El {
    let headers = headers.into_iter().map(|header| {
        el("th")
            .attr("scope", "col")
            .attr("role", "columnheader")
            .say(header)
    });
    let head = el("thead")
        .attr("role", "rowgroup")
        .child(el("tr").attr("role", "row").children(headers));
    classed("table", class)
        .attr("role", "table")
        .child(caption)
        .child(head)
}

/// Where the rows go.
pub(crate) fn body() -> El {
    el("tbody").attr("role", "rowgroup")
}

/// A row, which looks otherwise while `marked`.
pub(crate) fn row(mark: &'static str, marked: Signal<bool>) -> El {
    el("tr")
        .attr("role", "row")
        .class_when("account-table__row", mark, marked)
}

/// The header of a row: the account.
pub(crate) fn account_header() -> El {
    classed("th", "account-table__account")
        .attr("scope", "row")
        .attr("role", "rowheader")
        .attr_said("data-label", words!(accounts.account))
}

/// A cell. On phones its column's header stands beside it.
pub(crate) fn cell(class: &'static str, header: Words) -> El {
    classed("td", class)
        .attr("role", "cell")
        .attr_said("data-label", header)
}

/// The cell of the account memo.
pub(crate) fn memo_cell(memo: Option<String>) -> El {
    let cell = cell("account-table__memo", words!(accounts.memo));
    match memo {
        Some(memo) => cell.text(memo),
        None => cell.say(words!(accounts.none)),
    }
}

fn table_row(row_data: &Row, filter: Filter, acts: Acts) -> El {
    let account = account_text(row_data.account.label.clone());
    let hidden = {
        let row = row_data.clone();
        Signal::derive(move || !filter.lets_through(&row))
    };
    let ticked = row_data.entry.map(|entry| entry.ticked);
    let marked = Signal::derive(move || ticked.is_some_and(|ticked| ticked.get()));
    row("account-table__row--ticked", marked)
        .attr_when("hidden", "", hidden)
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

fn search_bar(filter: Filter, rows: Vec<Row>) -> El {
    const SEARCH: &str = "account-search";
    let total = rows.len();
    let shown = Signal::derive(move || rows.iter().filter(|row| filter.lets_through(row)).count());
    let count = tell(move |locale| match shown.get() {
        0 => words!(accounts.nothing_shown)(locale).to_owned(),
        shown => fill(
            words!(accounts.shown)(locale),
            &[("shown", &shown), ("total", &total)],
        ),
    });
    let mut follow = debounce(SEARCH_PAUSE, move |text: String| {
        filter.query.set(browser::fold(&text));
    });
    let input = classed("input", "field__input")
        .attr("id", SEARCH)
        .attr("type", "search")
        .attr("autocomplete", "off")
        .attr("aria-describedby", "account-search-hint")
        .on("input", move |event| follow(event_target_value(&event)));
    let only = "only-unregistered".to_owned();
    classed("div", "search-bar")
        .attr("role", "search")
        .child(
            classed("div", "search-bar__field")
                .child(worded("label", "field__label", words!(accounts.search)).attr("for", SEARCH))
                .child(
                    worded("p", "field__hint", words!(accounts.search_hint))
                        .attr("id", "account-search-hint"),
                )
                .child(input),
        )
        .child(
            classed("span", "checkbox")
                .child(checkbox(only.clone(), filter.only_unregistered))
                .child(checkbox_label(only).say(words!(accounts.only_unregistered))),
        )
        .child(
            classed("p", "search-bar__count")
                .attr("role", "status")
                .tell(count),
        )
}
