//! The form of the static shell: whoever cannot run the application gets back to the partner all the same.
//! Not here: the wizard's own act (`journey_ends`).

use crate::actors::{Answer, Browser, Partner, SORACHI_PINS, bank};
use renkei_store::AuditFilter;
use serde_json::json;

/// Sends the form as browsers do: with the cookie, and with what they say of where it comes from.
async fn send(browser: &Browser, linkage: &str, site: Option<&str>, origin: Option<&str>) -> Answer {
    let mut headers = browser.page_headers();
    headers.remove("x-renkei-csrf");
    headers.remove("origin");
    for (name, value) in [("sec-fetch-site", site), ("origin", origin)] {
        if let Some(value) = value {
            headers.insert(name, value.parse().unwrap());
        }
    }
    browser
        .post_with(&format!("/linkages/{linkage}"), &json!({}), &headers)
        .await
}

const OURS: (Option<&str>, Option<&str>) = (Some("same-origin"), Some("null"));

#[tokio::test]
async fn it_cancels_and_leads_back() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, wizard) = partner.link(&browser).await;
    let page = send(&browser, &wizard.id, OURS.0, OURS.1).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let text = page.text().replace("&amp;", "&");
    assert!(text.contains("API連携をキャンセルしました"));
    assert!(
        text.contains("https://kaikei.example/callback?error=access_denied"),
        "{text}"
    );
    assert!(text.contains(&format!("state={}", attempt.state)));
    let events = bank
        .store()
        .audit()
        .list(&AuditFilter::default(), 50)
        .await
        .unwrap();
    assert!(events.iter().any(|event| event.kind == "cancelled"));
    let view = browser.get(&format!("/api/linkages/{}", wizard.id)).await.ok();
    assert_eq!(view["data"]["reason"], "cancelled");
    // Once more, and from an old browser: the same page, and nothing more happens.
    let again = send(&browser, &wizard.id, None, None).await;
    assert!(again.text().contains("error=access_denied"));
    let events = bank
        .store()
        .audit()
        .list(&AuditFilter::default(), 50)
        .await
        .unwrap();
    assert_eq!(events.iter().filter(|event| event.kind == "cancelled").count(), 1);
}

#[tokio::test]
async fn forms_of_others_and_without_the_cookie_change_nothing() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    for (site, origin) in [
        (Some("cross-site"), Some("https://evil.example")),
        (Some("cross-site"), Some("null")),
        (Some("same-site"), Some("null")),
        (Some("none"), None),
        (None, Some("https://evil.example")),
    ] {
        let answer = send(&browser, &wizard.id, site, origin).await;
        answer.is_page(403, "origin_refused");
    }
    let stranger = Browser::of(&bank, "yubari-jiro");
    send(&stranger, &wizard.id, OURS.0, OURS.1)
        .await
        .is_page(404, "not_found");
    send(&stranger, "nonsense", OURS.0, OURS.1)
        .await
        .is_page(404, "not_found");
    assert_eq!(wizard.view().await["step"], "certificate_login");
}

#[tokio::test]
async fn what_was_permitted_stays_permitted() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "sorachi-taro").await;
    wizard.reach_permission(&SORACHI_PINS).await;
    let returned = wizard.permit().await;
    let page = send(&browser, &wizard.id, OURS.0, OURS.1).await;
    assert!(
        page.text().contains(&format!("/linkages/{}/return", wizard.id)),
        "{}",
        page.text()
    );
    partner.tokens(returned.code(), &attempt.verifier).await;
    let page = send(&browser, &wizard.id, OURS.0, OURS.1).await;
    assert!(
        page.text().contains("完了しています") && !page.text().contains("href=\"https"),
        "{}",
        page.text()
    );
    let data = &wizard.view().await["data"];
    assert_eq!(data["reason"], "completed");
    assert_eq!(data["return_url"], json!(null));
}
