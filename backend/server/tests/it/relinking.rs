//! A second linkage: of the same partner, which replaces the first, and of another, which does not.
//! Not here: the customer's own withdrawal (`customer_session`).

use crate::actors::{Browser, Partner, SORACHI_PINS, bank, bank_of_two_nodes};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

fn ids(accounts: &[Value]) -> BTreeSet<String> {
    accounts
        .iter()
        .map(|account| account["account_id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_earlier_permission_ends_when_the_new_code_is_redeemed_and_not_before() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let first = partner.linked("sorachi-taro", &SORACHI_PINS).await;
    let known = ids(&partner.accounts(&first.access).await);
    assert_eq!(known.len(), 4);

    bank.clock().advance(Duration::from_secs(300));
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "sorachi-taro").await;
    let view = wizard.reach_permission(&SORACHI_PINS).await;
    assert_eq!(
        view["data"]["replaces"],
        json!({ "relation": "anew", "permitted_on": "2026-11-20", "last_day": "2027-02-18" })
    );
    let returned = wizard.permit().await;
    assert_eq!(ids(&partner.accounts(&first.access).await), known, "still good");

    let second = partner.tokens(returned.code(), &attempt.verifier).await;
    partner
        .get("/v1/accounts", &first.access)
        .await
        .refused(401, "invalid_token");
    partner
        .refresh(&first.refresh)
        .await
        .oauth_error(400, "invalid_grant");
    assert_eq!(
        ids(&partner.accounts(&second.access).await),
        known,
        "ids are stable"
    );
}

#[tokio::test]
async fn of_two_linkages_redeemed_at_once_one_is_in_force() {
    let bank = bank_of_two_nodes().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "yubari-jiro");
    for _ in 0..3 {
        let (first, mut one) = partner.link(&browser).await;
        let (second, mut other) = partner.link(&browser).await;
        one.log_in(&bank, "yubari-jiro").await;
        other.log_in(&bank, "yubari-jiro").await;
        let (code, other_code) = (one.permit().await, other.permit().await);
        let (a, b) = tokio::join!(
            partner.tokens(code.code(), &first.verifier),
            partner.tokens(other_code.code(), &second.verifier),
        );
        let alive = [
            partner.get("/v1/accounts", &a.access).await.status,
            partner.get("/v1/accounts", &b.access).await.status,
        ];
        assert!(alive == [200, 401] || alive == [401, 200], "{alive:?}");
    }
}

#[tokio::test]
async fn account_ids_survive_a_new_certificate_of_the_customer() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let first = partner.linked("yubari-jiro", &[]).await;
    let known = ids(&partner.accounts(&first.access).await);

    let renewed = bank.pki().clients.client("夕張 次郎").unwrap();
    bank.write("renewed.pem", &renewed.certificate_pem).unwrap();
    let (config, pem) = (
        bank.config().display().to_string(),
        bank.path("renewed.pem").display().to_string(),
    );
    bank.renkei(&[
        "certificate",
        "bind",
        "--config",
        &config,
        "--user",
        "yubari-jiro",
        "--certificate",
        &pem,
    ])
    .await
    .unwrap();
    let browser = Browser::with(&bank, &renewed);
    let (attempt, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    let returned = wizard.permit().await;
    let second = partner.tokens(returned.code(), &attempt.verifier).await;
    assert_eq!(ids(&partner.accounts(&second.access).await), known);
}

#[tokio::test]
async fn a_second_partner_leaves_the_first_alone_and_knows_accounts_by_other_ids() {
    let bank = bank().await;
    let first = Partner::of(&bank, "kaikei");
    let first_tokens = first.linked("yubari-jiro", &[]).await;
    let second = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard) = second.link(&browser).await;
    let view = wizard.log_in(&bank, "yubari-jiro").await;
    assert_eq!(view["data"]["replaces"], json!(null));
    let returned = wizard.permit().await;
    let second_tokens = second.tokens(returned.code(), &attempt.verifier).await;

    let of_first = ids(&first.accounts(&first_tokens.access).await);
    let of_second = ids(&second.accounts(&second_tokens.access).await);
    assert_eq!((of_first.len(), of_second.len()), (3, 3));
    assert!(
        of_first.is_disjoint(&of_second),
        "no id tells two partners that it is one account"
    );
    let foreign = of_first.first().unwrap();
    second
        .get(&format!("/v1/accounts/{foreign}/balance"), &second_tokens.access)
        .await
        .refused(404, "not_found");
    first.refresh(&first_tokens.refresh).await.ok();

    second.revoke(&second_tokens.refresh).await;
    second
        .get("/v1/accounts", &second_tokens.access)
        .await
        .refused(401, "invalid_token");
    first.accounts(&first_tokens.access).await;
}

#[tokio::test]
async fn another_user_of_the_same_partner_is_left_alone_too() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let jiro = partner.linked("yubari-jiro", &[]).await;
    let taro = partner.linked("sorachi-taro", &SORACHI_PINS).await;
    assert_eq!(partner.accounts(&jiro.access).await.len(), 3);
    assert_eq!(partner.accounts(&taro.access).await.len(), 4);
    let id = partner.account_id(&jiro.access, "1230001").await;
    partner
        .get(&format!("/v1/accounts/{id}/balance"), &taro.access)
        .await
        .refused(404, "not_found");
}

#[tokio::test]
async fn the_permission_ends_with_its_last_day_in_japan() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    // 2027-02-18, 23:55 in Japan.
    let end = renkei_procedure::time::JapanDate::parse("2027-02-19")
        .unwrap()
        .begin();
    bank.clock()
        .set(renkei_procedure::time::Instant::from_unix_seconds(
            end.unix_seconds() - 300,
        ));
    let late = partner.refresh(&tokens.refresh).await.ok();
    assert_eq!(late["expires_in"], 300, "no token outlives its permission");
    assert_eq!(late["refresh_token"], json!(null));
    let access = late["access_token"].as_str().unwrap();
    bank.clock().advance(Duration::from_micros(299_999_999));
    partner.accounts(access).await;
    bank.clock().advance(Duration::from_micros(1));
    partner
        .get("/v1/accounts", access)
        .await
        .refused(401, "invalid_token");
    partner
        .refresh(&tokens.refresh)
        .await
        .oauth_error(400, "invalid_grant");
}
