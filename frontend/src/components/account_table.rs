//! The account table: one row an account, searchable where there are many, worked row by row with the keyboard.
//! On phones the rows become cards by CSS alone; explicit roles keep it a table for screen readers even so.

use crate::acts::Acts;
use crate::browser;
use crate::components::explanation::{part, what};
use crate::components::field::message_at;
use crate::components::pin_field::{PinEntryState, PinField};
use crate::language::{Words, account_text, fill, say, tell, words};
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use renkei_shared::linkage::AccountRow;
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

/// The table. Rows that the filter hides stay in the page, so that nothing typed is lost.
#[component]
pub(crate) fn AccountTable(rows: Vec<Row>, caption: Words, acts: Acts) -> impl IntoView {
    let filter = Filter {
        query: RwSignal::new(String::new()),
        only_unregistered: RwSignal::new(false),
    };
    let searchable = rows.len() > SEARCHABLE_FROM;
    let has_registered_now = rows
        .iter()
        .any(|row| row.account.status == RegistrationStatus::RegisteredNow);
    let body = rows.iter().map(|row| table_row(row, filter, acts)).collect_view();
    let search = searchable.then(|| search_bar(filter, rows));
    view! {
        {search}
        <table class="account-table" role="table">
            <caption class="account-table__caption">{say(caption)}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th scope="col" role="columnheader">
                        {say(words!(accounts.status))}
                    </th>
                    <th scope="col" role="columnheader">
                        {say(words!(accounts.account))}
                    </th>
                    <th scope="col" role="columnheader">
                        {say(words!(accounts.memo))}
                    </th>
                    <th scope="col" role="columnheader">
                        {say(words!(accounts.pin))}
                    </th>
                </tr>
            </thead>
            <tbody role="rowgroup">{body}</tbody>
        </table>
        {has_registered_now.then(|| view! { <p class="footnote">{say(words!(accounts.footnote))}</p> })}
    }
}

fn table_row(row: &Row, filter: Filter, acts: Acts) -> AnyView {
    let account = account_text(row.account.label.clone());
    let hidden = {
        let row = row.clone();
        Signal::derive(move || !filter.lets_through(&row))
    };
    let ticked = row.entry.map(|entry| entry.ticked);
    let class = move || match ticked {
        Some(ticked) if ticked.get() => "account-table__row account-table__row--ticked",
        _ => "account-table__row",
    };
    let memo = row.account.memo.clone();
    view! {
        <tr role="row" class=class hidden=move || hidden.get()>
            <td role="cell" class="account-table__status" data-label=say(words!(accounts.status))>
                {status_cell(row)}
            </td>
            <th scope="row" role="rowheader" class="account-table__account" data-label=say(words!(accounts.account))>
                {account_cell(row, account)}
            </th>
            <td role="cell" class="account-table__memo" data-label=say(words!(accounts.memo))>
                {match memo {
                    Some(memo) => memo.into_any(),
                    None => say(words!(accounts.none)).into_any(),
                }}
            </td>
            <td role="cell" class="account-table__pin" data-label=say(words!(accounts.pin))>
                {pin_cell(row, account, acts)}
            </td>
        </tr>
    }
    .into_any()
}

fn status_cell(row: &Row) -> AnyView {
    let status = row.account.status;
    let class = match status {
        RegistrationStatus::Unregistered => "status status--unregistered",
        RegistrationStatus::Registered | RegistrationStatus::RegisteredNow => "status status--registered",
    };
    let label = tell(move |locale| status.label(crate::language::vocabulary(locale)).to_owned());
    let checkbox = row.entry.map(|PinEntryState { ticked, .. }| {
        view! {
            <input
                type="checkbox"
                class="checkbox__box"
                id=row.tick_id()
                prop:checked=ticked
                on:change=move |event| ticked.set(event_target_checked(&event))
            />
        }
    });
    view! {
        <span class="account-table__tick">{checkbox} <span class=class>{label}</span></span>
        {reason(row)}
    }
    .into_any()
}

/// Why an account is still unregistered.
fn reason(row: &Row) -> AnyView {
    if let Some(problem) = &row.account.problem {
        return view! {
            <p class="row-reason">
                <strong class="row-reason__what">{what(problem)}</strong>
                <span>{part(problem, |texts| &texts.why)}</span>
                <span>{part(problem, |texts| &texts.remedy)}</span>
            </p>
        }
        .into_any();
    }
    if row.account.pin_locked {
        return view! {
            <p class="row-reason">
                <strong class="row-reason__what">{say(words!(accounts.locked))}</strong>
                <span>{say(words!(accounts.locked_detail))}</span>
            </p>
        }
        .into_any();
    }
    ().into_any()
}

fn account_cell(row: &Row, account: Signal<String>) -> AnyView {
    if row.entry.is_some() {
        view! { <label for=row.tick_id()>{account}</label> }.into_any()
    } else {
        account.into_any()
    }
}

fn pin_cell(row: &Row, account: Signal<String>, acts: Acts) -> AnyView {
    let Some(entry) = row.entry else {
        return say(words!(accounts.none)).into_any();
    };
    let message = message_at(acts, row.pin_id());
    let tries = row
        .account
        .remaining_tries
        .filter(|_| row.account.problem.is_none())
        .map(|tries| {
            let text = tell(move |locale| fill(words!(accounts.tries)(locale), &[("n", &tries)]));
            view! { <p class="field__hint">{text}</p> }
        });
    view! {
        <PinField id=row.pin_id() account=account entry=entry message=message />
        {tries}
    }
    .into_any()
}

fn search_bar(filter: Filter, rows: Vec<Row>) -> AnyView {
    let total = rows.len();
    let shown = Memo::new(move |_| rows.iter().filter(|row| filter.lets_through(row)).count());
    let count = tell(move |locale| match shown.get() {
        0 => words!(accounts.nothing_shown)(locale).to_owned(),
        shown => fill(
            words!(accounts.shown)(locale),
            &[("shown", &shown), ("total", &total)],
        ),
    });
    let only_unregistered = filter.only_unregistered;
    let follow = StoredValue::new_local(debounce(SEARCH_PAUSE, move |text: String| {
        filter.query.set(browser::fold(&text));
    }));
    view! {
        <div class="search-bar" role="search">
            <div class="search-bar__field">
                <label class="field__label" for="account-search">
                    {say(words!(accounts.search))}
                </label>
                <p id="account-search-hint" class="field__hint">
                    {say(words!(accounts.search_hint))}
                </p>
                <input
                    id="account-search"
                    class="field__input"
                    type="search"
                    autocomplete="off"
                    aria-describedby="account-search-hint"
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        follow.update_value(|follow| follow(text));
                    }
                />
            </div>
            <span class="checkbox">
                <input
                    type="checkbox"
                    class="checkbox__box"
                    id="only-unregistered"
                    prop:checked=only_unregistered
                    on:change=move |event| only_unregistered.set(event_target_checked(&event))
                />
                <label class="checkbox__label" for="only-unregistered">
                    {say(words!(accounts.only_unregistered))}
                </label>
            </span>
            <p class="search-bar__count" role="status">
                {count}
            </p>
        </div>
    }
    .into_any()
}
