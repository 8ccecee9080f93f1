//! OpenID Connect Core 1.0: what a partner learns of a customer, in id_tokens and at UserInfo.
//! Not here: what a request may ask of the login (`openid_authorization`).
//!
//! | clause | shown by |
//! |---|---|
//! | 2, 3.1.3.6: the claims of an id_token, `at_hash` | `an_id_token_says_who_logged_in_how_and_when` |
//! | 3.1.2.1: `openid` in the scope | `without_openid_nobody_is_named` |
//! | 3.1.3.7: signed by a published key, `kid`; the registered algorithm | `the_registered_algorithm_signs` |
//! | FAPI 2.0 Security Profile, 5.3.2.3: a `nonce` of 64 characters | `an_id_token_says_who_logged_in_how_and_when` |
//! | 5.3.1: GET and POST, the token in the header | `userinfo_answers_get_and_post_at_both_listeners` |
//! | 5.3.2: `sub`, JSON or a signed JWT | `userinfo_answers_get_and_post_at_both_listeners`, `userinfo_is_signed_where_that_is_registered` |
//! | 5.3.3: errors | `userinfo_is_for_the_holder_of_a_token_with_openid` |
//! | 5.5: `claims` | `userinfo_says_what_the_request_asked_for_as_long_as_the_permission_lasts` |
//! | 8, 8.1: pairwise subjects | `a_subject_is_pairwise_and_stays` |
//! | 12.2: id_tokens of a refresh | `a_refresh_brings_an_id_token_too` |

use crate::actors::{Answer, Browser, NewPartner, Partner, Tokens, bank, base64url, random_text, verified};
use aws_lc_rs::digest::{SHA256, SHA512, digest};
use renkei::testing::TestBank;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const OPENID: [(&str, Option<&str>); 1] = [("scope", Some("openid accounts balance"))];

async fn partner(bank: &TestBank) -> Partner<'_> {
    NewPartner::fapi2("kagi").register(bank).await.with_dpop()
}

/// Header and claims of the id_token of an answer, by the published keys.
async fn id_token(partner: &Partner<'_>, answer: &Value) -> (Value, Value) {
    let jwt = answer["id_token"].as_str().unwrap_or_else(|| panic!("{answer}"));
    verified(jwt, &partner.jwks().await)
}

async fn subject(partner: &Partner<'_>, tokens: &Tokens) -> String {
    let (_, claims) = id_token(partner, &tokens.answer).await;
    claims["sub"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_id_token_says_who_logged_in_how_and_when() {
    let bank = bank().await;
    let partner = partner(&bank).await;
    let nonce = "n".repeat(64);
    let mut changes = OPENID.to_vec();
    changes.push(("nonce", Some(nonce.as_str())));
    let browser = Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard) = partner.link_with(&browser, &changes).await;
    wizard.certificate().await;
    bank.clock().advance(Duration::from_secs(40));
    let login = bank.clock().now().unix_seconds();
    wizard.password(&bank.user("yubari-jiro").unwrap().password).await;
    bank.clock().advance(Duration::from_secs(50));
    wizard.reach_permission(&[]).await;
    let returned = wizard.permit().await;
    bank.clock().advance(Duration::from_secs(5));
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    let (header, claims) = id_token(&partner, &tokens.answer).await;
    assert_eq!((&header["typ"], &header["alg"]), (&json!("JWT"), &json!("ES256")));
    assert!(header["kid"].is_string());
    let now = bank.clock().now().unix_seconds();
    let hash = digest(&SHA256, tokens.access.as_bytes());
    assert_eq!(
        claims,
        json!({
            "iss": bank.issuer(), "aud": "kagi", "sub": claims["sub"], "iat": now, "exp": now + 300,
            "auth_time": login, "nonce": nonce, "acr": "urn:renkei:acr:certificate-and-password",
            "amr": ["swk", "pwd", "mfa"], "at_hash": base64url(&hash.as_ref()[..16]),
        })
    );
    assert!(!claims["sub"].as_str().unwrap().contains("yubari"));
    assert_eq!(tokens.answer["scope"], "openid accounts balance");
}

#[tokio::test]
async fn without_openid_nobody_is_named() {
    let bank = bank().await;
    let partner = partner(&bank).await;
    let nonce = random_text();
    let tokens = partner
        .linked_with("yubari-jiro", &[], &[("nonce", Some(&nonce))])
        .await;
    assert_eq!(tokens.answer.get("id_token"), None);
    let answer = partner.get("/userinfo", &tokens.access).await;
    assert_eq!(
        (answer.status, answer.json()["error"].as_str()),
        (403, Some("insufficient_scope"))
    );
    let fresh = partner.refresh(&tokens.refresh).await.ok();
    assert_eq!(fresh.get("id_token"), None);
}

#[tokio::test]
async fn the_registered_algorithm_signs() {
    let bank = bank().await;
    for (client_id, algorithm) in [("es", "ES256"), ("ps", "PS256"), ("ed", "EdDSA")] {
        let new = NewPartner::fapi2(client_id).member("id_token_signed_response_alg", algorithm);
        let partner = new.register(&bank).await.with_dpop();
        let tokens = partner.linked_with("yubari-jiro", &[], &OPENID).await;
        let (header, claims) = id_token(&partner, &tokens.answer).await;
        assert_eq!(header["alg"], algorithm);
        // at_hash follows the signature's hash (3.1.3.6): SHA-512 for Ed25519.
        let function = if algorithm == "EdDSA" { &SHA512 } else { &SHA256 };
        let hash = digest(function, tokens.access.as_bytes());
        let half = hash.as_ref().len() / 2;
        assert_eq!(claims["at_hash"], base64url(&hash.as_ref()[..half]));
    }
}

#[tokio::test]
async fn a_refresh_brings_an_id_token_too() {
    let bank = bank().await;
    let partner = partner(&bank).await;
    let nonce = random_text();
    let mut changes = OPENID.to_vec();
    changes.push(("nonce", Some(nonce.as_str())));
    let tokens = partner.linked_with("yubari-jiro", &[], &changes).await;
    let (_, first) = id_token(&partner, &tokens.answer).await;
    assert_eq!(first["nonce"], nonce);
    // Days later, when the linkage itself is forgotten.
    bank.clock().advance(Duration::from_hours(24 * 3));
    bank.keep_house().await;
    let answer = partner.refresh(&tokens.refresh).await.ok();
    let (_, second) = id_token(&partner, &answer).await;
    for same in ["iss", "sub", "aud", "auth_time", "acr"] {
        assert_eq!(second[same], first[same], "{same}");
    }
    assert_eq!(second["iat"], bank.clock().now().unix_seconds());
    assert_eq!(second.get("nonce"), None);
    let hash = digest(&SHA256, answer["access_token"].as_str().unwrap().as_bytes());
    assert_eq!(second["at_hash"], base64url(&hash.as_ref()[..16]));
    // Whoever narrows openid away is not told who it is.
    let narrowed = partner
        .refresh_with(&tokens.refresh, &[("scope", "accounts")])
        .await
        .ok();
    assert_eq!(
        (narrowed.get("id_token"), &narrowed["scope"]),
        (None, &json!("accounts"))
    );
    let answer = partner
        .get("/userinfo", narrowed["access_token"].as_str().unwrap())
        .await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn a_subject_is_pairwise_and_stays() {
    let bank = bank().await;
    let first = partner(&bank).await;
    // Of one sector, by the host of their redirect URIs.
    let sibling =
        NewPartner::fapi2("sibling").member("redirect_uris", json!(["https://kagi.example/sibling"]));
    let sibling = sibling.register(&bank).await.with_dpop();
    let stranger = NewPartner::fapi2("stranger").register(&bank).await.with_dpop();
    let jiro = subject(&first, &first.linked_with("yubari-jiro", &[], &OPENID).await).await;
    let again = subject(&first, &first.linked_with("yubari-jiro", &[], &OPENID).await).await;
    assert_eq!(jiro, again);
    let to_sibling = subject(&sibling, &sibling.linked_with("yubari-jiro", &[], &OPENID).await).await;
    assert_eq!(jiro, to_sibling);
    let to_stranger = subject(
        &stranger,
        &stranger.linked_with("yubari-jiro", &[], &OPENID).await,
    )
    .await;
    assert_ne!(jiro, to_stranger);
    let pins = crate::actors::SORACHI_PINS;
    let taro = subject(&first, &first.linked_with("sorachi-taro", &pins, &OPENID).await).await;
    assert_ne!(jiro, taro);
}

#[tokio::test]
async fn userinfo_answers_get_and_post_at_both_listeners() {
    let bank = bank().await;
    let by_key = partner(&bank).await;
    let tokens = by_key.linked_with("yubari-jiro", &[], &OPENID).await;
    let expected = json!({ "sub": subject(&by_key, &tokens).await });
    let mut partner = by_key;
    for base in [bank.issuer(), bank.partner_url()] {
        partner.base = base;
        for method in [Method::GET, Method::POST] {
            let answer = partner.ask(method, "/userinfo", &tokens.access, &[]).await;
            assert_eq!(answer.ok(), expected);
            assert_eq!(answer.header("content-type"), Some("application/json"));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
        assert_eq!(
            partner
                .ask(Method::DELETE, "/userinfo", &tokens.access, &[])
                .await
                .status,
            405
        );
    }
    // With a token that is bound to a certificate, too.
    let new = NewPartner::fapi2("mtls").certificate(bank.pki().partners.client("mtls").unwrap());
    let by_certificate = new.register(&bank).await;
    let tokens = by_certificate.linked_with("yubari-jiro", &[], &OPENID).await;
    let sub = subject(&by_certificate, &tokens).await;
    assert_eq!(
        by_certificate.get("/userinfo", &tokens.access).await.ok(),
        json!({ "sub": sub })
    );
}

#[tokio::test]
async fn userinfo_is_for_the_holder_of_a_token_with_openid() {
    let bank = bank().await;
    let partner = partner(&bank).await;
    let tokens = partner.linked_with("yubari-jiro", &[], &OPENID).await;
    let none = Answer::of(partner.call(Method::GET, "/userinfo").send().await.unwrap()).await;
    assert_eq!((none.status, none.body.len()), (401, 0));
    assert_eq!(none.headers.get_all("www-authenticate").iter().count(), 2);
    // Neither in the query nor in a form (FAPI 2.0 Security Profile, 5.3.4).
    let query = partner.call(Method::GET, &format!("/userinfo?access_token={}", tokens.access));
    let form = partner
        .call(Method::POST, "/userinfo")
        .form(&[("access_token", &tokens.access)]);
    for request in [query, form] {
        assert_eq!(request.send().await.unwrap().status(), 401);
    }
    let thief = Partner::showing(&bank, partner.registered, None).with_dpop();
    for (who, token) in [
        (&thief, &tokens.access),
        (&partner, &tokens.refresh),
        (&partner, &random_text()),
    ] {
        let answer = who.get("/userinfo", token).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (401, Some("invalid_token"))
        );
    }
    partner.revoke(&tokens.access).await;
    assert_eq!(partner.get("/userinfo", &tokens.access).await.status, 401);
}

#[tokio::test]
async fn userinfo_is_signed_where_that_is_registered() {
    let bank = bank().await;
    for (client_id, algorithm) in [("es", "ES256"), ("ps", "PS256"), ("ed", "EdDSA")] {
        let new = NewPartner::fapi2(client_id).member("userinfo_signed_response_alg", algorithm);
        let partner = new.register(&bank).await.with_dpop();
        let tokens = partner.linked_with("yubari-jiro", &[], &OPENID).await;
        let answer = partner.get("/userinfo", &tokens.access).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some("application/jwt"))
        );
        let (header, claims) = verified(&answer.text(), &partner.jwks().await);
        assert_eq!(header["alg"], algorithm);
        let sub = subject(&partner, &tokens).await;
        assert_eq!(
            claims,
            json!({ "iss": bank.issuer(), "aud": client_id, "sub": sub })
        );
    }
}

#[tokio::test]
async fn userinfo_says_what_the_request_asked_for_as_long_as_the_permission_lasts() {
    let bank = bank().await;
    let partner = partner(&bank).await;
    let mut changes = OPENID.to_vec();
    let claims = json!({
        "userinfo": { "acr": null, "amr": { "essential": true }, "auth_time": null, "email": null },
        "id_token": { "acr": { "essential": true, "value": "urn:renkei:acr:certificate-and-password" } },
    });
    let claims = claims.to_string();
    changes.push(("claims", Some(&claims)));
    let tokens = partner.linked_with("yubari-jiro", &[], &changes).await;
    let (_, id) = id_token(&partner, &tokens.answer).await;
    let expected = json!({
        "sub": id["sub"], "acr": "urn:renkei:acr:certificate-and-password", "amr": ["swk", "pwd", "mfa"],
        "auth_time": id["auth_time"],
    });
    assert_eq!(partner.get("/userinfo", &tokens.access).await.ok(), expected);
    bank.clock().advance(Duration::from_hours(24 * 30));
    bank.keep_house().await;
    let fresh = partner.refresh(&tokens.refresh).await.ok();
    let access = fresh["access_token"].as_str().unwrap();
    assert_eq!(partner.get("/userinfo", access).await.ok(), expected);
}
