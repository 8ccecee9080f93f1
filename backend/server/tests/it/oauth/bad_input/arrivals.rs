//! The authorization endpoint, which anybody's browser can be sent to: no bad arrival begins anything, and none is answered
//! by a redirect to an address that is not registered. Not here: one parameter after the other (`rfc6749_authorization`).

use super::{assert_unchanged, contents};
use crate::actors::{Answer, Browser, Partner, Returned, bank, changed, random_text};
use reqwest::Method;

#[tokio::test]
async fn bad_arrivals_begin_nothing() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kihon");
    let browser = Browser::showing(&bank, None);
    let good = partner.request("s", &random_text());
    let fapi = Partner::of(&bank, "chobo");
    let pushed = fapi.begin().await.url;
    let before = contents(&bank).await;
    let long = "x".repeat(9_000);
    // What is wrong with the client or the address stays here.
    for changes in [
        vec![("client_id", None)],
        vec![("client_id", Some("nobody"))],
        vec![("client_id", Some(long.as_str()))],
        vec![("client_id", Some("chobo"))],
        vec![("redirect_uri", None)],
        vec![("client_id", Some(""))],
        vec![("redirect_uri", Some(""))],
        vec![("redirect_uri", Some("https://evil.example/"))],
        vec![("redirect_uri", Some("https://kihon.example/callback\u{0}"))],
        vec![("request_uri", Some("urn:ietf:params:oauth:request_uri:nobody"))],
    ] {
        let url = partner.direct_url(&changed(good.clone(), &changes));
        let answer = browser.get(&url).await;
        answer.is_page(400, "authorization_request_invalid");
        assert!(answer.set_cookies().is_empty());
    }
    // Everything else is told to the client.
    for (changes, error) in [
        (vec![("response_type", None)], "invalid_request"),
        (
            vec![("response_type", Some("id_token"))],
            "unsupported_response_type",
        ),
        (vec![("scope", Some("everything"))], "invalid_scope"),
        (vec![("scope", Some(long.as_str()))], "invalid_request"),
        (vec![("code_challenge", None)], "invalid_request"),
        (vec![("code_challenge_method", Some("plain"))], "invalid_request"),
        (vec![("request", Some("x.y.z"))], "invalid_request_object"),
        (
            vec![("authorization_details", Some("{"))],
            "invalid_authorization_details",
        ),
        (vec![("prompt", Some("none"))], "login_required"),
        (vec![("registration", Some("{}"))], "registration_not_supported"),
        (
            vec![("request_uri", Some("https://kihon.example/request"))],
            "request_uri_not_supported",
        ),
    ] {
        let url = partner.direct_url(&changed(good.clone(), &changes));
        let answer = browser.get(&url).await;
        let returned = Returned::read(&answer.location());
        assert_eq!(returned.address, "https://kihon.example/callback");
        assert_eq!(returned.get("error"), error, "{changes:?}");
        assert_eq!(returned.get("iss"), bank.issuer());
        assert!(answer.set_cookies().is_empty(), "{changes:?}");
    }
    // Each parameter twice, and each empty: an empty one is as good as none (RFC 6749 section 3.1).
    for (name, value) in &good {
        let mut doubled = good.clone();
        doubled.push((name.clone(), value.clone()));
        let twice = browser.get(&partner.direct_url(&doubled)).await;
        if matches!(name.as_str(), "client_id" | "redirect_uri") {
            twice.is_page(400, "authorization_request_invalid");
        } else {
            let returned = Returned::read(&twice.location());
            assert_eq!(returned.get("error"), "invalid_request", "{name}");
        }
        assert!(twice.set_cookies().is_empty(), "{name}");
    }
    for name in ["response_type", "code_challenge"] {
        let url = partner.direct_url(&changed(good.clone(), &[(name, Some(""))]));
        let answer = browser.get(&url).await;
        assert_eq!(
            Returned::read(&answer.location()).get("error"),
            "invalid_request",
            "{name}"
        );
        assert!(answer.set_cookies().is_empty(), "{name}");
    }
    // A request that was pushed by another client, or is looked at only.
    let (_, request_uri) = pushed.split_once("request_uri=").unwrap();
    let stolen = format!(
        "{}/authorize?client_id=kihon&request_uri={request_uri}",
        bank.issuer()
    );
    browser
        .get(&stolen)
        .await
        .is_page(400, "authorization_request_invalid");
    for method in [
        Method::HEAD,
        Method::OPTIONS,
        Method::PUT,
        Method::DELETE,
        Method::PATCH,
    ] {
        let request = partner.call(
            method.clone(),
            &format!("/authorize?client_id=chobo&request_uri={request_uri}"),
        );
        let answer = Answer::of(request.send().await.unwrap()).await;
        let expected = if method == Method::HEAD { 204 } else { 405 };
        assert_eq!(answer.status, expected, "{method}");
        assert!(answer.set_cookies().is_empty());
    }
    // Forms that are none.
    for (media_type, body, status) in [
        ("application/json", "{}".to_owned(), 415),
        (
            "application/x-www-form-urlencoded; charset=Shift_JIS",
            "client_id=kihon".to_owned(),
            415,
        ),
        ("application/x-www-form-urlencoded", String::new(), 400),
        (
            "application/x-www-form-urlencoded",
            format!("client_id=kihon&x={}", "x".repeat(70_000)),
            413,
        ),
    ] {
        let request = partner
            .call(Method::POST, "/authorize")
            .header("content-type", media_type);
        let answer = Answer::of(request.body(body).send().await.unwrap()).await;
        assert_eq!(answer.status, status, "{media_type}: {}", answer.text());
        assert_eq!(answer.header("location"), None);
    }
    assert_unchanged(&bank, &before, "arrivals").await;
    browser.arrive(&pushed).await;
    browser.arrive(&partner.direct_url(&good)).await;
}
