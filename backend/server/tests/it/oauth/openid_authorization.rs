//! OpenID Connect Core 1.0 at the authorization endpoint: what a request wants of the login.
//!
//! | clause | test |
//! |---|---|
//! | 3.1.2.1: GET and POST | `rfc6749_authorization` |
//! | 3.1.2.1 `prompt`: `none` cannot be met; unknown values and `none` beside others are refused | `prompt_none_asks_for_what_no_linkage_can_do` |
//! | 3.1.2.1 `max_age`, `auth_time` | `the_grant_remembers_when_and_how_the_customer_logged_in` |
//! | 3.1.2.1 `ui_locales` | `the_pages_begin_in_the_language_that_the_partner_asks_for` |
//! | 3.1.2.1 `login_hint`, `id_token_hint`, `display`, `acr_values` | `hints_are_ignored_and_kept_nowhere` |
//! | 3.1.2.1, 5.4, 11: scopes of plain clients that mean nothing here are ignored, and the answer says so | `scopes_of_habit_are_ignored_where_plain_clients_ask_for_them` |
//! | 3.1.2.6: `registration_not_supported` | `what_is_not_served_is_refused` |
//! | 5.5.1 `claims` with a `sub` | `another_customer_than_the_one_asked_for_is_sent_back` |
//! | 5.5.1.1 essential `acr` (unmet_authentication_requirements) | `an_essential_acr_of_another_server_cannot_be_met` |
//! | 3.1.2.1 `nonce` of 64 characters and more (FAPI 2.0) | `a_long_nonce_is_taken` |
//!
//! Not here: id_tokens and UserInfo.

use crate::actors::{Browser, NewPartner, Partner, Returned, bank, random_text};
use renkei::testing::TestBank;
use renkei_procedure::identity::PartnerId;
use renkei_store::GrantRecord;
use serde_json::{Value, json};
use std::time::Duration;

const OPENID: (&str, Option<&str>) = ("scope", Some("openid accounts balance"));

async fn openid_partner(bank: &TestBank) -> Partner<'_> {
    NewPartner::fapi2("openid").register(bank).await.with_dpop()
}

async fn grant(bank: &TestBank, login_name: &str, client_id: &str) -> Option<GrantRecord> {
    let user = bank.store().users().find_by_login_name(login_name).await;
    let user = user.unwrap().unwrap().id;
    let grants = bank.store().grants();
    let partner = PartnerId::new(client_id);
    grants.in_force(user, &partner, bank.clock().now()).await.unwrap()
}

#[tokio::test]
async fn prompt_none_asks_for_what_no_linkage_can_do() {
    let bank = bank().await;
    let partner = openid_partner(&bank).await;
    let browser = Browser::showing(&bank, None);
    // It is an answer about a login, so it is given where the browser arrives, each time.
    let attempt = partner.begin_with(&[OPENID, ("prompt", Some("none"))]).await;
    for _ in 0..2 {
        let answer = browser.get(&attempt.url).await;
        assert!(answer.set_cookies().is_empty());
        let returned = Returned::read(&answer.location());
        assert_eq!(
            (returned.get("error"), returned.get("state")),
            ("login_required", attempt.state.as_str())
        );
    }
    for (prompt, passes) in [
        ("login", true),
        ("consent", true),
        ("select_account", true),
        ("login consent", true),
        ("none login", false),
        ("create", false),
        ("", true),
    ] {
        let request = partner.request("s", &random_text());
        let request = crate::actors::changed(request, &[OPENID, ("prompt", Some(prompt))]);
        let answer = partner.post("/par", &request).await;
        if passes {
            assert_eq!(answer.status, 201, "{prompt}");
        } else {
            answer.oauth_error(400, "invalid_request");
        }
    }
}

#[tokio::test]
async fn an_essential_acr_of_another_server_cannot_be_met() {
    let bank = bank().await;
    let partner = openid_partner(&bank).await;
    let browser = Browser::showing(&bank, None);
    for (claims, met) in [
        (
            json!({ "id_token": { "acr": { "essential": true, "value": "urn:loa:3" } } }),
            false,
        ),
        (json!({ "id_token": { "acr": { "value": "urn:loa:3" } } }), true),
        (
            json!({ "id_token": { "acr": { "essential": true, "values": ["urn:loa:3", "urn:renkei:acr:certificate-and-password"] } } }),
            true,
        ),
    ] {
        let attempt = partner
            .begin_with(&[OPENID, ("claims", Some(&claims.to_string()))])
            .await;
        let location = browser.get(&attempt.url).await.location();
        if met {
            assert!(location.starts_with(&bank.issuer()), "{claims}");
        } else {
            let returned = Returned::read(&location);
            assert_eq!(returned.get("error"), "unmet_authentication_requirements");
        }
    }
}

#[tokio::test]
async fn another_customer_than_the_one_asked_for_is_sent_back() {
    let bank = bank().await;
    let partner = openid_partner(&bank).await;
    let jiro = bank.store().users().find_by_login_name("yubari-jiro").await;
    let jiro = jiro.unwrap().unwrap().id;
    let sub = bank
        .store()
        .subjects()
        .pairwise("openid.example", jiro, &random_text())
        .await
        .unwrap();
    let claims = json!({ "id_token": { "sub": { "value": sub } } }).to_string();
    let changes = [OPENID, ("claims", Some(claims.as_str()))];

    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner.link_with(&browser, &changes).await;
    let view = wizard.log_in(&bank, "sorachi-taro").await;
    assert_eq!(
        (&view["step"], &view["data"]["reason"]),
        (&json!("ended"), &json!("other_customer"))
    );
    // The page can be loaded anew, and leads back.
    let view = wizard.view().await;
    let returned = Returned::read(view["data"]["return_url"].as_str().unwrap());
    assert_eq!(
        (returned.get("error"), returned.get("state")),
        ("login_required", attempt.state.as_str())
    );
    wizard
        .attempt("cancel", json!({}))
        .await
        .refused(410, "linkage_ended");
    let again = Browser::showing(&bank, None).get(&attempt.url).await;
    again.is_page(400, "authorization_request_invalid");

    let browser = Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard) = partner.link_with(&browser, &changes).await;
    let view = wizard.log_in(&bank, "yubari-jiro").await;
    assert_eq!(view["step"], "permission");
    let returned = wizard.permit().await;
    partner.tokens(returned.code(), &attempt.verifier).await;
}

#[tokio::test]
async fn the_grant_remembers_when_and_how_the_customer_logged_in() {
    let bank = bank().await;
    let partner = openid_partner(&bank).await;
    let browser = Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard) = partner
        .link_with(&browser, &[OPENID, ("max_age", Some("0"))])
        .await;
    wizard.certificate().await;
    bank.clock().advance(Duration::from_secs(20));
    let logged_in_at = bank.clock().now();
    wizard.password(&bank.user("yubari-jiro").unwrap().password).await;
    bank.clock().advance(Duration::from_secs(40));
    let returned = wizard.permit().await;
    bank.clock().advance(Duration::from_secs(5));
    partner.tokens(returned.code(), &attempt.verifier).await;
    let grant = grant(&bank, "yubari-jiro", "openid").await.unwrap();
    assert_eq!(grant.auth_time, logged_in_at);
    assert_eq!(grant.acr, "urn:renkei:acr:certificate-and-password");
    assert_eq!(grant.scope, "openid accounts balance");
}

#[tokio::test]
async fn the_pages_begin_in_the_language_that_the_partner_asks_for() {
    let bank = bank().await;
    let partner = openid_partner(&bank).await;
    let browser = Browser::showing(&bank, None);
    for (locales, expected) in [
        (None, Value::Null),
        (Some("en-GB ja"), json!("en")),
        (Some("fr ja-JP"), json!("ja")),
        (Some("fr de"), Value::Null),
    ] {
        let (_, mut wizard) = partner
            .link_with(&browser, &[OPENID, ("ui_locales", locales)])
            .await;
        assert_eq!(wizard.view().await["ui_locale"], expected, "{locales:?}");
    }
}

#[tokio::test]
async fn hints_are_ignored_and_kept_nowhere() {
    let bank = bank().await;
    let partner = openid_partner(&bank).await;
    let browser = Browser::showing(&bank, None);
    let secret = "yamada@kaikei.example";
    let changes = [
        "login_hint",
        "id_token_hint",
        "display",
        "acr_values",
        "claims_locales",
    ]
    .map(|name| (name, Some(secret)));
    let mut changes = changes.to_vec();
    changes.push(OPENID);
    let (_, wizard) = partner.link_with(&browser, &changes).await;
    let run = bank
        .store()
        .runs()
        .find(
            wizard
                .id
                .parse::<renkei_procedure::identity::LinkageId>()
                .unwrap(),
        )
        .await
        .unwrap()
        .unwrap();
    let state: Value = run.state.decode().unwrap();
    assert!(!state.to_string().contains("yamada"), "{state}");
}

#[tokio::test]
async fn scopes_of_habit_are_ignored_where_plain_clients_ask_for_them() {
    let bank = bank().await;
    let habit = [(
        "scope",
        Some("accounts balance statement transfers profile email address phone offline_access"),
    )];
    let plain = Partner::of(&bank, "kihon");
    let tokens = plain.linked_with("yubari-jiro", &[], &habit).await;
    assert_eq!(tokens.answer["scope"], "accounts balance statement transfers");
    let fapi = openid_partner(&bank).await;
    let request = crate::actors::changed(fapi.request("s", &random_text()), &habit);
    fapi.post("/par", &request)
        .await
        .oauth_error(400, "invalid_scope");
}

#[tokio::test]
async fn what_is_not_served_is_refused() {
    let bank = bank().await;
    let partner = openid_partner(&bank).await;
    for (name, value, error) in [
        ("registration", "{}", "registration_not_supported"),
        ("claims", "[]", "invalid_request"),
        ("max_age", "-1", "invalid_request"),
        ("response_type", "code id_token", "unsupported_response_type"),
        ("response_type", "id_token", "unsupported_response_type"),
    ] {
        let request = partner.request("s", &random_text());
        let request = crate::actors::changed(request, &[OPENID, (name, Some(value))]);
        let answer = partner.post("/par", &request).await;
        answer.oauth_error(400, error);
    }
}

#[tokio::test]
async fn a_long_nonce_is_taken() {
    let bank = bank().await;
    let partner = openid_partner(&bank).await;
    for (length, passes) in [(64, true), (512, true), (513, false)] {
        let nonce = "n".repeat(length);
        let request = partner.request("s", &random_text());
        let request = crate::actors::changed(request, &[OPENID, ("nonce", Some(&nonce))]);
        let answer = partner.post("/par", &request).await;
        assert_eq!(answer.status == 201, passes, "{length}");
    }
}
