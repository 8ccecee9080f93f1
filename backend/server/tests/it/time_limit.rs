//! Ten minutes, each extension the full time again, three hours in all.
//! Not here: lifetimes of codes and tokens (`oauth`).

use crate::actors::{Browser, Partner, Returned, SORACHI_PINS, bank, pins_of, row, wrong_pin_counted};
use renkei_bank::simulator::Faults;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn when_the_time_is_up_every_act_says_so_and_the_page_leads_back() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    let view = wizard.log_in(&bank, "sorachi-taro").await;
    let account = row(&view, "2000002")["account_id"].clone();
    wizard.pins(&[("2000002", "1234")]).await;
    bank.clock().advance(Duration::from_micros(599_999_999));
    assert_eq!(wizard.view().await["step"], "pin_result");
    assert_eq!(wizard.view().await["remaining_seconds"], 0);

    bank.clock().advance(Duration::from_micros(1));
    let view = wizard.view().await;
    assert_eq!(view["step"], "ended");
    assert_eq!(view["data"]["reason"], "timed_out");
    assert_eq!(view["extendable"], false);
    assert_eq!(
        view["customer"],
        json!(null),
        "who was logged in is nobody's business now"
    );
    let back = Returned::read(view["data"]["return_url"].as_str().unwrap());
    assert_eq!(back.get("error"), "access_denied");
    assert_eq!(back.get("state"), attempt.state);
    for (act, data) in [
        ("certificate", json!({})),
        ("password", json!({ "password": "kotoba-sorachi-taro-2026" })),
        (
            "inquiry-pins",
            json!({ "pins": [{ "account_id": account, "pin": "1234" }] }),
        ),
        ("confirm", json!({})),
        ("add-more", json!({})),
        ("permission", json!({ "account_ids": [account], "intent": true })),
        ("return", json!({})),
        ("cancel", json!({})),
        ("extend", json!({})),
    ] {
        wizard.attempt(act, data).await.refused(410, "deadline_passed");
    }

    // What was registered in time stays registered.
    let (_, mut next) = partner.link(&browser).await;
    let view = next.log_in(&bank, "sorachi-taro").await;
    assert_eq!(row(&view, "2000002")["status"], "registered");
}

#[tokio::test]
async fn each_extension_gives_the_full_time_again_until_three_hours_are_over() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    let mut extensions = 0;
    loop {
        bank.clock().advance(Duration::from_secs(590));
        let view = wizard.view().await;
        assert_eq!(view["remaining_seconds"], 10);
        if view["extendable"] == false {
            break;
        }
        let view = wizard.act("extend", json!({})).await;
        extensions += 1;
        let full = view["remaining_seconds"].as_u64().unwrap();
        assert!(full == 600 || view["extendable"] == false, "{view}");
        if full < 600 {
            bank.clock().advance(Duration::from_secs(full - 10));
            break;
        }
    }
    assert!(extensions >= 10, "{extensions}");
    wizard
        .attempt("extend", json!({}))
        .await
        .refused(422, "extension_exhausted");
    assert_eq!(wizard.view().await["step"], "certificate_login");
    assert_eq!(
        wizard.view().await["expires_at"],
        "2026-11-20T13:00:00+09:00",
        "three hours after arrival"
    );
    bank.clock().advance(Duration::from_secs(10));
    assert_eq!(wizard.view().await["data"]["reason"], "timed_out");
}

#[tokio::test]
async fn a_code_may_still_be_redeemed_when_the_procedures_time_is_up() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "sorachi-taro").await;
    wizard.reach_permission(&SORACHI_PINS).await;
    bank.clock().advance(Duration::from_secs(590));
    let returned = wizard.permit().await;
    bank.clock().advance(Duration::from_secs(20));
    wizard
        .attempt("return", json!({}))
        .await
        .refused(410, "deadline_passed");
    partner.tokens(returned.code(), &attempt.verifier).await;
    assert_eq!(wizard.view().await["data"]["reason"], "completed");
}

#[tokio::test]
async fn the_time_for_which_the_core_keeps_the_customer_waiting_does_not_count() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "sorachi-taro").await;
    bank.clock().advance(Duration::from_secs(500));
    let slow = Faults {
        delay_milliseconds: 1_500,
        ..Faults::default()
    };
    bank.simulator().set_faults(slow).unwrap();
    let view = wizard.view().await;
    let rows = [("2000002", "1234"), ("1111111", "0000")];
    let (view, ()) = tokio::join!(wizard.act("inquiry-pins", pins_of(&view, &rows)), async {
        wrong_pin_counted(&bank).await;
        bank.clock().advance(Duration::from_secs(90));
    });
    assert_eq!(row(&view, "2000002")["status"], "registered_now");
    assert_eq!(view["remaining_seconds"], 100, "as many as before");
}
