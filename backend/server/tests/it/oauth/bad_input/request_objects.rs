//! Request objects that nobody signed as they should, pushed and by the browser: nothing is kept, nothing is begun.
//! Not here: one clause after the other (`rfc9101_jar`).

use super::assertions::forgeries;
use super::{assert_unchanged, contents, told};
use crate::actors::{Browser, NewPartner, Partner, Returned, bank, form, random_text};
use serde_json::{Value, json};

/// Bad objects of a request that would be good.
fn bad_objects(partner: &Partner<'_>) -> Vec<(&'static str, String)> {
    let key = partner.key();
    let now = partner.bank.clock().now().unix_seconds();
    let request = partner.request("s", &random_text());
    let good = crate::actors::opened(&partner.request_object(&request, |_, _| {}));
    let (header, claims) = good;
    let mut bad = forgeries(&key, &header, &claims);
    // What is too large for an assertion is none too large for an object.
    bad.retain(|(what, _)| *what != "larger than anybody reads");
    for (what, name, value) in [
        ("expired", "exp", json!(now - 11)),
        ("without an end", "exp", Value::Null),
        ("of the future", "nbf", json!(now + 61)),
        ("without a beginning", "nbf", Value::Null),
        ("begun long ago", "nbf", json!(now - 3_700)),
        ("for another server", "aud", json!("https://bank.example")),
        ("for nobody", "aud", Value::Null),
        ("of another client", "iss", json!("kaikei")),
        ("by another client", "client_id", json!("kaikei")),
        ("with an object in it", "request", json!("x")),
        (
            "with an address in it",
            "request_uri",
            json!("https://kagi.example/request"),
        ),
        (
            "a parameter of another type",
            "redirect_uri",
            json!(["https://kagi.example/callback"]),
        ),
    ] {
        let mut claims = claims.clone();
        claims[name] = value.clone();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        }
        bad.push((what, key.sign(&header, &claims)));
    }
    let other = Partner::of(partner.bank, "kaikei");
    bad.push(("another client's key", other.key().sign(&header, &claims)));
    bad
}

#[tokio::test]
async fn pushed_objects_that_are_no_good() {
    let bank = bank().await;
    let certificate = bank.pki().partners.client("kagi").unwrap();
    let key = NewPartner::fapi2("kagi")
        .certificate(certificate)
        .register(&bank)
        .await;
    let before = contents(&bank).await;
    for (what, object) in bad_objects(&key) {
        // The partner's own assertion leaves its record each time, and nothing else.
        let answer = key.post("/par", &form(&[("request", &object)])).await;
        assert_eq!(answer.status, 400, "{what}");
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        let wrong_within = ["a parameter of another type"].contains(&what);
        assert!(
            error == "invalid_request_object" || (wrong_within && error == "invalid_request"),
            "{what} {error}"
        );
        told(&answer, (400, &error), what);
    }
    let mut after = contents(&bank).await;
    after.retain(|(place, _), _| !place.starts_with("replays."));
    let mut before = before;
    before.retain(|(place, _), _| !place.starts_with("replays."));
    assert_eq!(before, after);
    key.begin_signed(&[]).await;
}

#[tokio::test]
async fn objects_by_the_browser_that_are_no_good() {
    let bank = bank().await;
    // Baseline: it need not push.
    let mut new = NewPartner::fapi2("kagi").member("dpop_bound_access_tokens", true);
    new = new.profile("baseline");
    let partner = new.register(&bank).await;
    let browser = Browser::showing(&bank, None);
    let before = contents(&bank).await;
    for (what, object) in bad_objects(&partner) {
        let url = partner.direct_url(&form(&[("client_id", partner.id()), ("request", &object)]));
        let answer = browser.get(&url).await;
        // Nothing that was not signed by the client says where it is to be told.
        if answer.status == 303 {
            let returned = Returned::read(&answer.location());
            assert_eq!(returned.address, partner.registered.redirect_uri, "{what}");
            assert_eq!(returned.get("error"), "invalid_request_object", "{what}");
            assert_eq!(returned.parameters.get("code"), None);
        } else {
            answer.is_page(400, "authorization_request_invalid");
        }
        assert!(answer.set_cookies().is_empty(), "{what}");
    }
    assert_unchanged(&bank, &before, "objects").await;
    let request = partner.request("s", &random_text());
    let good = partner.request_object(&request, |_, _| {});
    let url = partner.direct_url(&form(&[("client_id", partner.id()), ("request", &good)]));
    browser.arrive(&url).await;
}
