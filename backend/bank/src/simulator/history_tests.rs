//! Tests of the rows: that the past stands still, that balances follow from one another, that pages lose nothing.

use super::*;
use crate::simulator::customers::demo_users;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn day(text: &str) -> JapanDate {
    JapanDate::parse(text).unwrap()
}

fn end_of(day: JapanDate) -> Instant {
    Instant::from_unix_seconds(day.plus_days(1).begin().unix_seconds() - 1)
}

fn everything(from: JapanDate, to: JapanDate) -> StatementQuery {
    StatementQuery {
        kind: StatementKind::All,
        from,
        to,
        after: None,
        limit: MAX_STATEMENT_LIMIT,
    }
}

/// Follows the pages to the end, each of at most `limit` rows and fetched at the instant that `now` gives.
fn pages(history: &History, query: StatementQuery, mut now: impl FnMut() -> Instant) -> Vec<StatementEntry> {
    let (mut query, mut all) = (query, Vec::new());
    loop {
        let page = history.page(&query, now());
        assert!(page.entries.len() <= usize::try_from(query.limit).unwrap());
        all.extend(page.entries);
        match page.next {
            Some(next) => query.after = Some(next),
            None => return all,
        }
    }
}

fn all_rows(history: &History, today: JapanDate) -> Vec<StatementEntry> {
    pages(history, everything(day("2000-01-01"), today), || end_of(today))
}

#[test]
fn thirteen_months_and_the_running_one() {
    assert_eq!(history_from(day("2026-11-22")), day("2025-10-01"));
    assert_eq!(history_from(day("2026-01-31")), day("2024-12-01"));
    assert_eq!(history_from(day("2026-02-01")), day("2025-01-01"));
    assert_eq!(
        history_from(day("2021-03-05")),
        day("2020-04-01"),
        "not before the account was opened"
    );
    assert_eq!(busy_day_for(day("2026-01-02")), day("2025-12-10"));
}

#[test]
fn the_past_stands_still_as_days_and_months_pass() {
    let users = demo_users();
    let busy_day = day("2026-10-10");
    for demo in [
        &users[0].accounts[0],
        &users[0].accounts[2],
        &users[1].accounts[1],
    ] {
        let (earlier, later) = (day("2026-11-22"), day("2027-02-03"));
        let before = all_rows(&History::build(demo, earlier, busy_day), earlier);
        let after = all_rows(&History::build(demo, later, busy_day), later);
        let common = |rows: &[StatementEntry]| -> Vec<StatementEntry> {
            rows.iter()
                .filter(|row| (history_from(later)..=earlier).contains(&row.booked_on))
                .cloned()
                .collect()
        };
        assert!(common(&before).len() > 20, "{}", demo.account.key);
        assert_eq!(common(&before), common(&after));
    }
}

#[test]
fn balances_follow_from_one_another_and_are_never_negative() {
    let today = day("2026-11-22");
    for demo in demo_users().iter().flat_map(|user| user.accounts.iter().take(12)) {
        let history = History::build(demo, today, day("2026-10-10"));
        let mut balance = history.balance_before;
        let mut last = None;
        for row in all_rows(&history, today) {
            let amount: i64 = row.amount.as_str().parse().unwrap();
            balance += if row.kind == EntryKind::Deposit {
                amount
            } else {
                -amount
            };
            assert_eq!(
                row.balance_after,
                Yen::from(balance),
                "{} {:?}",
                demo.account.key,
                row.position
            );
            assert!(amount > 0 && balance >= 0);
            assert!(last < Some(row.position) && row.value_on >= row.booked_on);
            last = Some(row.position);
        }
        assert_eq!(history.balance(end_of(today)).current, Yen::from(balance));
    }
}

#[test]
fn exactly_one_day_has_three_thousand_rows_and_the_days_around_it_do_not_notice() {
    let users = demo_users();
    let (demo, today, busy_day) = (&users[0].accounts[0], day("2026-11-22"), day("2026-10-10"));
    let history = History::build(demo, today, busy_day);
    let rows = all_rows(&history, today);
    let on = |rows: &[StatementEntry], date| rows.iter().filter(|row| row.booked_on == date).count();
    assert_eq!(on(&rows, busy_day), 3_000);
    let days: BTreeSet<JapanDate> = rows.iter().map(|row| row.booked_on).collect();
    assert!(
        days.iter()
            .filter(|date| **date != busy_day)
            .all(|date| on(&rows, *date) < 50)
    );

    let without = all_rows(&History::build(demo, today, day("2020-04-02")), today);
    let others = |rows: &[StatementEntry]| {
        rows.iter()
            .filter(|row| row.booked_on != busy_day)
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(others(&rows), others(&without));

    let other_account = &users[0].accounts[2];
    let quiet = all_rows(&History::build(other_account, today, busy_day), today);
    assert!(on(&quiet, busy_day) < 50);
}

#[test]
fn the_demo_has_empty_days_transfers_and_hard_names() {
    let (users, today) = (demo_users(), day("2026-11-22"));
    let rows = all_rows(
        &History::build(&users[0].accounts[0], today, day("2026-10-10")),
        today,
    );
    let days: BTreeSet<JapanDate> = rows.iter().map(|row| row.booked_on).collect();
    assert!(
        (200..400).contains(&days.len()),
        "{} of some 418 days have rows",
        days.len()
    );
    let transfers: Vec<&TransferDetails> = rows.iter().filter_map(|row| row.transfer.as_ref()).collect();
    assert!(
        transfers
            .iter()
            .any(|transfer| transfer.sender_name.contains("ﾀｶﾊｼ") && transfer.edi.is_none())
    );
    assert!(
        transfers
            .iter()
            .any(|transfer| transfer.sender_branch == "ｻｯﾎﾟﾛ" && transfer.edi.is_some())
    );
    for wanted in ["髙橋", "宮﨑"] {
        assert!(rows.iter().any(|row| {
            row.counterparty
                .as_deref()
                .is_some_and(|name| name.contains(wanted))
        }));
    }
    for wanted in [
        "振込",
        "振込手数料",
        "給与振込",
        "カード売上",
        "決算利息",
        "定期預金振替",
    ] {
        assert!(rows.iter().any(|row| row.summary == wanted), "{wanted}");
    }
    assert!(
        rows.iter()
            .any(|row| row.value_on > row.booked_on && row.summary == "他店券")
    );
}

#[test]
fn cheques_count_to_the_balance_but_cannot_be_drawn_on_until_they_clear() {
    let (users, today) = (demo_users(), day("2026-11-22"));
    let history = History::build(&users[0].accounts[0], today, day("2026-10-10"));
    let cheque = history
        .rows
        .iter()
        .find(|row| row.occasion == Occasion::Cheque)
        .unwrap();
    let uncleared = history.balance(cheque.booked_at);
    assert_eq!(
        uncleared.available,
        Yen::from(cheque.balance_after - cheque.amount)
    );
    assert_eq!(uncleared.current, Yen::from(cheque.balance_after));
    let before_clearing = Instant::from_unix_seconds(cheque.value_on().begin().unix_seconds() - 1);
    assert_ne!(
        history.balance(before_clearing).available,
        history.balance(before_clearing).current
    );
}

#[test]
fn a_period_that_holds_nothing_gives_an_empty_page() {
    let (users, today) = (demo_users(), day("2026-11-22"));
    let history = History::build(&users[0].accounts[0], today, day("2026-10-10"));
    for (from, to) in [
        ("2026-11-23", "2026-12-31"),
        ("2019-01-01", "2019-12-31"),
        ("2026-10-31", "2026-10-01"),
    ] {
        let page = history.page(&everything(day(from), day(to)), end_of(today));
        assert_eq!((page.entries.len(), page.next), (0, None), "{from} to {to}");
        assert_eq!(page.history_from, day("2025-10-01"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_pages_of_any_limit_together_are_all_rows_once_and_in_order(
        limit in 1_u32..1_200, account in 0_usize..4, begin in 0_u16..500, length in 0_u16..500, transfers in any::<bool>(),
    ) {
        let (users, today) = (demo_users(), day("2026-11-22"));
        let history = History::build(&users[0].accounts[account], today, day("2026-10-10"));
        let from = day("2025-08-01").plus_days(begin);
        let to = from.plus_days(length);
        let kind = if transfers { StatementKind::IncomingTransfers } else { StatementKind::All };
        let expected: Vec<StatementEntry> = history.rows.iter()
            .filter(|row| (from..=to).contains(&row.position.date))
            .filter(|row| !transfers || row.occasion.is_incoming_transfer())
            .map(Row::entry)
            .collect();
        let limit = limit.min(MAX_STATEMENT_LIMIT);
        // Many pages of one row each would only be slow.
        let limit = if expected.len() > 500 { limit.max(7) } else { limit };
        let query = StatementQuery { kind, from, to, after: None, limit };
        prop_assert_eq!(pages(&history, query, || end_of(today)), expected);
    }

    #[test]
    fn rows_that_are_booked_between_two_pages_come_at_the_end_and_nothing_is_lost(
        limit in 1_u32..400, seconds in prop::collection::vec(1_u64..9_000, 1..40),
    ) {
        // Today is the busy day, so that rows keep coming in while the pages are fetched.
        let (users, today) = (demo_users(), day("2026-10-10"));
        let history = History::build(&users[0].accounts[0], today, today);
        let (mut now, mut steps) = (today.begin(), seconds.into_iter().cycle());
        let mut seen: Vec<StatementEntry> = Vec::new();
        while now < end_of(today) {
            // A reader takes up where the last page ended, as a partner does who polls.
            let query = StatementQuery {
                after: seen.last().map(|row| row.position),
                limit,
                ..everything(today, today)
            };
            let booked_now = history.booked_by(now).iter().filter(|row| row.position.date == today).count();
            let page = history.page(&query, now);
            seen.extend(page.entries);
            prop_assert!(seen.len() <= booked_now);
            prop_assert_eq!(page.next.is_some(), seen.len() < booked_now);
            now = now.plus(Duration::from_secs(steps.next().unwrap()));
        }
        seen.extend(pages(&history, StatementQuery { after: seen.last().map(|row| row.position), ..everything(today, today) }, || end_of(today)));
        let expected: Vec<StatementEntry> =
            history.rows.iter().filter(|row| row.position.date == today).map(Row::entry).collect();
        prop_assert_eq!(seen.len(), 3_000);
        prop_assert_eq!(seen, expected);
    }
}
