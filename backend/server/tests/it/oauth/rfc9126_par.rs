//! RFC 9126: pushed authorization requests.
//! Not here: client authentication (`rfc7523_private_key_jwt`, `rfc8705_mtls`).

use crate::actors::{Browser, Partner, bank, random_text};
use std::time::Duration;

#[tokio::test]
async fn a_pushed_request_is_named_by_a_secret_that_works_once() {
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

    let browser = Browser::of(&bank, "yubari-jiro");
    browser.arrive(&partner.authorization_url(uri)).await;
    let again = browser.get(&partner.authorization_url(uri)).await;
    again.is_page(400, "authorization_request_invalid");
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
        (with("request", "e30.e30."), "request_not_supported"),
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

#[tokio::test]
async fn of_arrivals_at_once_one_gets_the_request() {
    let bank = crate::actors::bank_of_two_nodes().await;
    let partner = Partner::of(&bank, "kaikei");
    let attempt = partner.begin().await;
    let browser = Browser::showing(&bank, None);
    let answers = futures_util::future::join_all((0..8).map(|_| browser.get(&attempt.url))).await;
    let arrived = answers.iter().filter(|answer| answer.status == 303).count();
    assert_eq!(arrived, 1);
    for answer in answers.iter().filter(|answer| answer.status != 303) {
        answer.is_page(400, "authorization_request_invalid");
    }
}
