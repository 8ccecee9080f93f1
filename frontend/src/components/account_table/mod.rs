//! The account table: one row an account, searchable where there are many, worked row by row with the keyboard.
//! On phones the rows become cards by CSS alone; explicit roles keep it a table for screen readers even so.

mod row;
mod search;
pub(crate) mod sheet;

use crate::acts::Acts;
use crate::browser;
use crate::components::element::{El, worded};
use crate::language::{Words, words};
use leptos::prelude::*;
use renkei_shared::vocabulary::RegistrationStatus;
pub(crate) use row::Row;
use row::table_row;
use search::{Filter, search_bar};
use sheet::{body, table};

/// From more rows than this on, the table can be searched and filtered.
const SEARCHABLE_FROM: usize = 10;

/// The table, and what of it is ticked.
pub(crate) struct AccountTable {
    /// Search, table and footnote.
    pub(crate) parts: Vec<El>,
    /// What is shown and ticked, at each moment.
    pub(crate) shown: Memo<Shown>,
}

/// The table in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    /// Rows that are shown.
    rows: usize,
    /// Those of them that take a PIN.
    open: usize,
    /// Those of them that are ticked.
    ticked: usize,
    /// Rows that are ticked and hidden.
    pub(crate) hidden_ticked: usize,
}

impl Shown {
    fn of(rows: &[(Row, Memo<bool>)]) -> Self {
        let mut counted = Self::default();
        for (row, shown) in rows {
            let ticked = row.entry.is_some_and(|entry| entry.ticked.get());
            if shown.get() {
                counted.rows += 1;
                counted.open += usize::from(row.entry.is_some());
                counted.ticked += usize::from(ticked);
            } else {
                counted.hidden_ticked += usize::from(ticked);
            }
        }
        counted
    }

    /// All that are ticked, shown or not: all of them are sent.
    pub(crate) const fn all_ticked(self) -> usize {
        self.ticked.saturating_add(self.hidden_ticked)
    }

    const fn is_all_ticked(self) -> bool {
        self.open > 0 && self.ticked == self.open
    }

    const fn is_some_ticked(self) -> bool {
        self.ticked > 0 && self.ticked < self.open
    }
}

/// The table with its search and its footnote. Rows that the filter hides stay in the page, so that nothing typed is lost.
pub(crate) fn account_table(rows: Vec<Row>, caption: Words, acts: Acts) -> AccountTable {
    let filter = Filter::open();
    let has_registered_now = rows
        .iter()
        .any(|row| row.account.status == RegistrationStatus::RegisteredNow);
    let rows: Vec<(Row, Memo<bool>)> = rows
        .into_iter()
        .map(|row| {
            let filtered = row.clone();
            (row, Memo::new(move |_| filter.lets_through(&filtered)))
        })
        .collect();
    let counted = rows.clone();
    let shown = Memo::new(move |_| Shown::of(&counted));
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
    // Whoever follows an error to its row must find it.
    .on(browser::REVEAL, move |_| filter.lift())
    .child(body().children(rows.iter().map(|(row, shown)| table_row(row, *shown, acts))));
    let mut parts = vec![table];
    if rows.len() > SEARCHABLE_FROM {
        parts.insert(0, search_bar(filter, rows, shown));
    }
    if has_registered_now {
        parts.push(worded("p", "footnote", words!(accounts.footnote)));
    }
    AccountTable { parts, shown }
}
