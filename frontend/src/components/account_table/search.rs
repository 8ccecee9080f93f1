//! Which rows of the account table are shown, and the acts on all that are: search, filter, select all.
//! Not here: how texts compare (`browser::fold`, `renkei_shared::search`), and the rows themselves (`row`).

use super::Shown;
use super::row::Row;
use crate::browser;
use crate::components::element::{El, classed, worded};
use crate::components::field::{checkbox, checkbox_label};
use crate::language::{fill, tell, words};
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use std::time::Duration;

/// The table follows the search when the typing pauses for so long.
const SEARCH_PAUSE: Duration = Duration::from_millis(120);

const SEARCH: &str = "account-search";
const ONLY_UNREGISTERED: &str = "only-unregistered";
const SELECT_SHOWN: &str = "select-shown";

/// What the table shows of its rows at the moment.
#[derive(Clone, Copy)]
pub(super) struct Filter {
    query: RwSignal<String>,
    only_unregistered: RwSignal<bool>,
}

impl Filter {
    /// Everything.
    pub(super) fn open() -> Self {
        Self {
            query: RwSignal::new(String::new()),
            only_unregistered: RwSignal::new(false),
        }
    }

    /// Whether a row is shown, as a signal.
    pub(super) fn lets_through(self, row: &Row) -> bool {
        let status = self.only_unregistered.get() && row.account.status.is_registered();
        !status
            && self
                .query
                .with(|query| query.split_whitespace().all(|word| row.haystack.contains(word)))
    }

    /// Shows everything again: somebody is on the way to a row that may be hidden.
    pub(super) fn lift(self) {
        browser::clear_input(SEARCH);
        self.query.set(String::new());
        self.only_unregistered.set(false);
    }
}

/// The bar above the table. Where rows take a PIN, all that are shown can be selected at once.
pub(super) fn search_bar(filter: Filter, rows: Vec<(Row, Memo<bool>)>, shown: Memo<Shown>) -> El {
    let total = rows.len();
    let count = tell(move |locale| match shown.get().rows {
        0 => words!(accounts.nothing_shown)(locale).to_owned(),
        shown => fill(
            words!(accounts.shown)(locale),
            &[("shown", &shown), ("total", &total)],
        ),
    });
    let takes_pins = rows.iter().any(|(row, _)| row.entry.is_some());
    let only = ONLY_UNREGISTERED.to_owned();
    classed("div", "search-bar")
        .attr("role", "search")
        .child(search_field(filter))
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
        .maybe(takes_pins.then(|| select_shown(rows, shown)))
}

fn search_field(filter: Filter) -> El {
    let mut follow = debounce(SEARCH_PAUSE, move |text: String| {
        filter.query.set(browser::fold(&text));
    });
    let input = classed("input", "field__input")
        .attr("id", SEARCH)
        .attr("type", "search")
        .attr("autocomplete", "off")
        .attr("aria-describedby", "account-search-hint")
        // The field stands in the form of the PINs, which Enter would send.
        .on("keydown", |event| {
            if browser::is_enter(&event) {
                event.prevent_default();
            }
        })
        .on("input", move |event| follow(event_target_value(&event)));
    classed("div", "search-bar__field")
        .child(worded("label", "field__label", words!(accounts.search)).attr("for", SEARCH))
        .child(worded("p", "field__hint", words!(accounts.search_hint)).attr("id", "account-search-hint"))
        .child(input)
}

/// Ticked, unticked, or neither where some of the rows that are shown are ticked. Rows that take no PIN do not count, and
/// those that are hidden keep what they have.
fn select_shown(rows: Vec<(Row, Memo<bool>)>, shown: Memo<Shown>) -> El {
    let change = move |event| {
        let ticked = event_target_checked(&event);
        for (row, is_shown) in &rows {
            if let Some(entry) = row.entry.filter(|_| is_shown.get_untracked())
                && entry.ticked.get_untracked() != ticked
            {
                entry.ticked.set(ticked);
            }
        }
    };
    let all = Signal::derive(move || shown.get().is_all_ticked());
    let some = Signal::derive(move || shown.get().is_some_ticked());
    let tick = classed("input", "checkbox__box")
        .attr("type", "checkbox")
        .attr("id", SELECT_SHOWN)
        .property("checked", all)
        .property("indeterminate", some)
        .on("change", change);
    // Where no row that is shown takes a PIN, there is nothing to select.
    let idle = Signal::derive(move || shown.get().open == 0);
    classed("span", "checkbox search-bar__all")
        .attr_when("hidden", "", idle)
        .child(tick)
        .child(checkbox_label(SELECT_SHOWN.to_owned()).say(words!(accounts.select_shown)))
}
