//! The plain table of accounts: headers, rows and cells that stay a table for screen readers where CSS makes cards of them.
//! Not here: what stands in the rows (`row`, `steps::permission`).

use crate::components::element::{El, classed, el};
use crate::language::{Words, words};
use leptos::prelude::*;

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
