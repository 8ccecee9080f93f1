//! RFC 9126, pushed authorization requests, as FAPI 2.0 Security Profile section 5.3.2.2 has them.
//!
//! | clause | test |
//! |---|---|
//! | RFC 9126, 2.1: parameters in a form, client authenticated; `request_uri` refused | `what_is_wrong_with_the_request_is_said_at_once`, `every_client_may_push_at_both_listeners` |
//! | 2.2: 201, `request_uri` and `expires_in`, not cached, not guessable, bound to the client | `a_pushed_request_is_named_by_a_secret`, `it_is_its_clients_alone` |
//! | 2.3: errors in JSON | `what_is_wrong_with_the_request_is_said_at_once` |
//! | 3: request objects | `rfc9101_jar` |
//! | 4: only `client_id` and `request_uri` count at the authorization endpoint | `it_is_its_clients_alone` |
//! | 7.3 (FAPI 5.3.2.2, 8: lifetime below 600 s) | `it_waits_ninety_seconds_for_the_customer_and_the_linkage_carries_it_from_then_on` |
//! | FAPI 5.3.2.2: consumed by the customer's decision, not by the first view | `it_is_consumed_when_the_customer_permits_or_denies`, `of_two_browsers_one_answers`, `of_decisions_at_once_one_counts` |
//! | reloading | `whoever_loads_the_address_anew_goes_on_where_the_linkage_stands`, `no_more_linkages_begin_than_anybody_needs` |
//!
//! Not here: client authentication (`rfc7523_private_key_jwt`, `rfc8705_mtls`), DPoP proofs (`rfc9449_dpop`).

use crate::actors::{Answer, Browser, Partner, Wizard, act_id, bank, bank_of_two_nodes, random_text};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_pushed_request_is_named_by_a_secret() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let pushed = partner.post("/par", &partner.request("s", &random_text())).await;
    assert_eq!(pushed.status, 201);
    assert_eq!(pushed.header("cache-control"), Some("no-store"));
    let answer = pushed.json();
    assert_eq!(answer["expires_in"], 90);
    let uri = answer["request_uri"].as_str().unwrap();
    let reference = uri.strip_prefix("urn:ietf:params:oauth:request_uri:").unwrap();
    assert_eq!(reference.len(), 43, "256 bits");
}

#[tokio::test]
async fn whoever_loads_the_address_anew_goes_on_where_the_linkage_stands() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    assert_eq!(browser.arrive(&attempt.url).await.id, wizard.id);
    wizard.log_in(&bank, "yubari-jiro").await;
    // The cookie is another one since the login.
    let again = browser.get(&attempt.url).await;
    assert!(again.location().ends_with(&wizard.id) && again.set_cookies().is_empty());
    wizard.businesses(&["balance"]).await;
    // Another browser has seen nothing of this and begins its own.
    let other = Browser::showing(&bank, None);
    let elsewhere = other.arrive(&attempt.url).await;
    assert_ne!(elsewhere.id, wizard.id);
    assert_eq!(other.arrive(&attempt.url).await.id, elsewhere.id);
    // A cookie that was taken before the login leads nowhere but to the other's own linkage.
    assert_eq!(elsewhere.look().await.ok()["step"], "certificate_login");

    // The address dies after 90 seconds; the linkage that it began does not.
    bank.clock().advance(Duration::from_secs(91));
    assert_eq!(browser.arrive(&attempt.url).await.id, wizard.id);
    assert_eq!(wizard.view().await["step"], "permission");
    let third = Browser::showing(&bank, None).get(&attempt.url).await;
    third.is_page(400, "authorization_request_invalid");
    wizard.permit().await;
    assert_eq!(
        browser.arrive(&attempt.url).await.id,
        wizard.id,
        "the way on is not lost"
    );
    // Not even its own client's name opens it to another client.
    let other_client = attempt.url.replace("kaikei", "chobo");
    let answer = browser.get(&other_client).await;
    answer.is_page(400, "authorization_request_invalid");
    // What is over is not gone back to.
    bank.clock().advance(Duration::from_mins(10));
    let late = browser.get(&attempt.url).await;
    late.is_page(400, "authorization_request_invalid");
}

#[tokio::test]
async fn it_is_consumed_when_the_customer_permits_or_denies() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let stranger = Browser::showing(&bank, None);

    let browser = Browser::of(&bank, "yubari-jiro");
    let (permitted, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    wizard.businesses(&["balance"]).await;
    stranger.arrive(&permitted.url).await;
    let returned = wizard.permit().await;
    let (cancelled, mut wizard) = partner.link(&browser).await;
    wizard.leave("cancel", json!({})).await;
    for attempt in [&permitted, &cancelled] {
        let answer = Browser::showing(&bank, None).get(&attempt.url).await;
        answer.is_page(400, "authorization_request_invalid");
    }
    let answer = browser.get(&cancelled.url).await;
    answer.is_page(400, "authorization_request_invalid");
    partner.tokens(returned.code(), &permitted.verifier).await;

    // Time that runs out is no answer: the customer may begin again while the request lasts.
    let (attempt, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    assert_eq!(browser.arrive(&attempt.url).await.id, wizard.id);
}

async fn at_permission<'b>(
    bank: &renkei::testing::TestBank,
    browser: &'b Browser,
    url: &str,
    login_name: &str,
) -> Wizard<'b> {
    let mut wizard = browser.arrive(url).await;
    wizard.log_in(bank, login_name).await;
    wizard.businesses(&["balance"]).await;
    let view = wizard.view().await;
    if view["step"] != "permission" {
        wizard.act("confirm", json!({})).await;
        wizard.view().await;
    }
    wizard
}

fn everything(view: &serde_json::Value) -> serde_json::Value {
    let ids: Vec<_> = view["data"]["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["account_id"].clone())
        .collect();
    json!({ "account_ids": ids, "intent": true })
}

#[tokio::test]
async fn of_two_browsers_one_answers() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let attempt = partner.begin().await;
    let (first, second, third) = (
        Browser::of(&bank, "yubari-jiro"),
        Browser::of(&bank, "sorachi-taro"),
        Browser::showing(&bank, None),
    );
    let mut winner = at_permission(&bank, &first, &attempt.url, "yubari-jiro").await;
    let mut late = at_permission(&bank, &second, &attempt.url, "sorachi-taro").await;
    let undecided = third.arrive(&attempt.url).await;
    let returned = winner.permit().await;

    let view = late.view().await;
    let id = act_id();
    let refused = late.attempt_as("permission", &id, &everything(&view)).await;
    refused.refused(409, "request_answered");
    let back = refused.json()["return_url"].as_str().unwrap().to_owned();
    assert!(back.starts_with("https://kaikei.example/callback?error=access_denied&"));
    let again = late.attempt_as("permission", &id, &everything(&view)).await;
    assert_eq!(again.comparable(), refused.comparable());
    for wizard in [&late, &undecided] {
        let cancelled = wizard.attempt("cancel", json!({})).await;
        cancelled.refused(409, "request_answered");
        assert_eq!(cancelled.json()["return_url"], back.as_str());
    }
    // Nothing has come of it, and the one answer is good.
    let user = bank.store().users().find_by_login_name("sorachi-taro").await;
    let user = user.unwrap().unwrap().id;
    let partner_id = renkei_procedure::identity::PartnerId::new("kaikei");
    partner.tokens(returned.code(), &attempt.verifier).await;
    let now = bank.clock().now();
    let found = bank.store().grants().in_force(user, &partner_id, now).await;
    assert_eq!(found.unwrap(), None);
}

#[tokio::test]
async fn of_decisions_at_once_one_counts() {
    let bank = bank_of_two_nodes().await;
    let partner = Partner::of(&bank, "kaikei");
    let attempt = partner.begin().await;
    let browsers: Vec<Browser> = (0..4).map(|_| Browser::of(&bank, "yubari-jiro")).collect();
    let mut wizards = Vec::new();
    for browser in &browsers {
        wizards.push(at_permission(&bank, browser, &attempt.url, "yubari-jiro").await);
    }
    let view = wizards[0].view().await;
    let data = everything(&view);
    let decisions = wizards.iter().enumerate().map(|(place, wizard)| {
        let (act, data) = if place % 2 == 0 {
            ("permission", data.clone())
        } else {
            ("cancel", json!({}))
        };
        wizard.attempt(act, data)
    });
    let answers: Vec<Answer> = futures_util::future::join_all(decisions).await;
    let counted = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(counted, 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.refused(409, "request_answered");
    }
}

#[tokio::test]
async fn no_more_linkages_begin_than_anybody_needs() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let attempt = partner.begin().await;
    let browser = Browser::showing(&bank, None);
    let wizard = browser.arrive(&attempt.url).await;
    for _ in 1..32 {
        let answer = Browser::showing(&bank, None).get(&attempt.url).await;
        assert_eq!(answer.status, 303);
    }
    let answer = Browser::showing(&bank, None).get(&attempt.url).await;
    answer.is_page(429, "too_many_requests");
    assert!(answer.set_cookies().is_empty());
    assert_eq!(browser.arrive(&attempt.url).await.id, wizard.id);
    // Of one request and no other.
    let other = partner.begin().await;
    Browser::showing(&bank, None).arrive(&other.url).await;
}

#[tokio::test]
async fn it_waits_ninety_seconds_for_the_customer_and_the_linkage_carries_it_from_then_on() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (late, in_time) = (partner.begin().await, partner.begin().await);
    bank.clock().advance(Duration::from_micros(89_999_999));
    let mut wizard = browser.arrive(&in_time.url).await;
    bank.clock().advance(Duration::from_micros(1));
    browser
        .get(&late.url)
        .await
        .is_page(400, "authorization_request_invalid");
    bank.clock().advance(Duration::from_secs(400));
    wizard.log_in(&bank, "yubari-jiro").await;
    wizard.businesses(&["balance"]).await;
    let returned = wizard.permit().await;
    partner.tokens(returned.code(), &in_time.verifier).await;
}

#[tokio::test]
async fn it_is_its_clients_alone() {
    let bank = bank().await;
    let (partner, other) = (Partner::of(&bank, "kaikei"), Partner::of(&bank, "chobo"));
    let browser = Browser::showing(&bank, None);
    let pushed = partner
        .post("/par", &partner.request("s", &random_text()))
        .await
        .json();
    let uri = pushed["request_uri"].as_str().unwrap();
    for url in [
        other.authorization_url(uri),
        partner.authorization_url(&uri.replace("urn:ietf", "URN:IETF")),
        partner.authorization_url("urn:ietf:params:oauth:request_uri:"),
        partner.authorization_url(&format!("urn:ietf:params:oauth:request_uri:{}", random_text())),
        partner.authorization_url("https://evil.example/request.jwt"),
        format!("{}/authorize?request_uri={uri}", bank.issuer()),
        format!("{}&request_uri={uri}", partner.authorization_url(uri)),
    ] {
        browser
            .get(&url)
            .await
            .is_page(400, "authorization_request_invalid");
    }
    // In vain elsewhere, it is still good for its client; and the query's other parameters change nothing.
    let url = format!(
        "{}&redirect_uri=https%3A%2F%2Fevil.example&scope=nonsense",
        partner.authorization_url(uri)
    );
    let mut wizard = browser.arrive(&url).await;
    let cancelled = wizard.leave("cancel", serde_json::json!({})).await;
    assert!(
        cancelled.starts_with("https://kaikei.example/callback?"),
        "{cancelled}"
    );
}

#[tokio::test]
async fn what_is_wrong_with_the_request_is_said_at_once() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let good = partner.request("s", &random_text());
    let with = |name: &str, value: &str| {
        let mut changed: Vec<_> = good.iter().filter(|(known, _)| known != name).cloned().collect();
        changed.push((name.to_owned(), value.to_owned()));
        changed
    };
    for (request, error) in [
        (
            with("redirect_uri", "https://evil.example/callback"),
            "invalid_request",
        ),
        (with("redirect_uri", ""), "invalid_request"),
        (with("response_type", "token"), "unsupported_response_type"),
        (with("scope", "payments"), "invalid_scope"),
        (with("scope", "accounts"), "invalid_scope"),
        (
            with("request_uri", "urn:ietf:params:oauth:request_uri:x"),
            "invalid_request",
        ),
        (with("request", "e30.e30."), "invalid_request_object"),
        (with("client_id", "chobo"), "invalid_request"),
        (with("state", "s\u{e9}"), "invalid_request"),
    ] {
        partner.post("/par", &request).await.oauth_error(400, error);
    }
}

#[tokio::test]
async fn every_client_may_push_at_both_listeners() {
    let bank = bank().await;
    let browser = Browser::showing(&bank, None);
    for partner in [
        Partner::of(&bank, "kaikei"),
        Partner::of(&bank, "kaikei").at_the_browser_listener(),
        Partner::of(&bank, "chobo"),
        Partner::of(&bank, "kihon"),
    ] {
        let pushed = partner.post("/par", &partner.request("s", &random_text())).await;
        assert_eq!(pushed.status, 201, "{} {}", partner.base, pushed.text());
        let uri = pushed.json()["request_uri"].as_str().unwrap().to_owned();
        browser.arrive(&partner.authorization_url(&uri)).await;
    }
}
