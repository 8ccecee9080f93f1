//! OAuth 2.0 Form Post Response Mode: the answer is posted by a page of the bank's.
//!
//! | clause | test |
//! |---|---|
//! | 2: the parameters as hidden fields, sent to the redirect URI by POST; 4: not cached | `the_page_posts_to_the_partner_and_nowhere_else` |
//! | 2: the page submits itself; a button where scripts are off | `the_page_posts_to_the_partner_and_nowhere_else` |
//! | errors in the same mode (RFC 6749, 4.1.2.1) | `a_refusal_is_posted_as_well`, `an_error_on_arrival_is_posted` |
//! | no code in an address of ours; one browser only | `the_page_is_for_the_browser_of_the_linkage` |
//! | lost answers | `a_lost_answer_is_given_again`, `after_the_code_s_death_the_procedure_makes_the_next_one` |
//! | a partner that is suspended meanwhile | `a_suspended_partner_gets_no_code` |
//! | nothing that was sent becomes markup | `what_was_sent_does_not_become_markup` |
//!
//! Not here: `form_post.jwt` (`jarm`).

use crate::actors::{Answer, Browser, Partner, Returned, Wizard, act_id, bank, changed};
use renkei::testing::TestBank;
use serde_json::{Value, json};
use std::time::Duration;

const MODE: [(&str, Option<&str>); 1] = [("response_mode", Some("form_post"))];

async fn at_permission<'b>(
    bank: &TestBank,
    partner: &Partner<'_>,
    browser: &'b Browser,
) -> (crate::actors::Attempt, Wizard<'b>, Value) {
    let (attempt, mut wizard) = partner.link_with(browser, &MODE).await;
    let mut view = wizard.log_in(bank, "yubari-jiro").await;
    if view["step"] == "business_selection" {
        view = wizard.businesses(&["balance"]).await;
    }
    let ids: Vec<Value> = view["data"]["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["account_id"].clone())
        .collect();
    (attempt, wizard, json!({ "account_ids": ids, "intent": true }))
}

fn is_safe(page: &Answer, origin: &str) {
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = page.header("content-security-policy").unwrap();
    let directives: Vec<&str> = policy.split(';').map(str::trim).collect();
    for wanted in [
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        &format!("form-action {origin}"),
    ] {
        assert!(directives.contains(&wanted), "{wanted} in {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let text = page.text();
    assert!(!text.contains(" onload=") && !text.contains("<script>"), "{text}");
    assert_eq!(
        text.matches("<script src=\"/assets/form-post.js\" defer>")
            .count(),
        1
    );
    assert_eq!(text.matches("<button").count(), 1, "for those without scripts");
}

#[tokio::test]
async fn the_page_posts_to_the_partner_and_nowhere_else() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard, data) = at_permission(&bank, &partner, &browser).await;
    let url = wizard.leave("permission", data).await;
    assert_eq!(url, format!("{}/linkages/{}/return", bank.issuer(), wizard.id));
    let page = browser.get(&url).await;
    is_safe(&page, "https://chobo.example");
    let returned = Returned::posted(&page);
    assert_eq!(returned.address, "https://chobo.example/callback?from=bank");
    let names: Vec<&str> = returned.parameters.keys().map(String::as_str).collect();
    assert_eq!(names, ["code", "iss", "state"]);
    assert_eq!(
        (returned.get("iss"), returned.get("state")),
        (bank.issuer().as_str(), attempt.state.as_str())
    );
    let script = browser.get("/assets/form-post.js").await;
    assert_eq!(script.status, 200);
    assert_eq!(
        script.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    assert!(script.text().contains(".submit()"));
    partner.tokens(returned.code(), &attempt.verifier).await;
    // All is done: the linkage's own page says so.
    let after = browser.get(&url).await.location();
    assert_eq!(after, format!("{}/linkages/{}", bank.issuer(), wizard.id));
    assert_eq!(wizard.view().await["data"]["reason"], "completed");
}

#[tokio::test]
async fn the_page_is_for_the_browser_of_the_linkage() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link_with(&browser, &MODE).await;
    let at_first = browser.cookies();
    wizard.certificate().await;
    let before_the_password = browser.cookies();
    wizard.password(&bank.user("yubari-jiro").unwrap().password).await;
    wizard.businesses(&["balance"]).await;
    let view = wizard.view().await;
    let ids = json!([view["data"]["accounts"][0]["account_id"]]);
    let url = wizard
        .leave("permission", json!({ "account_ids": ids, "intent": true }))
        .await;
    for stranger in [Browser::showing(&bank, None), Browser::of(&bank, "yubari-jiro")] {
        stranger.get(&url).await.is_page(404, "not_found");
    }
    for path in [
        "/linkages/x/return",
        "/linkages/00000000-0000-4000-8000-000000000000/return",
    ] {
        browser.get(path).await.is_page(404, "not_found");
    }
    // A cookie of before the login leads back at most, and gives no code.
    let old = Browser::showing(&bank, None);
    old.set_cookies(before_the_password);
    let back = Returned::posted(&old.get(&url).await);
    assert_eq!(back.get("error"), "access_denied");
    assert!(!back.parameters.contains_key("code"));
    old.set_cookies(at_first);
    old.get(&url).await.is_page(404, "not_found");
    assert!(
        Returned::posted(&browser.get(&url).await)
            .parameters
            .contains_key("code")
    );
}

#[tokio::test]
async fn a_refusal_is_posted_as_well() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::showing(&bank, None);
    let (attempt, mut wizard) = partner.link_with(&browser, &MODE).await;
    let id = act_id();
    let first = wizard.attempt_as("cancel", &id, &json!({})).await.ok();
    assert_eq!(wizard.attempt_as("cancel", &id, &json!({})).await.ok(), first);
    let page = browser.get(first["redirect_to"].as_str().unwrap()).await;
    is_safe(&page, "https://kaikei.example");
    let returned = Returned::posted(&page);
    assert_eq!(
        (returned.get("error"), returned.get("state"), returned.get("iss")),
        ("access_denied", attempt.state.as_str(), bank.issuer().as_str())
    );
    let view = wizard.view().await;
    assert_eq!(view["data"]["return_url"], first["redirect_to"]);

    // Out of time, the way back is the same.
    let (_, wizard) = partner.link_with(&browser, &MODE).await;
    bank.clock().advance(Duration::from_mins(11));
    let view = wizard.look().await.ok();
    let back = browser.get(view["data"]["return_url"].as_str().unwrap()).await;
    assert_eq!(Returned::posted(&back).get("error"), "access_denied");
}

#[tokio::test]
async fn an_error_on_arrival_is_posted() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kihon");
    let browser = Browser::showing(&bank, None);
    let request = partner.request("s", "verifier");
    for (name, value, error) in [
        ("scope", "payments", "invalid_scope"),
        ("prompt", "none", "login_required"),
        ("response_type", "token", "unsupported_response_type"),
    ] {
        let wrong = changed(request.clone(), &[(name, Some(value)), MODE[0]]);
        let page = browser.get(&partner.direct_url(&wrong)).await;
        is_safe(&page, "https://kihon.example");
        let returned = Returned::posted(&page);
        assert_eq!((returned.get("error"), returned.get("state")), (error, "s"));
    }
    let evil = changed(
        request,
        &[("redirect_uri", Some("https://evil.example/")), MODE[0]],
    );
    let answer = browser.get(&partner.direct_url(&evil)).await;
    answer.is_page(400, "authorization_request_invalid");
    assert!(!answer.text().contains("<form"));
}

#[tokio::test]
async fn what_was_sent_does_not_become_markup() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kihon");
    let browser = Browser::showing(&bank, None);
    let state = "\"><script>alert(1)</script>'&amp;<form action='https://evil.example'>";
    let request = changed(
        partner.request(state, "verifier"),
        &[("prompt", Some("none")), MODE[0]],
    );
    let page = browser.get(&partner.direct_url(&request)).await;
    is_safe(&page, "https://kihon.example");
    assert_eq!(page.text().matches("<form").count(), 1);
    assert_eq!(Returned::posted(&page).get("state"), state);
}

#[tokio::test]
async fn a_lost_answer_is_given_again() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard, data) = at_permission(&bank, &partner, &browser).await;
    let id = act_id();
    let first = wizard.attempt_as("permission", &id, &data).await.ok();
    let again = wizard.attempt_as("permission", &id, &data).await.ok();
    assert_eq!(first, again);
    let url = first["redirect_to"].as_str().unwrap().to_owned();
    let posted = Returned::posted(&browser.get(&url).await);
    assert_eq!(Returned::posted(&browser.get(&url).await), posted);
    wizard.view().await;
    assert_eq!(wizard.leave("return", json!({})).await, url);
    assert_eq!(Returned::posted(&browser.get(&url).await), posted);
    partner.tokens(posted.code(), &attempt.verifier).await;
}

#[tokio::test]
async fn after_the_code_s_death_the_procedure_makes_the_next_one() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard, data) = at_permission(&bank, &partner, &browser).await;
    let url = wizard.leave("permission", data).await;
    let first = Returned::posted(&browser.get(&url).await);
    bank.clock().advance(Duration::from_secs(60));
    let page = format!("{}/linkages/{}", bank.issuer(), wizard.id);
    assert_eq!(browser.get(&url).await.location(), page);
    assert_eq!(wizard.view().await["step"], "returning");
    assert_eq!(wizard.leave("return", json!({})).await, url);
    let next = Returned::posted(&browser.get(&url).await);
    assert_ne!(next.code(), first.code());
    partner.tokens(next.code(), &attempt.verifier).await;
}

#[tokio::test]
async fn a_suspended_partner_gets_no_code() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard, data) = at_permission(&bank, &partner, &browser).await;
    let url = wizard.leave("permission", data).await;
    let config = bank.config().display().to_string();
    bank.renkei(&["partner", "suspend", "--config", &config, "kaikei"])
        .await
        .unwrap();
    assert_eq!(
        Returned::posted(&browser.get(&url).await).get("error"),
        "access_denied"
    );
}
