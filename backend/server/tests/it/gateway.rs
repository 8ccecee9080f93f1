//! The journey with the core behind the gateway: the HTTP adapter in the place of the simulator.
//! Not here: the contract in depth (`renkei-bank`).

use crate::actors::{Browser, Partner, bank, row};
use renkei::testing::{Adapter, Options, TestBank};
use renkei_bank::simulator::{ClosedHours, Faults};
use serde_json::json;

#[tokio::test]
async fn the_journey_is_the_same_over_the_gateway() {
    let options = Options {
        adapter: Adapter::Gateway,
        ..Options::default()
    };
    let bank = TestBank::start_with(options).await.unwrap();
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner.link(&browser).await;

    wizard.certificate().await;
    let password = json!({ "password": bank.user("sorachi-taro").unwrap().password });
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
        wizard
            .attempt("password", password.clone())
            .await
            .refused(503, code);
    }
    bank.simulator().set_faults(Faults::default()).unwrap();
    wizard.act("password", password).await;
    wizard.businesses(&["balance", "statement", "transfers"]).await;
    let view = wizard
        .pins(&[("2000002", "1234"), ("1111111", "9999"), ("1000314", "4567")])
        .await;
    assert_eq!(row(&view, "2000002")["status"], "registered_now");
    assert_eq!(row(&view, "1111111")["remaining_tries"], 4);
    wizard.act("confirm", json!({})).await;
    let returned = wizard.permit().await;
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;

    let id = partner.account_id(&tokens.access, "2000002").await;
    partner
        .get(&format!("/v1/accounts/{id}/balance"), &tokens.access)
        .await
        .ok();
    let description = bank.simulator().describe().unwrap();
    let day = description["busy_day"]["date"].as_str().unwrap();
    let mut next = format!("/v1/accounts/{id}/statement?from={day}&to={day}&limit=1000");
    let mut rows = 0;
    loop {
        let page = partner.get(&next, &tokens.access).await.ok();
        rows += page["entries"].as_array().unwrap().len();
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        next = format!("/v1/accounts/{id}/statement?limit=1000&cursor={cursor}");
    }
    assert_eq!(rows, 3_000);
}

#[tokio::test]
async fn both_adapters_answer_a_statement_alike() {
    let mut answers = Vec::new();
    for over_gateway in [false, true] {
        let bank = if over_gateway {
            let options = Options {
                adapter: Adapter::Gateway,
                ..Options::default()
            };
            TestBank::start_with(options).await.unwrap()
        } else {
            bank().await
        };
        let partner = Partner::of(&bank, "chobo");
        let tokens = partner.linked("yubari-jiro", &[]).await;
        let id = partner.account_id(&tokens.access, "1230001").await;
        let mut page = partner
            .get(
                &format!("/v1/accounts/{id}/statement?from=2026-09-01&to=2026-11-20&limit=1000"),
                &tokens.access,
            )
            .await
            .ok();
        page["account_id"].take();
        assert!(page["entries"].as_array().unwrap().len() > 20);
        let balance = partner
            .get(&format!("/v1/accounts/{id}/balance"), &tokens.access)
            .await
            .ok();
        answers.push((page, balance["current"].clone(), balance["available"].clone()));
    }
    assert_eq!(answers[0], answers[1]);
}
