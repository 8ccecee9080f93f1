//! Judges whether a gateway's answer keeps the contract: a row lost or doubled here would be lost or doubled for good.
//! Not here: reading the JSON, and what an error answer means (`client`).

use super::wire::is_key;
use crate::port::{
    CoreAccount, CoreError, EntryKind, MAX_STATEMENT_LIMIT, PinState, PinVerdict, StatementEntry,
    StatementKind, StatementPage, StatementQuery,
};
use std::collections::HashSet;

fn broken(what: &'static str) -> CoreError {
    CoreError::Malformed { what }
}

fn rule(kept: bool, what: &'static str) -> Result<(), CoreError> {
    if kept { Ok(()) } else { Err(broken(what)) }
}

fn digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn accounts(accounts: Vec<CoreAccount>) -> Result<Vec<CoreAccount>, CoreError> {
    let mut keys = HashSet::new();
    for account in &accounts {
        rule(is_key(account.key.as_str()), "an account's key")?;
        rule(keys.insert(&account.key), "an account is listed twice")?;
        rule(digits(&account.branch_code, 3), "a branch code is not 3 digits")?;
        rule(
            digits(&account.account_number, 7),
            "an account number is not 7 digits",
        )?;
        rule(!account.branch_name.is_empty(), "a branch has no name")?;
    }
    Ok(accounts)
}

pub(super) fn pin_state(state: PinState) -> Result<PinState, CoreError> {
    rule(
        state.locked == (state.remaining_tries == 0),
        "a lock and the tries that remain contradict each other",
    )?;
    Ok(state)
}

pub(super) fn verdict(verdict: PinVerdict) -> Result<PinVerdict, CoreError> {
    rule(
        verdict != PinVerdict::Refused { remaining_tries: 0 },
        "a refusal without tries left is a lock",
    )?;
    Ok(verdict)
}

pub(super) fn page(query: &StatementQuery, page: StatementPage) -> Result<StatementPage, CoreError> {
    let most = query.limit.clamp(1, MAX_STATEMENT_LIMIT);
    rule(
        u32::try_from(page.entries.len()).is_ok_and(|count| count <= most),
        "more rows than asked for",
    )?;
    let mut last = query.after;
    for entry in &page.entries {
        rule(last < Some(entry.position), "positions do not rise")?;
        rule(
            (query.from..=query.to).contains(&entry.position.date),
            "a row outside the period",
        )?;
        rule(
            entry.position.date >= page.history_from,
            "a row before the history begins",
        )?;
        row(query.kind, entry)?;
        last = Some(entry.position);
    }
    let end = page.entries.last().map(|entry| entry.position);
    rule(
        page.next.is_none() || page.next == end,
        "the next position is not that of the last row",
    )?;
    Ok(page)
}

fn row(kind: StatementKind, entry: &StatementEntry) -> Result<(), CoreError> {
    rule(
        entry.booked_on == entry.position.date,
        "a row's day is not that of its position",
    )?;
    rule(!entry.amount.as_str().starts_with('-'), "a negative amount")?;
    rule(
        entry.kind == EntryKind::Deposit || entry.transfer.is_none(),
        "a withdrawal as an incoming transfer",
    )?;
    rule(
        kind == StatementKind::All || entry.transfer.is_some(),
        "a row that is no incoming transfer",
    )
}
