//! RFC 7523 section 3, as FAPI 2.0 narrows it: client assertions.
//! Not here: the other methods of client authentication.
//!
//! | clause | shown by |
//! |---|---|
//! | RFC 7523, 2.2: `client_assertion` at each endpoint of either listener | `a_good_assertion_authenticates_at_each_endpoint_and_listener` |
//! | 3: `iss`, `sub`, `aud`, `exp`, `nbf`, `iat`; FAPI 2.0 Security Profile, 5.3.2.1: the issuer is the audience | `claims_must_be_right_and_the_answer_says_no_more` |
//! | 3, item 7: a `jti` works once, on all nodes | `an_assertion_works_once_even_at_once_and_on_two_nodes` |
//! | 3, item 9: signed by a registered key, by an announced algorithm | `only_the_registered_key_and_the_announced_algorithms_count`, `another_clients_key_is_nobodys` |
//! | 3.2: errors; RFC 6749, 2.3: one method in a request | `one_method_at_a_time`, `assertions_that_authenticate_nobody` |

use crate::actors::{Partner, bank, bank_of_two_nodes, base64url, random_text};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use renkei::testing::Credentials;
use serde_json::{Value, json};

fn form(partner: &Partner<'_>) -> Vec<(String, String)> {
    partner.request("s", &random_text())
}

fn key_pem<'b>(partner: &Partner<'b>) -> &'b str {
    match &partner.registered.credentials {
        Credentials::PrivateKeyJwt { key_pem, .. } => key_pem,
        _ => unreachable!("only asked of kaikei"),
    }
}

#[tokio::test]
async fn a_good_assertion_authenticates_at_each_endpoint_and_listener() {
    let bank = bank().await;
    for partner in [
        Partner::of(&bank, "kaikei"),
        Partner::of(&bank, "kaikei").at_the_browser_listener(),
    ] {
        assert_eq!(partner.post("/par", &form(&partner)).await.status, 201);
        assert_eq!(partner.revoke("nonsense").await.status, 200);
        // Authenticated, and the code is the only thing wrong (at the browser listener: the certificate).
        let token = partner.redeem("nonsense", &random_text()).await;
        assert_eq!(token.status, 400, "{}", token.text());
    }
}

#[tokio::test]
async fn claims_must_be_right_and_the_answer_says_no_more() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let now = bank.clock().now().unix_seconds();
    let set = |name: &'static str, value: Value| move |claims: &mut Value| claims[name] = value;
    let drop = |name: &'static str| {
        move |claims: &mut Value| {
            claims.as_object_mut().unwrap().remove(name);
        }
    };
    let token_endpoint = format!("{}/token", bank.partner_url());
    let bad: Vec<String> = vec![
        partner.assertion(set("aud", json!("https://evil.example"))),
        partner.assertion(set("aud", json!(token_endpoint))),
        partner.assertion(set("aud", json!(bank.partner_url()))),
        partner.assertion(set("aud", json!(format!("{}/", bank.issuer())))),
        partner.assertion(set("aud", json!([bank.issuer()]))),
        partner.assertion(set("aud", json!([bank.issuer(), "https://evil.example"]))),
        partner.assertion(set("iss", json!("chobo"))),
        partner.assertion(set("sub", json!("chobo"))),
        partner.assertion(set("sub", json!("nobody"))),
        partner.assertion(set("sub", json!("kai\u{0}kei"))),
        partner.assertion(set("exp", json!(now - 11))),
        partner.assertion(set("exp", json!(now - 10))),
        partner.assertion(set("exp", json!(now + 3_700))),
        partner.assertion(set("exp", json!("soon"))),
        partner.assertion(set("nbf", json!(now + 11))),
        partner.assertion(set("iat", json!(now + 11))),
        partner.assertion(set("jti", json!(""))),
        partner.assertion(set("jti", json!("x".repeat(256)))),
        partner.assertion(set("jti", json!("a\u{0}b"))),
        partner.assertion(drop("aud")),
        partner.assertion(drop("iss")),
        partner.assertion(drop("sub")),
        partner.assertion(drop("exp")),
        partner.assertion(drop("jti")),
    ];
    let mut answers = Vec::new();
    for assertion in &bad {
        let answer = partner.post_asserting("/par", &form(&partner), assertion).await;
        let claims = assertion.split('.').nth(1).unwrap();
        // Named at odds with the form is malformed; everything else is one answer.
        if answer.status == 400 {
            answer.oauth_error(400, "invalid_request");
            continue;
        }
        assert_eq!(answer.status, 401, "{claims}");
        answer.oauth_error(401, "invalid_client");
        answers.push(answer.body);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    for good in [
        partner.assertion(set("exp", json!(now - 9))),
        partner.assertion(set("exp", json!(now + 3_600))),
        partner.assertion(set("iat", json!(now + 10))),
        partner.assertion(set("nbf", json!(now - 100))),
        partner.assertion(drop("iat")),
    ] {
        let answer = partner.post_asserting("/par", &form(&partner), &good).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
}

#[tokio::test]
async fn an_assertion_works_once_even_at_once_and_on_two_nodes() {
    let bank = bank_of_two_nodes().await;
    let partner = Partner::of(&bank, "kaikei");
    let request = form(&partner);
    let assertion = partner.assertion(|_| {});
    let answers =
        futures_util::future::join_all((0..10).map(|_| partner.post_asserting("/par", &request, &assertion)))
            .await;
    let accepted = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(accepted, 1);
    for path in ["/par", "/token", "/revoke"] {
        partner
            .post_asserting(path, &request, &assertion)
            .await
            .oauth_error(401, "invalid_client");
    }
    // The id is the client's own: another id makes another assertion.
    assert_eq!(partner.post("/par", &request).await.status, 201);
}

#[tokio::test]
async fn only_the_registered_key_and_the_announced_algorithms_count() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let claims = partner.claims();
    let key = EncodingKey::from_ec_pem(key_pem(&partner).as_bytes()).unwrap();
    let encode = |header: &Header, claims: &Value, key: &EncodingKey| {
        jsonwebtoken::encode(header, claims, key).unwrap()
    };
    let header = |kid: Option<&str>| {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = kid.map(str::to_owned);
        header
    };
    let foreign_pem = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let foreign = EncodingKey::from_ec_pem(foreign_pem.as_bytes()).unwrap();
    let good = encode(&header(Some("kaikei-1")), &claims, &key);
    let parts: Vec<&str> = good.split('.').collect();
    let none = base64url(br#"{"alg":"none"}"#);
    let none_kid = base64url(br#"{"alg":"none","kid":"kaikei-1"}"#);
    // The public key's text as an HMAC secret: the classic confusion of algorithms.
    let public = rcgen::KeyPair::from_pem(key_pem(&partner))
        .unwrap()
        .public_key_pem();
    let mut hs256 = Header::new(Algorithm::HS256);
    hs256.kid = Some("kaikei-1".to_owned());
    let confused =
        jsonwebtoken::encode(&hs256, &claims, &EncodingKey::from_secret(public.as_bytes())).unwrap();
    let mut brings_a_key = header(None);
    brings_a_key.jku = Some("https://evil.example/jwks".to_owned());
    let mut crit = header(Some("kaikei-1"));
    crit.crit = Some(vec!["b64".to_owned()]);
    let mut other_type = header(Some("kaikei-1"));
    other_type.typ = Some("oauth-authz-req+jwt".to_owned());
    for assertion in [
        format!("{none}.{}.", parts[1]),
        format!("{none_kid}.{}.", parts[1]),
        format!("{none_kid}.{}.{}", parts[1], parts[2]),
        confused,
        encode(&header(Some("kaikei-1")), &claims, &foreign),
        encode(&header(Some("kaikei-2")), &claims, &key),
        encode(&brings_a_key, &claims, &foreign),
        encode(&crit, &claims, &key),
        encode(&other_type, &claims, &key),
        format!("{}.{}.{}", parts[0], parts[1], base64url(&[0; 64])),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        "nonsense".to_owned(),
        "..".to_owned(),
    ] {
        let answer = partner.post_asserting("/par", &form(&partner), &assertion).await;
        assert_eq!(answer.status, 401, "{assertion} {}", answer.text());
        answer.oauth_error(401, "invalid_client");
    }
    assert_eq!(
        partner
            .post_asserting("/par", &form(&partner), &good)
            .await
            .status,
        201,
        "unspent by all this"
    );
}

#[tokio::test]
async fn another_clients_key_is_nobodys() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    // kaikei's key for chobo, whose method is another; and for a client that does not exist.
    for client_id in ["chobo", "kihon", "nobody"] {
        let mut claims = partner.claims();
        claims["iss"] = json!(client_id);
        claims["sub"] = json!(client_id);
        let key = EncodingKey::from_ec_pem(key_pem(&partner).as_bytes()).unwrap();
        let assertion = jsonwebtoken::encode(&Header::new(Algorithm::ES256), &claims, &key).unwrap();
        let answer = partner
            .post_asserting("/revoke", &[("token".into(), "x".into())], &assertion)
            .await;
        answer.oauth_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn one_method_at_a_time() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let mut with_secret = form(&partner);
    with_secret.push(("client_secret".to_owned(), "x".to_owned()));
    let assertion = partner.assertion(|_| {});
    partner
        .post_asserting("/par", &with_secret, &assertion)
        .await
        .oauth_error(400, "invalid_request");
    // Registered for assertions, a certificate alone is not enough.
    partner
        .post_unauthenticated("/par", &form(&partner))
        .await
        .oauth_error(401, "invalid_client");
    let mut half = form(&partner);
    half.push(("client_assertion".to_owned(), assertion.clone()));
    partner
        .post_unauthenticated("/par", &half)
        .await
        .oauth_error(400, "invalid_request");
    half.push(("client_assertion_type".to_owned(), "urn:wrong".to_owned()));
    partner
        .post_unauthenticated("/par", &half)
        .await
        .oauth_error(400, "invalid_request");
    assert_eq!(
        partner
            .post_asserting("/par", &form(&partner), &assertion)
            .await
            .status,
        201
    );
}
