//! JARM, signed answers of the authorization endpoint (FAPI 2.0 Message Signing, 5.4).
//!
//! | clause | test |
//! |---|---|
//! | JARM, 2.1: `iss`, `aud`, `exp`, `code`, `state`; no `iss` beside (RFC 9207, 2.4) | `every_mode_carries_one_signed_answer` |
//! | 2.1: errors are signed, too | `what_is_refused_is_signed_as_well`, `an_error_on_arrival_is_signed` |
//! | 2.3.1 to 2.3.4: `query.jwt`, `fragment.jwt`, `form_post.jwt`, `jwt` | `every_mode_carries_one_signed_answer` |
//! | 3: `authorization_signed_response_alg` | `the_algorithm_is_the_one_that_the_client_registered` |
//! | FAPI Message Signing 5.4: lives at most 10 minutes | `every_mode_carries_one_signed_answer`, `an_answer_given_again_is_signed_anew` |
//! | lost answers | `an_answer_given_again_is_signed_anew`, `the_way_back_is_signed_when_it_is_taken` |
//!
//! Not here: the form that `form_post.jwt` posts (`form_post`).

use crate::actors::{Browser, NewPartner, Partner, Returned, act_id, bank, verified};
use serde_json::{Value, json};
use std::time::Duration;

/// What the browser brings to the partner, wherever the act's answer leads.
async fn brought(browser: &Browser, redirect_to: &str) -> Returned {
    if redirect_to.ends_with("/return") {
        let page = browser.get(redirect_to).await;
        if page.status == 303 {
            return Returned::read(&page.location());
        }
        return Returned::posted(&page);
    }
    Returned::read(redirect_to)
}

fn only_response(returned: &Returned) {
    let names: Vec<&str> = returned.parameters.keys().map(String::as_str).collect();
    assert_eq!(names, ["response"]);
}

async fn permit(wizard: &mut crate::actors::Wizard<'_>) -> String {
    let view = wizard.view().await;
    let ids: Vec<&Value> = view["data"]["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["account_id"])
        .collect();
    wizard
        .leave("permission", json!({ "account_ids": ids, "intent": true }))
        .await
}

#[tokio::test]
async fn every_mode_carries_one_signed_answer() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    for (mode, sign) in [
        ("jwt", '?'),
        ("query.jwt", '?'),
        ("fragment.jwt", '#'),
        ("form_post.jwt", '/'),
    ] {
        let browser = Browser::of(&bank, "yubari-jiro");
        let (attempt, mut wizard) = partner
            .link_with(&browser, &[("response_mode", Some(mode))])
            .await;
        wizard.log_in(&bank, "yubari-jiro").await;
        wizard.businesses(&["balance"]).await;
        let url = permit(&mut wizard).await;
        if sign == '/' {
            assert_eq!(url, format!("{}/linkages/{}/return", bank.issuer(), wizard.id));
        } else {
            assert!(
                url.starts_with(&format!("https://kaikei.example/callback{sign}response=")),
                "{mode} {url}"
            );
        }
        let returned = brought(&browser, &url).await;
        assert_eq!(returned.address, "https://kaikei.example/callback");
        only_response(&returned);
        let answer = partner.unsealed(&returned).await;
        assert_eq!(answer.get("iss"), bank.issuer());
        assert_eq!(answer.get("state"), attempt.state);
        assert_eq!(answer.parameters.len(), 3, "{answer:?}");
        partner.tokens(answer.code(), &attempt.verifier).await;
    }
}

#[tokio::test]
async fn what_is_refused_is_signed_as_well() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::showing(&bank, None);
    for mode in ["query.jwt", "fragment.jwt", "form_post.jwt"] {
        let (attempt, mut wizard) = partner
            .link_with(&browser, &[("response_mode", Some(mode))])
            .await;
        let url = wizard.leave("cancel", json!({})).await;
        let mut returned = brought(&browser, &url).await;
        // The redirect URI had a query before.
        returned.parameters.remove("from");
        if mode == "form_post.jwt" {
            assert_eq!(returned.address, partner.registered.redirect_uri);
        }
        only_response(&returned);
        let answer = partner.unsealed(&returned).await;
        assert_eq!(
            (answer.get("error"), answer.get("state")),
            ("access_denied", attempt.state.as_str())
        );
    }
}

#[tokio::test]
async fn an_error_on_arrival_is_signed() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::showing(&bank, None);
    for mode in ["jwt", "query.jwt", "fragment.jwt", "form_post.jwt"] {
        let request = partner.request("the state", "verifier");
        let mode = [("response_mode", Some(mode))];
        // It must be pushed, so that it is refused where the browser brings it.
        let url = partner.direct_url(&crate::actors::changed(request, &mode));
        let answer = browser.get(&url).await;
        let returned = if answer.status == 303 {
            Returned::read(&answer.location())
        } else {
            Returned::posted(&answer)
        };
        only_response(&returned);
        let told = partner.unsealed(&returned).await;
        assert_eq!(
            (told.get("error"), told.get("state")),
            ("invalid_request", "the state")
        );
    }
}

#[tokio::test]
async fn the_algorithm_is_the_one_that_the_client_registered() {
    let bank = bank().await;
    let browser = Browser::showing(&bank, None);
    for (client_id, algorithm) in [
        ("jarm-es256", "ES256"),
        ("jarm-ps256", "PS256"),
        ("jarm-eddsa", "EdDSA"),
    ] {
        let partner = NewPartner::fapi2(client_id)
            .member("authorization_signed_response_alg", algorithm)
            .register(&bank)
            .await;
        let (_, mut wizard) = partner
            .link_with(&browser, &[("response_mode", Some("jwt"))])
            .await;
        let url = wizard.leave("cancel", json!({})).await;
        let returned = Returned::read(&url);
        let (header, _) = verified(returned.get("response"), &partner.jwks().await);
        assert_eq!(header["alg"], algorithm);
        assert_eq!(partner.unsealed(&returned).await.get("error"), "access_denied");
    }
}

#[tokio::test]
async fn an_answer_given_again_is_signed_anew() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard) = partner
        .link_with(&browser, &[("response_mode", Some("query.jwt"))])
        .await;
    wizard.log_in(&bank, "yubari-jiro").await;
    let view = wizard.businesses(&["balance"]).await;
    let ids: Vec<&Value> = view["data"]["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["account_id"])
        .collect();
    let (id, data) = (act_id(), json!({ "account_ids": ids, "intent": true }));
    let first = wizard.attempt_as("permission", &id, &data).await.ok();
    bank.clock().advance(Duration::from_secs(30));
    let again = wizard.attempt_as("permission", &id, &data).await.ok();
    assert_ne!(first, again, "the signature's end has moved on");
    let read = |answer: &Value| Returned::read(answer["redirect_to"].as_str().unwrap());
    let (first, again) = (
        partner.unsealed(&read(&first)).await,
        partner.unsealed(&read(&again)).await,
    );
    assert_eq!(first.code(), again.code(), "the code is the same");
    // By the act `return` as well, with the next code once this one has died.
    wizard.view().await;
    let back = read(&wizard.act("return", json!({})).await);
    assert_eq!(partner.unsealed(&back).await.code(), first.code());
    bank.clock().advance(Duration::from_secs(31));
    let next = read(&wizard.act("return", json!({})).await);
    let next = partner.unsealed(&next).await;
    assert_ne!(next.code(), first.code());
    partner
        .redeem(first.code(), &attempt.verifier)
        .await
        .oauth_error(400, "invalid_grant");
    partner.tokens(next.code(), &attempt.verifier).await;
}

#[tokio::test]
async fn the_way_back_is_signed_when_it_is_taken() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::showing(&bank, None);
    let (attempt, mut wizard) = partner
        .link_with(&browser, &[("response_mode", Some("fragment.jwt"))])
        .await;
    wizard.leave("cancel", json!({})).await;
    let view = wizard.look().await.ok();
    let back = view["data"]["return_url"].as_str().unwrap().to_owned();
    assert_eq!(back, format!("{}/linkages/{}/return", bank.issuer(), wizard.id));
    // The page has been standing for an hour.
    bank.clock().advance(Duration::from_hours(1));
    let answer = partner.unsealed(&brought(&browser, &back).await).await;
    assert_eq!(
        (answer.get("error"), answer.get("state")),
        ("access_denied", attempt.state.as_str())
    );
    let stranger = Browser::showing(&bank, None).get(&back).await;
    stranger.is_page(404, "not_found");
}
