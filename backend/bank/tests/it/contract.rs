//! What every core must do, asked of the simulator directly and through both ends of the gateway.

use crate::bench::{Bench, all_pages, day, first_account, pin, query};
use renkei_bank::port::{
    CoreError, MAX_STATEMENT_LIMIT, PinState, PinVerdict, StatementKind, StatementQuery,
};
use renkei_bank::simulator::{ClosedHours, Faults};
use renkei_procedure::identity::{CoreAccountKey, CoreUserKey};
use renkei_shared::vocabulary::Language;
use std::time::Duration;

macro_rules! contract {
    ($($clause:ident),+ $(,)?) => {
        mod directly {
            $(#[tokio::test]
            async fn $clause() {
                super::$clause(crate::bench::Bench::direct()).await;
            })+
        }
        mod through_the_gateway {
            $(#[tokio::test]
            async fn $clause() {
                super::$clause(crate::bench::Bench::through_the_gateway().await).await;
            })+
        }
    };
}

contract! {
    a_users_accounts_come_as_the_core_keeps_them,
    who_is_unknown_is_named,
    wrong_pins_are_counted_and_the_last_one_locks,
    a_right_pin_sets_the_count_back,
    inquiries_are_pin_checks,
    a_pin_changed_at_the_counter_is_refused_from_then_on,
    outside_its_hours_the_core_counts_nothing,
    out_of_order_the_core_counts_nothing,
    a_lost_answer_is_an_unknown_outcome_and_was_counted,
    the_busy_day_comes_complete_whatever_the_limit,
    rows_booked_while_the_pages_are_fetched_are_neither_lost_nor_doubled,
    incoming_transfers_are_those_rows_of_the_statement,
    limits_out_of_bounds_count_as_the_nearer_bound,
    the_balance_is_that_of_the_last_row,
}

async fn wrong_pin(bench: &Bench) -> PinVerdict {
    bench
        .core
        .verify_pin(&first_account(), &pin("0000"))
        .await
        .unwrap()
}

async fn a_users_accounts_come_as_the_core_keeps_them(bench: Bench) {
    let accounts = bench
        .core
        .accounts(&CoreUserKey::new("sorachi-taro"))
        .await
        .unwrap();
    let labels: Vec<String> = accounts
        .iter()
        .map(|account| account.label().display(Language::Ja))
        .collect();
    assert_eq!(
        labels,
        [
            "インターネット支店(001) 普通 2000002",
            "インターネット支店(202) 普通 1111111",
            "インターネット支店(202) 普通 2222222",
            "豊洲支店(456) 普通 1000314",
        ]
    );
    assert_eq!(accounts[0].memo.as_deref(), Some("口座メモ5678901234567890"));
    assert_eq!(accounts[1].memo, None);

    let many = bench
        .core
        .accounts(&CoreUserKey::new("hokkai-hanako"))
        .await
        .unwrap();
    assert_eq!(many.len(), 300);
    assert!(
        many.iter()
            .any(|account| account.memo.as_deref() == Some("髙﨑工務店様 専用"))
    );
    assert!(
        many.iter()
            .any(|account| account.memo.as_deref() == Some("ｻｯﾎﾟﾛ倉庫"))
    );
}

async fn who_is_unknown_is_named(bench: Bench) {
    let nobody = bench.core.accounts(&CoreUserKey::new("nobody")).await;
    assert_eq!(nobody.unwrap_err(), CoreError::UnknownUser);
    for key in ["A9999999999", "not/a key", ".."] {
        let account = CoreAccountKey::new(key);
        assert_eq!(
            bench.core.pin_state(&account).await.unwrap_err(),
            CoreError::UnknownAccount,
            "{key}"
        );
        let verdict = bench.core.verify_pin(&account, &pin("1234")).await;
        assert_eq!(verdict.unwrap_err(), CoreError::UnknownAccount, "{key}");
    }
}

async fn wrong_pins_are_counted_and_the_last_one_locks(bench: Bench) {
    let account = first_account();
    for remaining_tries in [4, 3, 2, 1] {
        assert_eq!(wrong_pin(&bench).await, PinVerdict::Refused { remaining_tries });
        let state = bench.core.pin_state(&account).await.unwrap();
        assert_eq!(
            state,
            PinState {
                locked: false,
                remaining_tries
            }
        );
    }
    assert_eq!(wrong_pin(&bench).await, PinVerdict::Locked);
    assert_eq!(
        bench.core.verify_pin(&account, &pin("1234")).await.unwrap(),
        PinVerdict::Locked
    );
    assert_eq!(
        bench.core.balance(&account, &pin("1234")).await.unwrap_err(),
        CoreError::PinLocked
    );
    assert_eq!(
        bench.core.pin_state(&account).await.unwrap(),
        PinState {
            locked: true,
            remaining_tries: 0
        }
    );

    assert!(bench.simulator.unlock_pin(&account).unwrap());
    assert_eq!(
        bench.core.verify_pin(&account, &pin("1234")).await.unwrap(),
        PinVerdict::Accepted
    );
    let untouched = CoreAccountKey::new("A0000000002");
    assert_eq!(
        bench.core.pin_state(&untouched).await.unwrap(),
        PinState {
            locked: false,
            remaining_tries: 5
        }
    );
}

async fn a_right_pin_sets_the_count_back(bench: Bench) {
    wrong_pin(&bench).await;
    wrong_pin(&bench).await;
    assert_eq!(
        bench
            .core
            .verify_pin(&first_account(), &pin("1234"))
            .await
            .unwrap(),
        PinVerdict::Accepted
    );
    assert_eq!(
        wrong_pin(&bench).await,
        PinVerdict::Refused { remaining_tries: 4 }
    );
}

async fn inquiries_are_pin_checks(bench: Bench) {
    let (account, wrong, query) = (
        first_account(),
        pin("0000"),
        query("2026-11-01", "2026-11-22", 10),
    );
    let balance = bench.core.balance(&account, &wrong).await;
    assert_eq!(balance.unwrap_err(), CoreError::PinRefused { remaining_tries: 4 });
    let statement = bench.core.statement(&account, &wrong, &query).await;
    assert_eq!(
        statement.unwrap_err(),
        CoreError::PinRefused { remaining_tries: 3 }
    );
    bench.simulator.lock_pin(&account).unwrap();
    let statement = bench.core.statement(&account, &pin("1234"), &query).await;
    assert_eq!(statement.unwrap_err(), CoreError::PinLocked);
}

async fn a_pin_changed_at_the_counter_is_refused_from_then_on(bench: Bench) {
    let account = first_account();
    assert!(bench.simulator.change_pin(&account, &pin("9876")).unwrap());
    let balance = bench.core.balance(&account, &pin("1234")).await;
    assert_eq!(balance.unwrap_err(), CoreError::PinRefused { remaining_tries: 4 });
    assert!(bench.core.balance(&account, &pin("9876")).await.is_ok());
}

async fn nothing_is_done_while(bench: &Bench, faults: Faults, expected: CoreError) {
    bench.simulator.set_faults(faults).unwrap();
    let (account, wrong) = (first_account(), pin("0000"));
    assert_eq!(
        bench
            .core
            .accounts(&CoreUserKey::new("sorachi-taro"))
            .await
            .unwrap_err(),
        expected
    );
    assert_eq!(bench.core.pin_state(&account).await.unwrap_err(), expected);
    assert_eq!(
        bench.core.verify_pin(&account, &wrong).await.unwrap_err(),
        expected
    );
    assert_eq!(bench.core.balance(&account, &wrong).await.unwrap_err(), expected);
    assert!(!expected.pin_may_have_been_counted());
    bench.simulator.set_faults(Faults::default()).unwrap();
    assert_eq!(bench.core.pin_state(&account).await.unwrap().remaining_tries, 5);
}

async fn outside_its_hours_the_core_counts_nothing(bench: Bench) {
    for reopens_at in [Some(bench.clock.now().plus(Duration::from_secs(3_600))), None] {
        let faults = Faults {
            closed: Some(ClosedHours { reopens_at }),
            ..Faults::default()
        };
        nothing_is_done_while(&bench, faults, CoreError::Closed { reopens_at }).await;
    }
}

async fn out_of_order_the_core_counts_nothing(bench: Bench) {
    let reason = renkei_bank::port::Unavailability::OutOfOrder;
    let faults = Faults {
        down: true,
        ..Faults::default()
    };
    nothing_is_done_while(&bench, faults, CoreError::Unavailable { reason }).await;
}

async fn a_lost_answer_is_an_unknown_outcome_and_was_counted(bench: Bench) {
    let account = first_account();
    bench
        .simulator
        .set_faults(Faults {
            lose_pin_answers: true,
            ..Faults::default()
        })
        .unwrap();
    let lost = bench.core.verify_pin(&account, &pin("0000")).await.unwrap_err();
    assert_eq!(lost, CoreError::OutcomeUnknown);
    assert!(lost.pin_may_have_been_counted());
    assert_eq!(bench.core.pin_state(&account).await.unwrap().remaining_tries, 4);
}

async fn the_busy_day_comes_complete_whatever_the_limit(bench: Bench) {
    let mut first = None;
    for limit in [137, 1_000] {
        let rows = all_pages(&*bench.core, query("2026-10-10", "2026-10-10", limit)).await;
        assert_eq!(rows.len(), 3_000);
        assert!(rows.iter().all(|row| row.booked_on == day("2026-10-10")));
        assert!(rows.windows(2).all(|pair| pair[0].position < pair[1].position));
        assert_eq!(*first.get_or_insert_with(|| rows.clone()), rows);
    }
}

async fn rows_booked_while_the_pages_are_fetched_are_neither_lost_nor_doubled(bench: Bench) {
    // Back on the busy day itself, in the morning; each page is fetched twenty minutes later.
    bench
        .clock
        .set(day("2026-10-10").begin().plus(Duration::from_secs(8 * 3_600)));
    let mut query = query("2026-10-10", "2026-10-10", 100);
    let (mut seen, mut caught_up, mut grew_meanwhile) = (Vec::new(), false, false);
    while bench.clock.now() < day("2026-10-11").begin() {
        let page = bench
            .core
            .statement(&first_account(), &pin("1234"), &query)
            .await
            .unwrap();
        grew_meanwhile |= caught_up && !page.entries.is_empty();
        caught_up |= page.next.is_none();
        query.after = page.entries.last().map(|row| row.position).or(query.after);
        seen.extend(page.entries);
        bench
            .clock
            .set(bench.clock.now().plus(Duration::from_secs(1_200)));
    }
    assert!(
        grew_meanwhile,
        "no row came after the reader had caught up, so nothing was tested"
    );
    bench.clock.set(day("2026-10-11").begin());
    let rest = all_pages(&*bench.core, query).await;
    seen.extend(rest);
    let whole = StatementQuery { after: None, ..query };
    assert_eq!(seen, all_pages(&*bench.core, whole).await);
    assert_eq!(seen.len(), 3_000);
}

async fn incoming_transfers_are_those_rows_of_the_statement(bench: Bench) {
    let all = all_pages(&*bench.core, query("2025-10-01", "2026-11-22", 1_000)).await;
    let transfers = StatementQuery {
        kind: StatementKind::IncomingTransfers,
        ..query("2025-10-01", "2026-11-22", 333)
    };
    let transfers = all_pages(&*bench.core, transfers).await;
    let expected: Vec<_> = all.into_iter().filter(|row| row.transfer.is_some()).collect();
    assert_eq!(transfers, expected);
    assert!(transfers.len() > 3_000);
    let names: Vec<&str> = transfers
        .iter()
        .filter_map(|row| row.counterparty.as_deref())
        .collect();
    assert!(names.contains(&"髙橋建設株式会社") && names.contains(&"株式会社宮﨑商店"));
    let senders = transfers
        .iter()
        .filter_map(|row| row.transfer.as_ref())
        .map(|transfer| &transfer.sender_name);
    assert!(senders.into_iter().any(|sender| sender == "ﾀｶﾊｼｹﾝｾﾂ(ｶ"));
}

async fn limits_out_of_bounds_count_as_the_nearer_bound(bench: Bench) {
    for (limit, expected) in [(0, 1), (u32::MAX, usize::try_from(MAX_STATEMENT_LIMIT).unwrap())] {
        let query = query("2026-10-10", "2026-10-10", limit);
        let page = bench
            .core
            .statement(&first_account(), &pin("1234"), &query)
            .await
            .unwrap();
        assert_eq!(page.entries.len(), expected);
        assert_eq!(page.next, page.entries.last().map(|row| row.position));
        assert_eq!(page.history_from, day("2025-10-01"));
    }
}

async fn the_balance_is_that_of_the_last_row(bench: Bench) {
    let balance = bench.core.balance(&first_account(), &pin("1234")).await.unwrap();
    let rows = all_pages(&*bench.core, query("2026-11-01", "2026-11-22", 1_000)).await;
    assert_eq!(Some(&balance.current), rows.last().map(|row| &row.balance_after));
    assert_eq!(balance.as_of, bench.clock.now());
}
