//! The cookie that binds a linkage to one browser: its attributes, its change at each login step, and what is told to
//! everybody else. Not here: the hand-over from the certificate's host (`certificate_attack`).

use crate::actors::{Answer, Browser, Partner, act_id, bank};
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::json;
use std::collections::BTreeMap;

/// Everything of an answer by which a stranger could tell it from another, but for the id that each answer has.
fn visible(answer: &Answer) -> (u16, usize, serde_json::Value, BTreeMap<String, String>) {
    let headers = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "date" && *name != "x-request-id")
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    (answer.status, answer.body.len(), answer.comparable(), headers)
}

#[tokio::test]
async fn the_cookie_is_the_browsers_session_and_scripts_cannot_see_it() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let answer = browser.get(&partner.begin().await.url).await;
    let id = answer.location().rsplit('/').next().unwrap().to_owned();
    let lines = answer.set_cookies();
    assert_eq!(lines.len(), 1);
    let parts: Vec<&str> = lines[0].split("; ").collect();
    let value = parts[0]
        .strip_prefix(&format!("__Host-renkei-linkage-{id}="))
        .unwrap();
    assert_eq!(value.len(), 43, "256 bits");
    // No Domain (the prefix forbids it), no Max-Age, no Expires.
    assert_eq!(&parts[1..], ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"]);
}

#[tokio::test]
async fn each_login_step_brings_a_new_cookie_and_the_old_one_only_repeats_that_step() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    let code = wizard.certificate_code().await;

    let at_arrival = browser.cookies();
    let certificate_act = act_id();
    let certificate = wizard.body(&certificate_act, &json!({ "code": code }));
    let path = wizard.path("certificate-result");
    browser.post(&path, &certificate).await.ok();
    let after_certificate = browser.cookies();
    assert_ne!(after_certificate, at_arrival);

    browser.set_cookies(at_arrival.clone());
    // The browser that began the linkage is shown the way back to the partner, and nothing else.
    let lost = wizard.look().await;
    lost.refused(410, "answer_lost");
    let back = lost.json()["return_url"].as_str().unwrap().to_owned();
    assert!(back.contains("error=access_denied"), "{back}");
    let replayed = browser.post(&path, &certificate).await;
    assert_eq!(replayed.ok()["step"], "password");
    assert_eq!(
        browser.cookies(),
        after_certificate,
        "the lost cookie comes again"
    );

    wizard.view().await;
    let password_act = act_id();
    let password = wizard.body(&password_act, &json!({ "password": "kotoba-yubari-jiro-2026" }));
    let password_path = wizard.path("password");
    browser.post(&password_path, &password).await.ok();
    let after_password = browser.cookies();
    assert_ne!(after_password, after_certificate);

    for (cookies, path, body, answered) in [
        (&at_arrival, &path, &certificate, false),
        (&at_arrival, &password_path, &password, false),
        (&after_certificate, &password_path, &password, true),
        (&after_certificate, &path, &certificate, true),
    ] {
        browser.set_cookies(cookies.clone());
        let (status, code) = if answered {
            (410, "answer_lost")
        } else {
            (404, "not_found")
        };
        wizard.look().await.refused(status, code);
        let answer = browser.post(path, body).await;
        assert_eq!(
            answer.status,
            if answered { 200 } else { 404 },
            "{path} {}",
            answer.text()
        );
    }

    // With the cookie before the last nothing new can be done.
    browser.set_cookies(after_certificate);
    wizard.version = 4;
    for (act, data) in [
        ("businesses", json!({ "businesses": ["balance"] })),
        ("cancel", json!({})),
        ("extend", json!({})),
    ] {
        for version in 0..6 {
            wizard.version = version;
            wizard.attempt(act, data.clone()).await.refused(404, "not_found");
        }
    }
    browser.set_cookies(after_password);
    assert_eq!(wizard.view().await["step"], "business_selection");
}

#[tokio::test]
async fn other_peoples_linkages_are_as_unknown_as_none() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let owner = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&owner).await;
    wizard.log_in(&bank, "yubari-jiro").await;

    let stranger = Browser::of(&bank, "sorachi-taro");
    let (_, own) = partner.link(&stranger).await;
    let unknown = "00000000-0000-4000-8000-000000000000";
    // A value that is good elsewhere, under the name of the owner's cookie.
    let mut planted = stranger.cookies();
    let value = planted.values().next().unwrap().clone();
    planted.insert(format!("__Host-renkei-linkage-{}", wizard.id), value.clone());
    planted.insert(format!("__Host-renkei-linkage-{unknown}"), value);

    for cookies in [stranger.cookies(), planted, BTreeMap::new()] {
        stranger.set_cookies(cookies);
        let theirs = stranger.get(&format!("/api/linkages/{}", wizard.id)).await;
        let none = stranger.get(&format!("/api/linkages/{unknown}")).await;
        theirs.refused(404, "not_found");
        assert_eq!(visible(&theirs), visible(&none));
        for (act, data) in [
            ("certificate", json!({})),
            ("certificate-result", json!({ "code": "x" })),
            ("password", json!({ "password": "x" })),
            ("businesses", json!({ "businesses": ["balance"] })),
            (
                "inquiry-pins",
                json!({ "pins": [{ "account_id": unknown, "pin": "1234" }] }),
            ),
            ("confirm", json!({})),
            ("add-more", json!({})),
            ("permission", json!({ "account_ids": [unknown], "intent": true })),
            ("return", json!({})),
            ("cancel", json!({})),
            ("extend", json!({})),
        ] {
            let body = wizard.body(&act_id(), &data);
            let theirs = stranger.post(&wizard.path(act), &body).await;
            let none = stranger
                .post(&format!("/api/linkages/{unknown}/{act}"), &body)
                .await;
            theirs.refused(404, "not_found");
            assert_eq!(visible(&theirs), visible(&none), "{act}");
        }
    }
    assert_eq!(
        wizard.view().await["step"],
        "business_selection",
        "nothing was touched"
    );
    drop(own);
}

#[tokio::test]
async fn two_linkages_live_side_by_side_in_one_browser() {
    let bank = bank().await;
    let browser = Browser::of(&bank, "yubari-jiro");
    let (first, second) = (Partner::of(&bank, "kaikei"), Partner::of(&bank, "chobo"));
    let (_, mut one) = first.link(&browser).await;
    let (_, mut other) = second.link(&browser).await;
    assert_eq!(browser.cookies().len(), 2);
    one.log_in(&bank, "yubari-jiro").await;
    other.log_in(&bank, "yubari-jiro").await;
    other.leave("cancel", json!({})).await;
    one.businesses(&["balance"]).await;
    one.permit().await;
}

#[tokio::test]
async fn a_reload_and_a_second_tab_see_where_the_procedure_stands() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    let mut tab = wizard.seen_by(&browser);
    wizard.certificate().await;
    assert_eq!(tab.view().await, wizard.view().await);
    tab.password("kotoba-yubari-jiro-2026").await;
    assert_eq!(wizard.view().await["step"], "business_selection");
    assert_eq!(
        tab.look().await.body,
        wizard.look().await.body,
        "looking changes nothing"
    );
}

#[tokio::test]
async fn a_doubled_cookie_is_none() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, wizard) = partner.link(&browser).await;
    let cookies = browser.cookies();
    let (name, value) = cookies.iter().next().unwrap();
    let path = wizard.path("extend");
    for line in [
        format!("{name}={value}; {name}={value}"),
        format!("{name}=planted; {name}={value}"),
        format!("{name}={value}; {name}="),
    ] {
        let mut headers: HeaderMap = browser.page_headers();
        headers.insert("cookie", HeaderValue::try_from(line).unwrap());
        let body = wizard.body(&act_id(), &json!({}));
        browser
            .post_with(&path, &body, &headers)
            .await
            .refused(404, "not_found");
    }
    // and with one of them all is well.
    wizard.attempt("extend", json!({})).await.ok();
}
