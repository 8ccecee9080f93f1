//! Addresses that are not there, as a person's browser and as a program ask for them.
//! Not here: hosts that are not ours (`bad_wire`), pages that exist.

use crate::actors::{Answer, Browser, bank};
use reqwest::Method;

/// What a browser sends with every navigation.
const NAVIGATION: &str =
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

async fn ask(browser: &Browser, method: Method, path: &str, accept: &str) -> Answer {
    let request = browser.request(method, path).header("accept", accept);
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_person_who_mistypes_gets_a_page() {
    let bank = bank().await;
    let browser = Browser::showing(&bank, None);
    for path in [
        "/nope",
        "/linkages/x/y",
        "/Linkages",
        "/index.html",
        "/apiary",
        "/%E7%A9%BA",
    ] {
        let answer = ask(&browser, Method::GET, path, NAVIGATION).await;
        answer.is_page(404, "not_found");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("style-src 'self'"), "{path}: {policy}");
        ask(&browser, Method::GET, path, "application/json")
            .await
            .refused(404, "not_found");
        ask(&browser, Method::GET, path, "*/*")
            .await
            .refused(404, "not_found");
    }
    let answer = ask(&browser, Method::GET, "/token", NAVIGATION).await;
    answer.is_page(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), Some("POST"));
    ask(&browser, Method::POST, "/help/certificate", NAVIGATION)
        .await
        .is_page(405, "method_not_allowed");
}

#[tokio::test]
async fn what_programs_call_answers_programs() {
    let bank = bank().await;
    let browser = Browser::showing(&bank, None);
    for path in ["/api", "/api/nope", "/v1/nope", "/.well-known/nope"] {
        ask(&browser, Method::GET, path, NAVIGATION)
            .await
            .refused(404, "not_found");
    }
    ask(&browser, Method::POST, "/v1/accounts", NAVIGATION)
        .await
        .refused(405, "method_not_allowed");
}

#[tokio::test]
async fn a_slash_too_many_leads_to_the_linkages() {
    let bank = bank().await;
    let browser = Browser::showing(&bank, None);
    let answer = ask(&browser, Method::GET, "/linkages/", NAVIGATION).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (308, Some("/linkages"))
    );
}
