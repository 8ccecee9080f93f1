//! RFC 6749 sections 3.1 and 4.1: the authorization endpoint. What is wrong with the client or the redirect URI ends on
//! a page here; everything else is told to the client.
//!
//! | clause | test |
//! |---|---|
//! | RFC 6749, 3.1: unknown parameters ignored, none twice; GET and POST (OpenID Connect Core 1.0, 3.1.2.1) | `everything_else_is_told_to_the_client`, `a_post_works_like_a_get`, `a_post_is_a_form_of_moderate_size` |
//! | 3.1.2.3: redirect URIs compared character by character; 4.1.2.1: never a redirect to another | `a_bad_client_or_redirect_uri_is_never_answered_by_a_redirect` |
//! | 3.3: no `scope` | `a_request_without_scope_asks_for_all_that_is_registered_and_unknown_parameters_are_ignored` |
//! | 4.1.1, 4.1.2: `state` | `state_comes_back_as_it_went` |
//! | 4.1.2.1: errors | `everything_else_is_told_to_the_client` |
//! | FAPI 2.0 Security Profile, 5.3.2.2: pushed requests only | `a_fapi_client_must_push_its_requests` |
//! | RFC 9110, 9.2.1: HEAD is safe | `looking_at_the_address_alone_begins_nothing` |
//!
//! Not here: pushed requests (`rfc9126_par`).

use crate::actors::{Answer, Browser, Partner, Returned, bank, random_text};
use url::Url;

type Parameters = Vec<(String, String)>;

fn url(partner: &Partner<'_>, parameters: &Parameters) -> String {
    Url::parse_with_params(&format!("{}/authorize", partner.bank.issuer()), parameters)
        .unwrap()
        .into()
}

/// A good request, changed: the value of a name is replaced, dropped where there is none, added where it is new.
fn changed(request: &Parameters, name: &str, value: Option<&str>) -> Parameters {
    let mut changed: Parameters = request
        .iter()
        .filter(|(known, _)| known != name)
        .cloned()
        .collect();
    changed.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    changed
}

#[tokio::test]
async fn a_bad_client_or_redirect_uri_is_never_answered_by_a_redirect() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kihon");
    let browser = Browser::showing(&bank, None);
    let good = partner.request("s", &random_text());
    let mut doubled_client = good.clone();
    doubled_client.push(("client_id".to_owned(), "kihon".to_owned()));
    let mut doubled_uri = good.clone();
    doubled_uri.push(("redirect_uri".to_owned(), partner.registered.redirect_uri.clone()));
    let mut cases = vec![doubled_client, doubled_uri, Vec::new()];
    for client_id in [
        None,
        Some(""),
        Some("nobody"),
        Some("KIHON"),
        Some("kihon "),
        Some("ki\u{0}hon"),
    ] {
        cases.push(changed(&good, "client_id", client_id));
    }
    for redirect_uri in [
        None,
        Some(""),
        Some("https://evil.example/callback"),
        Some("https://kihon.example/callback/"),
        Some("https://kihon.example/callback?x=1"),
        Some("https://kihon.example/callback#"),
        Some("https://kihon.example/Callback"),
        Some("https://KIHON.example/callback"),
        Some("https://kihon.example:443/callback"),
        Some("https://kihon.example/callback/../callback"),
        Some("https://kihon.example@evil.example/callback"),
        Some("http://kihon.example/callback"),
        Some("//kihon.example/callback"),
        Some("javascript:alert(1)"),
        Some("https://kaikei.example/callback"),
    ] {
        cases.push(changed(&good, "redirect_uri", redirect_uri));
    }
    for parameters in cases {
        let answer = browser.get(&url(&partner, &parameters)).await;
        answer.is_page(400, "authorization_request_invalid");
        assert!(
            answer.header("location").is_none() && answer.set_cookies().is_empty(),
            "{parameters:?}"
        );
        assert!(
            !answer.text().contains("evil.example"),
            "nothing that was sent is shown"
        );
    }
    let raw = format!("{}/authorize?client_id=%FF&redirect_uri=%C3", bank.issuer());
    browser
        .get(&raw)
        .await
        .is_page(400, "authorization_request_invalid");
}

#[tokio::test]
async fn everything_else_is_told_to_the_client() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kihon");
    let browser = Browser::showing(&bank, None);
    let good = partner.request("the state", &random_text());
    let mut doubled = good.clone();
    doubled.push(("scope".to_owned(), "accounts".to_owned()));
    let many: Parameters = (0..70).map(|n| (format!("p{n}"), "1".to_owned())).collect();
    let mut too_many = good.clone();
    too_many.extend(many);
    for (parameters, error) in [
        (changed(&good, "response_type", None), "invalid_request"),
        (
            changed(&good, "response_type", Some("token")),
            "unsupported_response_type",
        ),
        (
            changed(&good, "response_type", Some("code id_token")),
            "unsupported_response_type",
        ),
        (
            changed(&good, "response_type", Some("CODE")),
            "unsupported_response_type",
        ),
        (
            changed(&good, "response_mode", Some("web_message")),
            "invalid_request",
        ),
        (changed(&good, "scope", Some("accounts openid")), "invalid_scope"),
        (changed(&good, "scope", Some("payments")), "invalid_scope"),
        // No business at all: there would be nothing to permit.
        (changed(&good, "scope", Some("accounts")), "invalid_scope"),
        (changed(&good, "scope", Some("a\"b")), "invalid_scope"),
        (
            changed(&good, "request", Some("e30.e30.")),
            "invalid_request_object",
        ),
        (changed(&good, "nonce", Some("n\u{e9}")), "invalid_request"),
        (doubled, "invalid_request"),
        (too_many, "invalid_request"),
    ] {
        let answer = browser.get(&url(&partner, &parameters)).await;
        let returned = Returned::read(&answer.location());
        assert_eq!(returned.address, partner.registered.redirect_uri);
        assert_eq!(returned.get("error"), error, "{parameters:?}");
        assert_eq!(returned.get("iss"), bank.issuer());
        assert!(answer.set_cookies().is_empty());
        assert!(!returned.parameters.contains_key("code"));
        if error != "invalid_request" || parameters.len() < 20 {
            assert_eq!(returned.get("state"), "the state");
        }
    }
    // A state that cannot be given back is not.
    for state in ["s\u{e9}", "s\u{0}", &"x".repeat(2_049)] {
        let answer = browser
            .get(&url(&partner, &changed(&good, "state", Some(state))))
            .await;
        let returned = Returned::read(&answer.location());
        assert_eq!(returned.get("error"), "invalid_request");
        assert!(!returned.parameters.contains_key("state"));
    }
}

#[tokio::test]
async fn a_request_without_scope_asks_for_all_that_is_registered_and_unknown_parameters_are_ignored() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kihon");
    let browser = Browser::of(&bank, "yubari-jiro");
    let verifier = random_text();
    let mut request = changed(&partner.request("s", &verifier), "scope", None);
    request.push(("utm_source".to_owned(), "x".to_owned()));
    request = changed(&request, "state", None);
    let mut wizard = browser.arrive(&url(&partner, &request)).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    wizard.businesses(&["balance", "statement", "transfers"]).await;
    let returned = wizard.permit().await;
    assert!(!returned.parameters.contains_key("state"), "none was sent");
    let tokens = partner.tokens(returned.code(), &verifier).await;
    assert_eq!(tokens.answer["scope"], "accounts balance statement transfers");
}

#[tokio::test]
async fn state_comes_back_as_it_went() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kihon");
    let browser = Browser::of(&bank, "yubari-jiro");
    let state = "a b+c%20&d=e\"<>'?#/\\~".to_owned() + &"x".repeat(2_000);
    let request = partner.request(&state, &random_text());
    let mut wizard = browser.arrive(&url(&partner, &request)).await;
    let cancelled = Returned::read(&wizard.leave("cancel", serde_json::json!({})).await);
    assert_eq!(cancelled.get("state"), state);
}

#[tokio::test]
async fn a_fapi_client_must_push_its_requests() {
    let bank = bank().await;
    for client_id in ["kaikei", "chobo"] {
        let partner = Partner::of(&bank, client_id);
        let browser = Browser::showing(&bank, None);
        let request = partner.request("s", &random_text());
        let answer = browser.get(&url(&partner, &request)).await;
        assert_eq!(Returned::read(&answer.location()).get("error"), "invalid_request");
    }
}

#[tokio::test]
async fn a_post_works_like_a_get() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kihon");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (state, verifier) = (random_text(), random_text());
    let request = partner.request(&state, &verifier);
    let answer = browser.submit("/authorize", &request).await;
    let location = answer.location();
    let id = location.rsplit('/').next().unwrap();
    let mut wizard = crate::actors::Wizard::new(&browser, id);
    wizard.log_in(&bank, "yubari-jiro").await;
    wizard.businesses(&["balance"]).await;
    let returned = wizard.permit().await;
    partner.tokens(returned.code(), &verifier).await;

    // What stands in the query beside the form counts for nothing, and the same errors are told in the same way.
    let wrong = changed(&request, "scope", Some("payments"));
    let answer = browser
        .submit("/authorize?scope=balance&state=other", &wrong)
        .await;
    let returned = Returned::read(&answer.location());
    assert_eq!(
        (returned.get("error"), returned.get("state")),
        ("invalid_scope", state.as_str())
    );
    let bad = changed(&request, "redirect_uri", Some("https://evil.example/"));
    let answer = browser.submit("/authorize", &bad).await;
    answer.is_page(400, "authorization_request_invalid");
    let attempt = Partner::of(&bank, "kaikei").begin().await;
    let (_, query) = attempt.url.split_once('?').unwrap();
    let pushed: Parameters = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    assert_eq!(browser.submit("/authorize", &pushed).await.status, 303);
}

#[tokio::test]
async fn a_post_is_a_form_of_moderate_size() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kihon");
    let browser = Browser::showing(&bank, None);
    let good = partner.request("s", &random_text());
    let json = browser.request(reqwest::Method::POST, "/authorize");
    let json = json.json(&serde_json::json!({ "client_id": "kihon" }));
    let untyped = browser
        .request(reqwest::Method::POST, "/authorize")
        .body("client_id=kihon");
    for request in [json, untyped] {
        let answer = Answer::of(request.send().await.unwrap()).await;
        answer.is_page(415, "media_type_unsupported");
    }
    let large = changed(&good, "login_hint", Some(&"x".repeat(70_000)));
    let answer = browser.submit("/authorize", &large).await;
    answer.is_page(413, "request_too_large");
    let binary = browser.request(reqwest::Method::POST, "/authorize");
    let binary = binary
        .header("content-type", "application/x-www-form-urlencoded")
        .body(b"client_id=\xff\xfe".to_vec());
    let answer = Answer::of(binary.send().await.unwrap()).await;
    answer.is_page(400, "authorization_request_invalid");
}

#[tokio::test]
async fn looking_at_the_address_alone_begins_nothing() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::showing(&bank, None);
    let attempt = partner.begin().await;
    let path = attempt.url.strip_prefix(&bank.issuer()).unwrap();
    let head = browser.request(reqwest::Method::HEAD, path).send().await.unwrap();
    let head = Answer::of(head).await;
    assert_eq!(head.status, 204);
    assert!(head.set_cookies().is_empty());
    browser.arrive(&attempt.url).await;
}
