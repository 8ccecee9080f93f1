//! The operator's kill switch: a suspended partner stops at once at every door, and works again where it was.
//! Not here: the command's own errors (`operator`).

use crate::actors::{Browser, Partner, SORACHI_PINS, bank, bank_of_two_nodes};
use renkei::testing::TestBank;
use serde_json::json;

async fn partner_command(bank: &TestBank, command: &str, client_id: &str) {
    let config = bank.config().display().to_string();
    bank.renkei(&["partner", command, "--config", &config, client_id])
        .await
        .unwrap();
}

#[tokio::test]
async fn a_suspended_partner_stops_at_every_door_and_comes_back() {
    let bank = bank_of_two_nodes().await;
    let partner = Partner::of(&bank, "chobo");
    let tokens = partner.linked("sorachi-taro", &SORACHI_PINS).await;
    let id = partner.account_id(&tokens.access, "2222222").await;
    let browser = Browser::of(&bank, "yubari-jiro");
    let pushed = partner.begin().await;
    let (attempt, mut coded) = partner.link(&browser).await;
    coded.log_in(&bank, "yubari-jiro").await;
    let returned = coded.permit().await;
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;

    partner_command(&bank, "suspend", "chobo").await;
    for path in ["/v1/accounts".to_owned(), format!("/v1/accounts/{id}/balance")] {
        partner
            .get(&path, &tokens.access)
            .await
            .refused(401, "invalid_token");
    }
    partner
        .refresh(&tokens.refresh)
        .await
        .oauth_error(401, "invalid_client");
    partner
        .redeem(returned.code(), &attempt.verifier)
        .await
        .oauth_error(401, "invalid_client");
    partner
        .revoke(&tokens.refresh)
        .await
        .oauth_error(401, "invalid_client");
    let request = partner.request("s", &attempt.verifier);
    partner
        .post("/par", &request)
        .await
        .oauth_error(401, "invalid_client");
    browser.get(&pushed.url).await.is_page(403, "partner_suspended");

    // A procedure under way cannot go on either.
    let view = wizard.view().await;
    assert_eq!(view["step"], "ended");
    assert_eq!(view["data"]["reason"], "partner_suspended");
    let accounts = json!({ "account_ids": [], "intent": true });
    for (act, data) in [
        ("permission", accounts),
        ("certificate", json!({})),
        ("password", json!({ "password": "x" })),
        ("confirm", json!({})),
        ("return", json!({})),
    ] {
        wizard.attempt(act, data).await.refused(403, "partner_suspended");
    }
    coded
        .attempt("return", json!({}))
        .await
        .refused(403, "partner_suspended");

    partner_command(&bank, "resume", "chobo").await;
    partner.accounts(&tokens.access).await;
    partner.refresh(&tokens.refresh).await.ok();
    assert_eq!(wizard.view().await["step"], "permission");
    wizard.permit().await;
    // The request that came in vain is still there.
    browser.arrive(&pushed.url).await;
}

#[tokio::test]
async fn a_customer_may_always_leave_a_suspended_partners_procedure() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    partner_command(&bank, "suspend", "chobo").await;
    let url = wizard.leave("cancel", json!({})).await;
    assert!(url.contains("error=access_denied"));
}

#[tokio::test]
async fn another_partner_goes_on() {
    let bank = bank().await;
    let (one, other) = (Partner::of(&bank, "kaikei"), Partner::of(&bank, "chobo"));
    let tokens = one.linked("yubari-jiro", &[]).await;
    partner_command(&bank, "suspend", other.id()).await;
    one.accounts(&tokens.access).await;
    one.refresh(&tokens.refresh).await.ok();
}

#[tokio::test]
async fn a_user_who_loses_the_right_to_link_permits_nothing_more() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let given = partner.linked("yubari-jiro", &[]).await;
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;

    let users = std::fs::read_to_string(bank.path("users.toml")).unwrap();
    bank.write(
        "users.toml",
        &users.replace("may_link = true", "may_link = false"),
    )
    .unwrap();
    let (config, file) = (
        bank.config().display().to_string(),
        bank.path("users.toml").display().to_string(),
    );
    bank.renkei(&["user", "add", "--config", &config, &file])
        .await
        .unwrap();
    let view = wizard.view().await;
    let accounts = view["data"]["accounts"].as_array().unwrap();
    let data = json!({ "account_ids": [accounts[0]["account_id"]], "intent": true });
    wizard
        .attempt("permission", data)
        .await
        .refused(403, "linking_not_allowed");
    // What was permitted before stays, and the way out is open.
    partner.accounts(&given.access).await;
    wizard.leave("cancel", json!({})).await;
}
