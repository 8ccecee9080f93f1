//! FAPI 2.0 Security Profile (Final), clause by clause, with the test that shows each. What has no test of its own elsewhere
//! is shown here, and the whole way in each combination that the profile knows. Not here: message signing
//! (`fapi2_message_signing`).
//!
//! | clause | shown by |
//! |---|---|
//! | 5.2.1, 5.2.2: TLS 1.2 and 1.3 with their strong suites only | `each_listener_negotiates_what_it_should` |
//! | 5.2.3: no downgrade for browsers (HSTS) | `strict_transport_is_demanded_but_on_localhost` |
//! | 5.2.3: no CORS at the authorization endpoint | `nothing_is_shared_with_other_origins` |
//! | 5.3.2.1: discovery metadata | `rfc8414_metadata` |
//! | 5.3.2.1: no password grant | `grants_that_are_no_part_of_the_profile` |
//! | 5.3.2.1: confidential clients only | `nobody_is_public` |
//! | 5.3.2.1: sender-constrained access tokens only, by mTLS or DPoP | `every_combination_goes_the_whole_way`, `who_has_registered_for_one_binding_gets_no_other`, `rfc8705_mtls`, `rfc9449_dpop` |
//! | 5.3.2.1: clients authenticate by mTLS or private_key_jwt | `every_combination_goes_the_whole_way`, `no_secret_is_good_enough`, `rfc8705_mtls`, `rfc7523_private_key_jwt` |
//! | 5.3.2.1: no open redirectors | `a_bad_client_or_redirect_uri_is_never_answered_by_a_redirect`, `bad_arrivals_begin_nothing` |
//! | 5.3.2.1: the issuer as one string is the audience of assertions | `claims_must_be_right_and_the_answer_says_no_more`, `assertions_that_authenticate_nobody` |
//! | 5.3.2.1: refresh tokens do not rotate, and where they do, a retry succeeds | `without_a_choice_a_refresh_token_stays`, `a_lost_answer_does_not_lose_the_permission` |
//! | 5.3.2.1: nonces for DPoP | `without_a_nonce_of_ours_there_is_no_token`, `resources_ask_for_nonces_too` |
//! | 5.3.2.1: codes live for 60 seconds at most | `a_code_lives_a_minute` |
//! | 5.3.2.1: codes bound to the DPoP key | `a_code_is_bound_to_the_key_of_its_request` |
//! | 5.3.2.1: JWTs up to 10 seconds ahead pass, 60 do not | `clocks_may_differ_by_ten_seconds`, `times_have_ten_seconds_of_tolerance`, `what_a_proof_may_be` |
//! | 5.3.2.1: no more privilege than needed | `a_token_can_be_had_for_less`, `fewer_scopes_are_fewer_answers` |
//! | 5.3.2.2: the code grant, by PAR only, and PAR authenticated | `a_fapi_client_must_push_its_requests`, `every_client_may_push_at_both_listeners`, `two_methods_at_once_and_halves_of_one` |
//! | 5.3.2.2: PKCE with S256 | `a_challenge_by_s256_is_required` |
//! | 5.3.2.2: redirect_uri in each pushed request, https | `parameters_that_are_missing_empty_doubled_oversized_or_no_text`, `redirects_are_by_303_to_https` |
//! | 5.3.2.2: `iss` in answers | `success_cancellation_and_error_all_bear_iss` |
//! | 5.3.2.2: a code works once | `a_replay_by_the_client_revokes_what_was_issued`, `of_twenty_redemptions_at_once_one_succeeds_and_the_replays_take_it_back` |
//! | 5.3.2.2: 303, never 307 | `redirects_are_by_303_to_https` |
//! | 5.3.2.2: request_uri below 600 seconds, used up at the decision | `it_waits_ninety_seconds_for_the_customer_and_the_linkage_carries_it_from_then_on`, `it_is_consumed_when_the_customer_permits_or_denies` |
//! | 5.3.2.2: the customer is told what is asked for | `the_permission_page_offers_what_the_details_name`, `journey` |
//! | 5.3.2.3: a nonce of 64 characters | `a_long_nonce_is_taken`, `an_id_token_says_who_logged_in_how_and_when` |
//! | 5.3.4: tokens in the header, never in the query | `the_token_travels_in_the_authorization_header_only`, `tokens_that_come_in_a_wrong_way` |
//! | 5.3.4: validity, expiry, revocation | `without_a_good_token_nothing_is_said`, `an_access_token_ends_itself_alone` |
//! | 5.3.4: sufficient authorization, errors of RFC 6750 | `each_scope_opens_its_own_door`, `fewer_scopes_are_fewer_answers` |
//! | 5.3.4: sender constraint | `a_token_works_with_the_certificate_that_it_is_bound_to_and_nowhere_else`, `at_resources_a_token_needs_its_key` |
//! | 5.4.1: PS256, ES256, EdDSA, never none; RSA of 2048 bits | `algorithms_and_keys_that_are_too_weak`, `only_the_registered_key_and_the_announced_algorithms_count`, `the_registered_algorithm_signs` |
//! | 5.4.1: secrets of 128 bits and more | `the_answer_of_the_token_endpoint_is_unguessable` |
//! | 5.4.2: keys over TLS | `jwks_uri` |
//! | 5.4.3: a `kid` names one key | `a_rotated_signing_key_is_published_ahead_and_the_earlier_one_goes_by_the_clock` |

use crate::actors::{Answer, Browser, Dpop, NewPartner, Partner, SigningKey, bank, form, verified};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::Algorithm;
use renkei::testing::{Authority, TestBank};
use reqwest::Method;
use serde_json::json;
use std::sync::Arc;

/// The partners of the profile's combinations: how each authenticates, by what name.
fn partners(bank: &TestBank) -> Vec<NewPartner> {
    let leaf = |name| bank.pki().partners.client(name).unwrap();
    let own = Authority::new("self").unwrap().client("self").unwrap();
    let mut jwk = SigningKey::from_pem(&own.key_pem, "tls").public().clone();
    jwk["x5c"] = json!([STANDARD.encode(&own.certificate_der)]);
    vec![
        NewPartner::signing("jwt-es256", Algorithm::ES256).certificate(leaf("jwt-es256")),
        NewPartner::signing("jwt-ps256", Algorithm::PS256).certificate(leaf("jwt-ps256")),
        NewPartner::signing("jwt-eddsa", Algorithm::EdDSA).certificate(leaf("jwt-eddsa")),
        NewPartner::by_certificate("tls-subject", "tls_client_auth", leaf("tls-subject"))
            .member("tls_client_auth_subject_dn", "CN=tls-subject"),
        NewPartner::by_certificate("tls-self", "self_signed_tls_client_auth", own)
            .member("jwks", json!({ "keys": [jwk] })),
    ]
}

#[tokio::test]
async fn every_combination_goes_the_whole_way() {
    let bank = bank().await;
    for new in partners(&bank) {
        let registered = new.register(&bank).await.registered;
        let by_certificate = || Partner::showing(&bank, registered, registered.certificate.as_ref());
        let by_key = || by_certificate().with_dpop_of(Arc::new(Dpop::new(Algorithm::EdDSA)));
        for (partner, token_type) in [(by_certificate(), "Bearer"), (by_key(), "DPoP")] {
            for scope in ["accounts balance statement", "openid accounts balance"] {
                let tokens = partner
                    .linked_with("yubari-jiro", &[], &[("scope", Some(scope))])
                    .await;
                let what = format!("{} {token_type} {scope}", partner.id());
                assert_eq!(tokens.answer["token_type"], token_type, "{what}");
                assert_eq!(tokens.answer["scope"], scope, "{what}");
                assert_eq!(partner.accounts(&tokens.access).await.len(), 3, "{what}");
                if scope.contains("openid") {
                    let jwt = tokens.answer["id_token"].as_str().unwrap();
                    let (_, claims) = verified(jwt, &partner.jwks().await);
                    assert_eq!(claims["aud"], partner.id());
                    let userinfo = partner.get("/userinfo", &tokens.access).await.ok();
                    assert_eq!(userinfo["sub"], claims["sub"], "{what}");
                }
                let fresh = partner.refresh(&tokens.refresh).await.ok();
                assert_eq!(fresh["token_type"], token_type, "{what}");
                let about = partner
                    .introspect(fresh["access_token"].as_str().unwrap())
                    .await
                    .ok();
                assert_eq!(about["active"], true, "{what}");
                assert!(about["cnf"].is_object(), "{what}");
                assert_eq!(partner.revoke(&tokens.refresh).await.status, 200, "{what}");
                partner
                    .get("/v1/accounts", &tokens.access)
                    .await
                    .refused(401, "invalid_token");
            }
        }
    }
}

#[tokio::test]
async fn grants_that_are_no_part_of_the_profile() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    for grant_type in [
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:openid:params:grant-type:ciba",
    ] {
        let fields = form(&[
            ("grant_type", grant_type),
            ("username", "sorachi-taro"),
            ("password", "kotoba-sorachi-taro-2026"),
        ]);
        partner
            .post("/token", &fields)
            .await
            .oauth_error(400, "unsupported_grant_type");
        let new =
            NewPartner::fapi2("grants").member("grant_types", json!(["authorization_code", grant_type]));
        assert!(new.try_register(&bank).await.is_err(), "{grant_type}");
    }
}

#[tokio::test]
async fn nobody_is_public() {
    let bank = bank().await;
    for profile in ["fapi2", "baseline"] {
        let new = NewPartner::fapi2("public")
            .profile(profile)
            .member("token_endpoint_auth_method", "none");
        assert!(new.try_register(&bank).await.is_err());
    }
    let partner = Partner::of(&bank, "kaikei");
    for path in ["/par", "/token", "/revoke", "/introspect"] {
        for client_id in ["kaikei", "kihon", "nobody"] {
            let fields = form(&[
                ("client_id", client_id),
                ("token", "x"),
                ("grant_type", "refresh_token"),
            ]);
            partner
                .post_unauthenticated(path, &fields)
                .await
                .oauth_error(401, "invalid_client");
        }
    }
}

#[tokio::test]
async fn no_secret_is_good_enough() {
    let bank = bank().await;
    for method in ["client_secret_basic", "client_secret_post"] {
        let new = NewPartner::baseline("secret", method).member("dpop_bound_access_tokens", true);
        assert!(
            new.profile("fapi2").try_register(&bank).await.is_err(),
            "{method}"
        );
    }
    // Neither do tokens go unbound, unless the operator names a partner of the other profile.
    let unbound = NewPartner::baseline("secret", "client_secret_basic");
    assert!(unbound.try_register(&bank).await.is_err());
}

#[tokio::test]
async fn redirects_are_by_303_to_https() {
    let bank = bank().await;
    for uri in [
        "http://kagi.example/callback",
        "http://localhost/callback",
        "kagi:/callback",
        "https://kagi.example/callback#x",
    ] {
        let new = NewPartner::fapi2("kagi").member("redirect_uris", json!([uri]));
        assert!(new.try_register(&bank).await.is_err(), "{uri}");
    }
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "yubari-jiro");
    let arrival = browser.get(&partner.begin().await.url).await;
    assert_eq!(arrival.status, 303);
    // From the certificate's host back, too; the way to the partner is the page's own to go.
    let (_, mut wizard) = partner.link(&browser).await;
    let url = wizard.ask_for_certificate().await;
    assert_eq!(browser.show_certificate(&url).await.status, 303);
    let refused = partner.direct_url(&partner.request("s", "v"));
    assert_eq!(browser.get(&refused).await.status, 303);
}

#[tokio::test]
async fn nothing_is_shared_with_other_origins() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    for (method, path) in [
        (Method::GET, "/authorize"),
        (Method::OPTIONS, "/authorize"),
        (Method::OPTIONS, "/token"),
        (Method::POST, "/token"),
        (Method::GET, "/userinfo"),
        (Method::OPTIONS, "/v1/accounts"),
        (Method::GET, "/.well-known/oauth-authorization-server"),
        (Method::GET, "/jwks"),
    ] {
        let request = partner.call(method.clone(), path);
        let request = request.header("origin", "https://evil.example");
        let request = request.header("access-control-request-method", "POST");
        let answer = Answer::of(request.send().await.unwrap()).await;
        let shared = answer
            .headers
            .keys()
            .find(|name| name.as_str().starts_with("access-control-"));
        assert_eq!(shared, None, "{method} {path}");
    }
}

#[tokio::test]
async fn clocks_may_differ_by_ten_seconds() {
    let bank = bank().await;
    let partner = NewPartner::fapi2("kagi").register(&bank).await;
    let now = bank.clock().now().unix_seconds();
    for name in ["iat", "nbf"] {
        for (ahead, good) in [(0, true), (10, true), (11, false), (60, false), (61, false)] {
            let assertion = partner.assertion(|claims| {
                claims[name] = json!(now + ahead);
                claims["exp"] = json!(now + 120);
            });
            let answer = partner
                .post_asserting("/revoke", &form(&[("token", "x")]), &assertion)
                .await;
            assert_eq!(answer.status, if good { 200 } else { 401 }, "{name} {ahead}");
        }
    }
}

#[tokio::test]
async fn algorithms_and_keys_that_are_too_weak() {
    let bank = bank().await;
    let rsa = SigningKey::generate(Algorithm::PS256, "rsa");
    let with = |name: &str, value: serde_json::Value| {
        let mut jwk = rsa.public().clone();
        jwk[name] = value;
        jwk
    };
    // 1024 bits of the modulus.
    let short = rsa.public()["n"].as_str().unwrap()[..171].to_owned();
    for jwk in [
        with("n", json!(short)),
        with("alg", json!("RS256")),
        with("alg", json!("none")),
        json!({ "kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA", "alg": "HS256", "kid": "x" }),
        json!({ "kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA", "kid": "x" }),
    ] {
        let new = NewPartner::fapi2("weak").member("jwks", json!({ "keys": [jwk] }));
        assert!(new.try_register(&bank).await.is_err(), "{jwk}");
    }
    let own = Partner::of(&bank, "kaikei").jwks().await;
    for key in own["keys"].as_array().unwrap() {
        let strong = match key["kty"].as_str().unwrap() {
            "RSA" => key["n"].as_str().unwrap().len() >= 342,
            "EC" => key["crv"] == "P-256",
            _ => key["crv"] == "Ed25519",
        };
        assert!(
            strong && ["PS256", "ES256", "EdDSA"].contains(&key["alg"].as_str().unwrap()),
            "{key}"
        );
    }
}

#[tokio::test]
async fn the_answer_of_the_token_endpoint_is_unguessable() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let first = partner.linked("yubari-jiro", &[]).await;
    let second = partner.refresh(&first.refresh).await.ok();
    let second = second["access_token"].as_str().unwrap();
    // 256 bits in 43 characters, none the same.
    for token in [&first.access, &first.refresh, second] {
        assert_eq!(token.len(), 43);
    }
    assert!(first.access != second && first.access != first.refresh);
    let uri = partner.begin().await.url;
    let (_, id) = uri.split_once("request_uri%3A").unwrap();
    assert_eq!(id.len(), 43);
}
