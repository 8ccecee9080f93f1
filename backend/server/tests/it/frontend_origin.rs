//! For front-end developers: pages of `trunk serve` on a loopback origin, before the real server.
//! Not here: which origins the configuration allows (`operator`).

use crate::actors::{Browser, Partner, Wizard, bank};
use renkei::testing::{Options, TestBank};
use reqwest::header::HeaderValue;
use serde_json::json;

const FRONTEND: &str = "http://localhost:8080";

#[tokio::test]
async fn arrival_and_certificate_lead_to_the_developers_pages_and_their_acts_are_taken() {
    let options = Options {
        frontend_origin: Some(FRONTEND),
        ..Options::default()
    };
    let bank = TestBank::start_with(options).await.unwrap();
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "yubari-jiro");
    let location = browser.get(&partner.begin().await.url).await.location();
    let id = location.strip_prefix(&format!("{FRONTEND}/linkages/")).unwrap();
    let mut wizard = Wizard::new(&browser, id);

    let url = wizard.ask_for_certificate().await;
    let back = browser.show_certificate(&url).await.location();
    assert!(
        back.starts_with(&format!("{FRONTEND}/linkages/{id}?certificate_result=")),
        "{back}"
    );

    for (origin, status) in [
        (FRONTEND, 200),
        ("http://localhost:8081", 403),
        ("http://127.0.0.1:8080", 403),
        ("https://localhost:8080", 403),
    ] {
        let mut headers = browser.page_headers();
        headers.insert("origin", HeaderValue::from_static(origin));
        let body = wizard.body(&crate::actors::act_id(), &json!({}));
        let answer = browser.post_with(&wizard.path("extend"), &body, &headers).await;
        assert_eq!(answer.status, status, "{origin}");
    }
    // The issuer is what it was.
    wizard.view().await;
    let cancelled = wizard.leave("cancel", json!({})).await;
    assert!(cancelled.ends_with(&format!(
        "iss=https%3A%2F%2Flocalhost%3A{}",
        bank.issuer().rsplit(':').next().unwrap()
    )));
}

#[tokio::test]
async fn where_none_is_set_none_is_taken() {
    let bank = bank().await;
    let browser = Browser::showing(&bank, None);
    let mut headers = browser.page_headers();
    headers.insert("origin", HeaderValue::from_static(FRONTEND));
    browser
        .post_with("/api/customer-session/start", &json!({}), &headers)
        .await
        .refused(403, "origin_refused");
}
