//! 照会用暗証番号: each row is checked with the core on its own, tries are the core's, what passed stays.
//! Not here: one act sent twice (`act_replay`), and what a partner's calls do with a PIN (`pin_gate`).

use crate::actors::{Browser, Partner, SORACHI_PINS, act_id, bank, row};
use renkei::testing::TestBank;
use renkei_bank::port::CoreBanking as _;
use renkei_bank::simulator::{ClosedHours, Faults};
use renkei_procedure::identity::CoreAccountKey;
use renkei_shared::vocabulary::AccountType;
use serde_json::{Value, json};

fn account(bank: &TestBank, branch: &str, number: &str) -> CoreAccountKey {
    bank.simulator()
        .find_account(branch, AccountType::Ordinary, number)
        .unwrap()
}

async fn remaining_tries(bank: &TestBank, branch: &str, number: &str) -> u32 {
    let key = account(bank, branch, number);
    bank.simulator().pin_state(&key).await.unwrap().remaining_tries
}

#[tokio::test]
async fn a_malformed_pin_is_named_and_no_row_is_tried() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    let view = wizard.log_in(&bank, "sorachi-taro").await;
    let (good, bad) = (
        row(&view, "2000002")["account_id"].clone(),
        row(&view, "1111111")["account_id"].clone(),
    );
    for pin in [
        "",
        "123",
        "12345",
        "12a4",
        "12 34",
        " ",
        "12.4",
        "-123",
        "１２３",
        "一二三四",
        "١٢٣٤",
        "12\u{0}4",
        "12\n34",
        "12345678901234567890",
    ] {
        let data =
            json!({ "pins": [{ "account_id": good, "pin": "0000" }, { "account_id": bad, "pin": pin }] });
        let answer = wizard.attempt("inquiry-pins", data).await;
        answer.refused(422, "pin_malformed");
        let fields = answer.json()["fields"].clone();
        assert_eq!(fields.as_array().unwrap().len(), 1);
        assert_eq!(fields[0]["field"], bad, "{pin:?}");
    }
    assert_eq!(
        remaining_tries(&bank, "001", "2000002").await,
        5,
        "not even the well-formed one"
    );
    assert_eq!(wizard.view().await["step"], "pin_registration");
}

#[tokio::test]
async fn rows_that_cannot_be_sent_are_refused_before_the_core_is_asked() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let jiro = Browser::of(&bank, "yubari-jiro");
    let (_, mut other) = partner.link(&jiro).await;
    let foreign = row(&other.log_in(&bank, "yubari-jiro").await, "1230001")["account_id"].clone();

    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    let view = wizard.log_in(&bank, "sorachi-taro").await;
    let id = |number: &str| row(&view, number)["account_id"].clone();
    let entry = |account: Value| json!({ "account_id": account, "pin": "0000" });
    for (rows, code) in [
        (vec![], "account_required"),
        (vec![entry(foreign)], "account_not_selectable"),
        (vec![entry(id("2222222"))], "account_not_selectable"),
        (
            vec![entry(id("2000002")), entry(id("2000002"))],
            "account_not_selectable",
        ),
        (
            vec![
                entry(id("2000002")),
                entry(json!("00000000-0000-4000-8000-000000000000")),
            ],
            "account_not_selectable",
        ),
        (
            vec![entry(id("2000002")), entry(json!("2000002"))],
            "account_not_selectable",
        ),
    ] {
        wizard
            .attempt("inquiry-pins", json!({ "pins": rows }))
            .await
            .refused(422, code);
    }
    assert_eq!(remaining_tries(&bank, "001", "2000002").await, 5);
}

#[tokio::test]
async fn the_core_locks_one_account_and_the_others_go_on() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "sorachi-taro").await;
    for remaining in [4, 3, 2, 1] {
        let view = wizard.pins(&[("2000002", "0000")]).await;
        assert_eq!(row(&view, "2000002")["remaining_tries"], remaining);
        assert_eq!(row(&view, "2000002")["pin_locked"], false);
        wizard.act("add-more", json!({})).await;
    }
    let view = wizard.pins(&[("2000002", "0000"), ("1111111", "2345")]).await;
    let locked = row(&view, "2000002");
    assert_eq!(locked["pin_locked"], true);
    assert_eq!(locked["problem"]["code"], "pin_locked");
    assert_eq!(row(&view, "1111111")["status"], "registered_now");
    wizard.act("add-more", json!({})).await;
    let view = wizard.pins(&[("2000002", "1234")]).await;
    assert_eq!(
        row(&view, "2000002")["problem"]["code"],
        "pin_locked",
        "the right one, too"
    );

    assert!(
        bank.simulator()
            .unlock_pin(&account(&bank, "001", "2000002"))
            .unwrap()
    );
    let view = wizard.act("add-more", json!({})).await;
    assert_eq!(
        row(&view, "2000002")["pin_locked"],
        false,
        "the row takes a PIN again"
    );
    assert_eq!(row(&view, "2000002")["problem"], json!(null));
    let view = wizard.pins(&[("2000002", "1234")]).await;
    assert_eq!(row(&view, "2000002")["status"], "registered_now");
    assert_eq!(row(&view, "2000002")["pin_locked"], false);
}

/// A linkage in which both wrong PINs are spent: the first account locks, the second has three tries left.
async fn spend_tries(bank: &TestBank, partner: &Partner<'_>, browser: &Browser) {
    let (_, mut wizard) = partner.link(browser).await;
    wizard.log_in(bank, "sorachi-taro").await;
    for _ in 0..2 {
        wizard.pins(&[("2000002", "0000"), ("1111111", "0000")]).await;
        wizard.act("add-more", json!({})).await;
    }
    for _ in 0..3 {
        wizard.pins(&[("2000002", "0000")]).await;
        wizard.act("add-more", json!({})).await;
    }
    wizard.leave("cancel", json!({})).await;
}

#[tokio::test]
async fn a_lock_and_the_tries_left_are_known_to_the_next_linkage() {
    let bank = bank().await;
    let browser = Browser::of(&bank, "sorachi-taro");
    spend_tries(&bank, &Partner::of(&bank, "chobo"), &browser).await;

    // Of another partner, where the businesses are chosen first.
    let partner = Partner::of(&bank, "kaikei");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "sorachi-taro").await;
    let view = wizard.businesses(&["balance"]).await;
    for view in [view, wizard.view().await] {
        let (locked, tried, fresh) = (
            row(&view, "2000002"),
            row(&view, "1111111"),
            row(&view, "1000314"),
        );
        assert_eq!(locked["pin_locked"], true);
        assert_eq!(locked["remaining_tries"], json!(null));
        assert_eq!(
            (&tried["pin_locked"], &tried["remaining_tries"]),
            (&json!(false), &json!(3))
        );
        assert_eq!(
            (&fresh["pin_locked"], &fresh["remaining_tries"]),
            (&json!(false), &json!(5))
        );
        for row in [locked, tried, fresh] {
            assert_eq!(row["problem"], json!(null), "nothing was tried in this linkage");
        }
    }
    assert_eq!(
        remaining_tries(&bank, "202", "1111111").await,
        3,
        "asking spends no try"
    );

    // Unlocked while the customer is on the way: the next time the page begins, the row takes a PIN again.
    wizard.pins(&[("1000314", "4567")]).await;
    let key = account(&bank, "001", "2000002");
    assert!(bank.simulator().unlock_pin(&key).unwrap());
    let view = wizard.act("add-more", json!({})).await;
    assert_eq!(row(&view, "2000002")["pin_locked"], false);
    assert_eq!(row(&view, "2000002")["remaining_tries"], 5);
}

#[tokio::test]
async fn a_core_that_does_not_say_where_pins_stand_keeps_nobody_waiting() {
    let bank = bank().await;
    let browser = Browser::of(&bank, "sorachi-taro");
    spend_tries(&bank, &Partner::of(&bank, "chobo"), &browser).await;
    let partner = Partner::of(&bank, "kaikei");
    let down = Faults {
        down: true,
        ..Faults::default()
    };
    let slow = Faults {
        delay_milliseconds: 60_000,
        ..Faults::default()
    };
    for faults in [down, slow] {
        let (_, mut wizard) = partner.link(&browser).await;
        wizard.log_in(&bank, "sorachi-taro").await;
        bank.simulator().set_faults(faults).unwrap();
        let began = std::time::Instant::now();
        let view = wizard.businesses(&["balance"]).await;
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
        assert_eq!(view["step"], "pin_registration");
        assert_eq!(row(&view, "2000002")["pin_locked"], false);
        assert_eq!(row(&view, "1111111")["remaining_tries"], json!(null));
        bank.simulator().set_faults(Faults::default()).unwrap();
        // The check itself says it.
        let view = wizard.pins(&[("2000002", "1234")]).await;
        assert_eq!(row(&view, "2000002")["problem"]["code"], "pin_locked");
    }
}

#[tokio::test]
async fn what_is_registered_stays_whatever_becomes_of_the_procedure() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "sorachi-taro").await;
    wizard.pins(&[("2000002", "1234")]).await;
    wizard.leave("cancel", json!({})).await;
    let (_, mut next) = partner.link(&browser).await;
    let view = next.log_in(&bank, "sorachi-taro").await;
    assert_eq!(
        row(&view, "2000002")["status"],
        "registered",
        "registered, and not in this procedure"
    );
}

#[tokio::test]
async fn a_core_that_fails_is_explained_row_by_row_and_spends_nothing() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "sorachi-taro").await;
    let down = Faults {
        down: true,
        ..Faults::default()
    };
    let closed = Faults {
        closed: Some(ClosedHours { reopens_at: None }),
        ..Faults::default()
    };
    for (faults, code) in [(down, "core_unavailable"), (closed, "core_closed")] {
        bank.simulator().set_faults(faults).unwrap();
        let view = wizard.pins(&SORACHI_PINS[..2]).await;
        for number in ["2000002", "1111111"] {
            assert_eq!(row(&view, number)["problem"]["code"], code);
            assert_eq!(row(&view, number)["remaining_tries"], json!(null));
        }
        wizard.act("add-more", json!({})).await;
    }
    bank.simulator().set_faults(Faults::default()).unwrap();
    assert_eq!(remaining_tries(&bank, "001", "2000002").await, 5);
    let view = wizard.pins(&SORACHI_PINS[..2]).await;
    assert_eq!(row(&view, "1111111")["status"], "registered_now");
}

#[tokio::test]
async fn a_lost_answer_of_the_core_is_said_and_never_asked_again_by_itself() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    let view = wizard.log_in(&bank, "sorachi-taro").await;
    let lossy = Faults {
        lose_pin_answers: true,
        ..Faults::default()
    };
    bank.simulator().set_faults(lossy).unwrap();
    let id = act_id();
    let data = json!({ "pins": [{ "account_id": row(&view, "2000002")["account_id"], "pin": "0000" }] });
    for _ in 0..3 {
        let view = wizard.attempt_as("inquiry-pins", &id, &data).await.ok();
        assert_eq!(row(&view, "2000002")["problem"]["code"], "pin_outcome_unknown");
        assert_eq!(row(&view, "2000002")["status"], "unregistered");
    }
    bank.simulator().set_faults(Faults::default()).unwrap();
    assert_eq!(remaining_tries(&bank, "001", "2000002").await, 4, "once");
}

#[tokio::test]
async fn three_hundred_pins_go_in_one_submission() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "hokkai-hanako");
    let (attempt, mut wizard) = partner.link(&browser).await;
    let view = wizard.log_in(&bank, "hokkai-hanako").await;
    let rows = view["data"]["accounts"].as_array().unwrap();
    let pins: Vec<Value> = rows
        .iter()
        .map(|row| json!({ "account_id": row["account_id"], "pin": row["account_number"].as_str().unwrap()[3..] }))
        .collect();
    let view = wizard.act("inquiry-pins", json!({ "pins": pins })).await;
    assert_eq!(view["data"]["can_add_more"], false);
    wizard.act("confirm", json!({})).await;
    let returned = wizard.permit().await;
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    let accounts = partner.accounts(&tokens.access).await;
    assert_eq!(accounts.len(), 300);
    assert!(accounts.iter().all(|account| account["status"] == "available"));
}
