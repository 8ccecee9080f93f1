//! How a procedure ends: cancelled at each step, handed over, handed over again.
//! Not here: time running out (`time_limit`).

use crate::actors::{Browser, Partner, Returned, SORACHI_PINS, Wizard, bank};
use renkei::testing::TestBank;
use serde_json::json;
use std::time::Duration;

const STEPS: [&str; 6] = [
    "certificate_login",
    "password",
    "business_selection",
    "pin_registration",
    "pin_result",
    "permission",
];

async fn advance_to(bank: &TestBank, wizard: &mut Wizard<'_>, step: &str) {
    loop {
        let view = wizard.view().await;
        let now = view["step"].as_str().unwrap();
        if now == step {
            return;
        }
        match now {
            "certificate_login" => wizard.certificate().await,
            "password" => {
                wizard
                    .password(&bank.user("sorachi-taro").unwrap().password)
                    .await
            }
            "business_selection" => wizard.businesses(&["statement"]).await,
            "pin_registration" => wizard.pins(&[("2000002", "1234")]).await,
            "pin_result" => wizard.act("confirm", json!({})).await,
            other => panic!("{other}"),
        };
    }
}

#[tokio::test]
async fn cancel_at_each_step_returns_access_denied_and_ends_the_procedure() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    for step in STEPS {
        let browser = Browser::of(&bank, "sorachi-taro");
        let (attempt, mut wizard) = partner.link(&browser).await;
        // The account of the journey before is registered by now.
        if step == "pin_result" {
            advance_to(&bank, &mut wizard, "pin_registration").await;
            wizard.pins(&[("1111111", "0000")]).await;
        } else {
            advance_to(&bank, &mut wizard, step).await;
        }
        let url = wizard.leave("cancel", json!({})).await;
        let returned = Returned::read(&url);
        assert_eq!(returned.address, "https://kaikei.example/callback");
        assert_eq!(returned.get("error"), "access_denied");
        assert_eq!(returned.get("state"), attempt.state);
        assert_eq!(returned.get("iss"), bank.issuer());
        assert!(!returned.parameters.contains_key("code"));

        // All that is left is the page that says so, with the way back; nobody is logged in any more.
        let view = wizard.view().await;
        assert_eq!(view["step"], "ended");
        assert_eq!(view["customer"], json!(null));
        assert_eq!(view["extendable"], false);
        assert_eq!(view["data"], json!({ "reason": "cancelled", "return_url": url }));
        for act in ["certificate", "extend", "cancel", "return", "confirm", "add-more"] {
            wizard.attempt(act, json!({})).await.refused(410, "linkage_ended");
        }
    }
}

#[tokio::test]
async fn after_the_permission_it_is_too_late_to_cancel() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    wizard.permit().await;
    wizard
        .attempt("cancel", json!({}))
        .await
        .refused(409, "step_mismatch");
    let again = json!({ "account_ids": [], "intent": true });
    wizard
        .attempt("permission", again)
        .await
        .refused(409, "step_mismatch");
    assert_eq!(wizard.view().await["step"], "returning");
}

#[tokio::test]
async fn the_result_is_handed_over_again_with_the_same_code_or_a_fresh_one() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "sorachi-taro").await;
    wizard.reach_permission(&SORACHI_PINS).await;
    let first = wizard.permit().await;

    bank.clock().advance(Duration::from_secs(59));
    let same = Returned::read(&wizard.leave("return", json!({})).await);
    assert_eq!(same, first);

    bank.clock().advance(Duration::from_secs(1));
    partner
        .redeem(first.code(), &attempt.verifier)
        .await
        .oauth_error(400, "invalid_grant");
    let fresh = Returned::read(&wizard.leave("return", json!({})).await);
    assert_ne!(fresh.code(), first.code());
    assert_eq!(fresh.get("state"), first.get("state"));
    partner
        .redeem(first.code(), &attempt.verifier)
        .await
        .oauth_error(400, "invalid_grant");
    bank.clock().advance(Duration::from_secs(59));
    partner.tokens(fresh.code(), &attempt.verifier).await;

    // Redeemed is over: no code any more, and no way back that would say otherwise.
    wizard
        .attempt("return", json!({}))
        .await
        .refused(410, "linkage_ended");
    let view = wizard.view().await;
    assert_eq!(view["data"]["reason"], "completed");
    assert_eq!(view["data"]["return_url"], json!(null));
}

#[tokio::test]
async fn a_permission_whose_code_never_came_is_not_in_force() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    wizard.permit().await;
    let (_, mut second) = partner.link(&browser).await;
    let view = second.log_in(&bank, "yubari-jiro").await;
    assert_eq!(view["step"], "permission");
    assert_eq!(view["data"]["replaces"], json!(null), "nothing is replaced");
}
