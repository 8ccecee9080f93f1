//! Bad input at the JSON endpoints: each is named, and nothing changes.
//! Not here: PINs (`pin_registration`), OAuth's forms (`bad_forms`), broken HTTP (`bad_wire`).

use crate::actors::{Answer, Browser, Partner, Wizard, act_id, bank};
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

async fn send(
    wizard: &Wizard<'_>,
    act: &str,
    content_type: Option<&str>,
    body: impl Into<reqwest::Body>,
) -> Answer {
    let mut request = wizard.browser.request(Method::POST, &wizard.path(act)).body(body);
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn malformed_bodies_are_refused_and_change_nothing() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.certificate().await;
    let version = wizard.version;
    let good = wizard.body(&act_id(), &json!({ "password": "x" }));
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body.to_string()
    };
    let without = |name: &str| {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(name);
        body.to_string()
    };
    let mut bodies: Vec<Vec<u8>> = [
        String::new(),
        "{".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        "\"text\"".to_owned(),
        "{} {}".to_owned(),
        "<xml/>".to_owned(),
        format!("{good} trailing"),
        with("unknown", json!(1)),
        with("version", json!(-1)),
        with("version", json!(1.5)),
        with("version", json!("1")),
        with("version", json!(null)),
        with("version", json!(1e30)),
        with("act_id", json!("")),
        with("act_id", json!("x".repeat(65))),
        with("act_id", json!("a b")),
        with("act_id", json!("a\u{0}b")),
        with("act_id", json!("é")),
        with("act_id", json!(7)),
        with("password", json!(null)),
        with("password", json!(["x"])),
        without("version"),
        without("act_id"),
        without("password"),
        good.to_string()
            .replacen("\"password\"", "\"password\":\"a\",\"password\"", 1),
    ]
    .map(String::into_bytes)
    .to_vec();
    bodies.push(b"\xff\xfe{}".to_vec());
    let mut not_utf8 = good.to_string().into_bytes();
    not_utf8.extend_from_slice(b"\xc3");
    bodies.push(not_utf8);
    for body in bodies {
        let answer = send(&wizard, "password", Some("application/json"), body.clone()).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "request_malformed"),
            "{}",
            String::from_utf8_lossy(&body)
        );
        assert!(
            !answer.text().contains("expected"),
            "the reader's message stays inside"
        );
    }
    let view = wizard.view().await;
    assert_eq!(
        (view["step"].as_str(), wizard.version),
        (Some("password"), version)
    );
    assert_eq!(view["data"]["remaining_tries"], 5);
}

#[tokio::test]
async fn passwords_that_cannot_be_one_are_not_hashed() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.certificate().await;
    for password in [
        String::new(),
        "x".repeat(129),
        "x".repeat(10_000),
        "界".repeat(129),
        "nul\u{0}byte".to_owned(),
        "line\nbreak".to_owned(),
        "tab\there".to_owned(),
        "bell\u{7}".to_owned(),
        "c1\u{85}".to_owned(),
    ] {
        let data = json!({ "password": password });
        wizard
            .attempt("password", data)
            .await
            .refused(400, "password_malformed");
    }
    let record = bank
        .store()
        .users()
        .find_by_login_name("yubari-jiro")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(record.failed_passwords, 0);
    // The longest that can be one is compared, and counted.
    let longest = json!({ "password": "界".repeat(128) });
    wizard
        .attempt("password", longest)
        .await
        .refused(422, "password_wrong");
    let record = bank
        .store()
        .users()
        .find_by_login_name("yubari-jiro")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(record.failed_passwords, 1);
}

#[tokio::test]
async fn bodies_have_a_type_and_a_limit() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    let body = wizard.body(&act_id(), &json!({})).to_string();
    for content_type in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data"),
        Some("application/jsonp"),
        Some("text/json"),
        Some(""),
    ] {
        let answer = send(&wizard, "extend", content_type, body.clone()).await;
        answer.refused(415, "media_type_unsupported");
    }
    for (act, length, status) in [
        ("extend", 17 * 1024, 413),
        ("password", 65 * 1024, 413),
        ("certificate-result", 1_000_000, 413),
        ("businesses", 17 * 1024, 413),
        ("inquiry-pins", 257 * 1024, 413),
        ("permission", 257 * 1024, 413),
        ("inquiry-pins", 17 * 1024, 400),
        ("permission", 17 * 1024, 400),
    ] {
        let answer = send(&wizard, act, Some("application/json"), " ".repeat(length)).await;
        let code = if status == 413 {
            "request_too_large"
        } else {
            "request_malformed"
        };
        answer.refused(status, code);
    }
    let rows: Vec<Value> = (0..2_001)
        .map(|_| json!({ "account_id": "a", "pin": "1" }))
        .collect();
    wizard
        .attempt("inquiry-pins", json!({ "pins": rows }))
        .await
        .refused(413, "request_too_large");
    // With a charset it is JSON all the same.
    let answer = send(&wizard, "extend", Some("Application/JSON; charset=utf-8"), body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(wizard.view().await["version"], 2);
}

#[tokio::test]
async fn addresses_take_their_own_methods_only() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, wizard) = partner.link(&browser).await;
    for (method, path) in [
        (Method::GET, wizard.path("password")),
        (Method::PUT, wizard.path("password")),
        (Method::DELETE, wizard.path("cancel")),
        (Method::PATCH, wizard.path("extend")),
        (Method::POST, format!("/api/linkages/{}", wizard.id)),
        (Method::DELETE, format!("/api/linkages/{}", wizard.id)),
        (Method::GET, "/par".to_owned()),
        (Method::GET, "/token".to_owned()),
        (Method::GET, "/revoke".to_owned()),
        (Method::PUT, "/authorize".to_owned()),
        (Method::POST, format!("/linkages/{}/return", wizard.id)),
        (Method::POST, "/v1/accounts".to_owned()),
        (Method::POST, "/jwks".to_owned()),
        (Method::OPTIONS, wizard.path("password")),
        (Method::TRACE, wizard.path("password")),
    ] {
        let answer = Answer::of(browser.request(method.clone(), &path).send().await.unwrap()).await;
        answer.refused(405, "method_not_allowed");
        assert!(
            answer.header("allow").is_some(),
            "{method} {path} (RFC 9110 section 15.5.6)"
        );
    }
    for path in [
        "/api/linkages",
        "/api/nonsense",
        "/api/linkages/x/y/z",
        "/nonsense",
        "/.env",
        "/linkages/a/b",
    ] {
        browser.get(path).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn ids_have_one_spelling() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, wizard) = partner.link(&browser).await;
    for id in [
        wizard.id.to_uppercase(),
        wizard.id.replace('-', ""),
        format!("{{{}}}", wizard.id),
        format!("urn:uuid:{}", wizard.id),
        "1".to_owned(),
        "%00".to_owned(),
        "%FF".to_owned(),
        "..%2F".to_owned(),
        "x".repeat(5_000),
    ] {
        let answer = browser.get(&format!("/api/linkages/{id}")).await;
        answer.refused(404, "not_found");
        let answer = browser
            .post(
                &format!("/api/linkages/{id}/extend"),
                &wizard.body(&act_id(), &json!({})),
            )
            .await;
        answer.refused(404, "not_found");
    }
}

#[tokio::test]
async fn acts_come_from_our_own_page() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    let path = wizard.path("extend");
    let own = bank.issuer();
    let port = own.rsplit(':').next().unwrap();
    let with = |name: &'static str, value: Option<&str>| {
        let mut headers = browser.page_headers();
        headers.remove(name);
        if let Some(value) = value {
            headers.insert(name, HeaderValue::try_from(value).unwrap());
        }
        headers
    };
    let mut doubled_origin = browser.page_headers();
    doubled_origin.append("origin", HeaderValue::try_from(&own).unwrap());
    let mut cross_site = with("origin", None);
    cross_site.insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
    let cases: Vec<HeaderMap> = vec![
        with("x-renkei-csrf", None),
        with("x-renkei-csrf", Some("")),
        with("x-renkei-csrf", Some("0")),
        with("x-renkei-csrf", Some("11")),
        with("origin", Some("null")),
        with("origin", Some("https://evil.example")),
        with("origin", Some("https://localhost")),
        with("origin", Some(&format!("http://localhost:{port}"))),
        with("origin", Some(&format!("https://localhost:{port}.evil.example"))),
        with("origin", Some(&format!("https://c1.cert.localhost:{port}"))),
        with("origin", Some(&format!("{own}/"))),
        doubled_origin,
        cross_site,
    ];
    for headers in cases {
        let body = wizard.body(&act_id(), &json!({}));
        let answer = browser.post_with(&path, &body, &headers).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (403, "origin_refused"),
            "{headers:?}"
        );
        let start = browser
            .post_with("/api/customer-session/start", &json!({}), &headers)
            .await;
        start.refused(403, "origin_refused");
        assert!(start.set_cookies().is_empty());
    }
    assert_eq!(wizard.view().await["version"], 1);
    wizard.act("extend", json!({})).await;
}

#[tokio::test]
async fn control_characters_travel_nowhere() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    for business in ["balance\u{0}", "Balance", "accounts", "", "残高照会"] {
        let data = json!({ "businesses": [business] });
        wizard
            .attempt("businesses", data)
            .await
            .refused(400, "request_malformed");
    }
    wizard.businesses(&["balance"]).await;
    for account in ["\u{0}", "a\nb", "' OR 1=1 --", "\u{202e}"] {
        let data = json!({ "account_ids": [account], "intent": true });
        wizard
            .attempt("permission", data)
            .await
            .refused(422, "account_not_selectable");
    }
    for intent in [json!("true"), json!(1), json!(null)] {
        let data = json!({ "account_ids": [], "intent": intent });
        wizard
            .attempt("permission", data)
            .await
            .refused(400, "request_malformed");
    }
    assert_eq!(wizard.view().await["step"], "permission");
}
