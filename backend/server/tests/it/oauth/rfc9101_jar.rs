//! RFC 9101, requests in signed objects, as FAPI 2.0 Message Signing section 5.3 has them: pushed by every client that
//! has keys, by value at the authorization endpoint by those that need not push.
//!
//! | clause | test |
//! |---|---|
//! | RFC 9101, 4: parameters as claims, structures as JSON; no `request` and `request_uri` within | `a_signed_request_is_read_like_a_form`, `what_is_wrong_with_an_object_is_refused` |
//! | 5: `client_id` beside the object; `request` and `request_uri` exclude each other | `by_value_it_works_like_a_plain_request`, `what_is_wrong_by_value_is_told_where_the_client_can_be_trusted` |
//! | 6.1, 10.2: signed by a registered key; no encryption, no `none`, no MAC | `what_is_wrong_with_an_object_is_refused` |
//! | 6.3: only what stands in the object counts | `what_stands_beside_the_object_counts_for_nothing` |
//! | 7: `invalid_request_object` | `what_is_wrong_with_an_object_is_refused` |
//! | 10.5: clients that must sign; clients that must push | `whoever_must_sign_is_refused_without`, `whoever_must_push_may_not_bring_an_object_by_value` |
//! | 10.8: `typ`; no object passes for a client assertion, and no assertion for an object | `what_is_wrong_with_an_object_is_refused`, `an_object_is_no_assertion_and_an_assertion_no_object` |
//! | ours: what bears a `jti` is pushed once; by value the address may be loaded anew | `an_object_with_a_jti_is_pushed_once`, `by_value_it_works_like_a_plain_request` |
//! | 4: an object may hold what a form may, rich requests of 1,000 accounts among it | `a_rich_request_may_be_signed` |
//! | FAPI Message Signing 5.3.1: `aud` the issuer, `nbf` at most 60 minutes ago, `exp` at most 60 minutes after | `what_is_wrong_with_an_object_is_refused`, `times_have_ten_seconds_of_tolerance` |
//! | FAPI 5.4: PS256, ES256, EdDSA | `a_signed_request_is_read_like_a_form` |
//!
//! Not here: what the parameters mean (`rfc6749_authorization` and the others).

use crate::actors::{
    Browser, NewPartner, Partner, Returned, SigningKey, bank, changed, form, random_text, unsigned,
};
use jsonwebtoken::Algorithm;
use renkei::testing::TestBank;
use serde_json::{Value, json};
use url::Url;

async fn push(partner: &Partner<'_>, object: &str) -> crate::actors::Answer {
    partner.post("/par", &form(&[("request", object)])).await
}

#[tokio::test]
async fn a_signed_request_is_read_like_a_form() {
    let bank = bank().await;
    for (client_id, algorithm) in [
        ("sign-es256", Algorithm::ES256),
        ("sign-ps256", Algorithm::PS256),
        ("sign-eddsa", Algorithm::EdDSA),
    ] {
        let partner = NewPartner::signing(client_id, algorithm)
            .register(&bank)
            .await
            .with_dpop();
        let browser = Browser::of(&bank, "yubari-jiro");
        let details = json!([{ "type": "renkei_statements", "businesses": ["balance"] }]);
        let (state, verifier) = (random_text(), random_text());
        let request = changed(partner.request(&state, &verifier), &[("scope", None)]);
        let object = partner.request_object(&request, |_, claims| {
            // A structure stands as it is, a number as a number.
            claims["authorization_details"] = details.clone();
            claims["max_age"] = json!(600);
        });
        let url = partner.push(&form(&[("request", &object)])).await;
        let mut wizard = browser.arrive(&url).await;
        let view = wizard.log_in(&bank, "yubari-jiro").await;
        assert_eq!(view["data"]["businesses"], json!(["balance"]), "{view}");
        let returned = wizard.permit().await;
        assert_eq!(returned.get("state"), state);
        let tokens = partner.tokens(returned.code(), &verifier).await;
        assert_eq!(tokens.answer["scope"], "accounts balance");
    }
}

#[tokio::test]
async fn what_stands_beside_the_object_counts_for_nothing() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::showing(&bank, None);
    let request = partner.request("the state", &random_text());
    let object = partner.request_object(&request, |_, _| {});
    let beside = form(&[
        ("request", &object),
        ("redirect_uri", "https://evil.example/callback"),
        ("state", "another"),
        ("scope", "nonsense"),
        ("client_id", "kaikei"),
    ]);
    let mut wizard = browser.arrive(&partner.push(&beside).await).await;
    let cancelled = Returned::read(&wizard.leave("cancel", json!({})).await);
    assert_eq!(
        (cancelled.address.as_str(), cancelled.get("state")),
        ("https://kaikei.example/callback", "the state")
    );
    // What only stands beside is missing.
    let without = changed(request, &[("code_challenge", None)]);
    let object = partner.request_object(&without, |_, _| {});
    let challenge = form(&[
        ("request", &object),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
    ]);
    partner
        .post("/par", &challenge)
        .await
        .oauth_error(400, "invalid_request");
}

type Change = fn(&TestBank, &mut Value, &mut Value);

#[tokio::test]
async fn what_is_wrong_with_an_object_is_refused() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let good = partner.request("s", &random_text());
    let changes: [(&str, Change); 22] = [
        ("typ of something else", |_, header, _| {
            header["typ"] = json!("dpop+jwt");
        }),
        ("kid of no key", |_, header, _| header["kid"] = json!("nobody-1")),
        ("another alg", |_, header, _| header["alg"] = json!("PS256")),
        ("crit", |_, header, _| {
            header["crit"] = json!(["exp"]);
        }),
        ("no iss", |_, _, claims| claims["iss"] = Value::Null),
        ("iss of another", |_, _, claims| claims["iss"] = json!("chobo")),
        ("client_id of another", |_, _, claims| {
            claims["client_id"] = json!("chobo");
        }),
        ("no aud", |_, _, claims| claims["aud"] = Value::Null),
        ("aud of another", |_, _, claims| {
            claims["aud"] = json!("https://evil.example");
        }),
        ("aud is the endpoint", |bank, _, claims| {
            claims["aud"] = json!(format!("{}/par", bank.issuer()));
        }),
        ("no exp", |_, _, claims| claims["exp"] = Value::Null),
        ("expired", |_, _, claims| {
            claims["exp"] = json!(claims["iat"].as_i64().unwrap() - 11);
        }),
        ("exp is text", |_, _, claims| claims["exp"] = json!("tomorrow")),
        ("no nbf", |_, _, claims| claims["nbf"] = Value::Null),
        ("nbf lies ahead", |_, _, claims| {
            claims["nbf"] = json!(claims["iat"].as_i64().unwrap() + 61);
        }),
        ("lives for more than an hour", |_, _, claims| {
            claims["exp"] = json!(claims["nbf"].as_i64().unwrap() + 3_601);
        }),
        ("nbf more than an hour ago", |_, _, claims| {
            claims["nbf"] = json!(claims["iat"].as_i64().unwrap() - 3_700);
        }),
        ("iat lies ahead", |_, _, claims| {
            claims["iat"] = json!(claims["iat"].as_i64().unwrap() + 61);
        }),
        ("a huge jti", |_, _, claims| {
            claims["jti"] = json!("x".repeat(256));
        }),
        ("a request within", |_, _, claims| {
            claims["request"] = json!("e30.e30.");
        }),
        ("a request_uri within", |_, _, claims| {
            claims["request_uri"] = json!("urn:ietf:params:oauth:request_uri:x");
        }),
        ("a control character", |_, _, claims| {
            claims["login_hint"] = json!("a\u{0}b");
        }),
    ];
    for (what, change) in changes {
        let object = partner.request_object(&good, |header, claims| change(&bank, header, claims));
        let answer = push(&partner, &object).await;
        assert_eq!(answer.status, 400, "{what}: {}", answer.text());
        assert_eq!(answer.json()["error"], "invalid_request_object", "{what}");
    }

    let object = partner.request_object(&good, |_, _| {});
    let (header, claims) = crate::actors::opened(&object);
    let message = unsigned(&json!({ "alg": "none" }), &claims);
    let other_key = SigningKey::generate(Algorithm::ES256, "kaikei-1");
    let other_client = Partner::of(&bank, "chobo");
    // The published key as the secret of a MAC (RFC 8725, 2.1).
    let by_public_key = {
        let message = unsigned(&json!({ "alg": "HS256", "kid": header["kid"] }), &claims);
        let secret = partner.key().public().to_string();
        let key = jsonwebtoken::EncodingKey::from_secret(secret.as_bytes());
        let mac = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
        format!("{message}.{mac}")
    };
    let doubled = {
        let text = claims.to_string().replacen('{', "{\"state\":\"other\",", 1);
        let body = crate::actors::base64url(text.as_bytes());
        let head = object.split('.').next().unwrap();
        format!("{head}.{body}.{}", object.rsplit('.').next().unwrap())
    };
    for (what, object) in [
        ("unsigned", format!("{message}.")),
        ("signed by a stranger", other_key.sign(&header, &claims)),
        ("signed by a MAC", by_public_key),
        ("changed afterwards", doubled),
        ("cut", object[..object.len() - 2].to_owned()),
        ("two parts", message),
        ("encrypted", "e30.e30.e30.e30.e30".to_owned()),
        ("no JWT", "x".to_owned()),
        ("huge", format!("{object}{}", "A".repeat(9_000))),
    ] {
        let answer = push(&partner, &object).await;
        assert_eq!(answer.status, 400, "{what}: {}", answer.text());
        assert_eq!(answer.json()["error"], "invalid_request_object", "{what}");
    }
    // A client without keys has nothing to sign with; and one client's object is none of another's.
    push(&other_client, &object)
        .await
        .oauth_error(400, "invalid_request_object");
    // After all this the object is still good for its client.
    assert_eq!(push(&partner, &object).await.status, 201);
}

#[tokio::test]
async fn an_object_is_no_assertion_and_an_assertion_no_object() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let good = partner.request("s", &random_text());
    for (typ, passes) in [
        (Some("oauth-authz-req+jwt"), true),
        (Some("JWT"), false),
        (None, false),
    ] {
        let object = partner.request_object(&good, |header, claims| {
            claims["sub"] = json!("kaikei");
            match typ {
                Some(typ) => header["typ"] = json!(typ),
                None => drop(header.as_object_mut().unwrap().remove("typ")),
            }
        });
        let pushed = push(&partner, &object).await;
        assert_eq!(pushed.status == 201, passes, "{typ:?}: {}", pushed.text());
        if passes {
            partner
                .post_asserting("/revoke", &form(&[("token", "x")]), &object)
                .await
                .oauth_error(401, "invalid_client");
        } else {
            pushed.oauth_error(400, "invalid_request_object");
        }
    }
    let assertion = partner.assertion(|_| {});
    push(&partner, &assertion)
        .await
        .oauth_error(400, "invalid_request_object");
}

#[tokio::test]
async fn a_rich_request_may_be_signed() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let accounts: Vec<String> = (0..1_000_u128)
        .map(|number| uuid::Uuid::from_u128(number).to_string())
        .collect();
    let details = json!([{ "type": "renkei_statements", "businesses": ["balance"], "accounts": accounts }]);
    let object = partner.request_object(&partner.request("s", &random_text()), |_, claims| {
        claims["authorization_details"] = details;
    });
    assert!(object.len() > 50_000);
    // It is read to its end: that nobody knows these accounts is what is wrong with it.
    push(&partner, &object)
        .await
        .oauth_error(400, "invalid_authorization_details");
}

#[tokio::test]
async fn times_have_ten_seconds_of_tolerance() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let good = partner.request("s", &random_text());
    for (claim, offset, passes) in [
        ("nbf", 10, true),
        ("nbf", 61, false),
        ("iat", 10, true),
        ("iat", 61, false),
        ("exp", -9, true),
        ("exp", -11, false),
    ] {
        let object = partner.request_object(&good, |_, claims| {
            let now = claims["iat"].as_i64().unwrap();
            claims["nbf"] = json!(now - 30);
            claims[claim] = json!(now + offset);
        });
        let answer = push(&partner, &object).await;
        assert_eq!(
            answer.status == 201,
            passes,
            "{claim} {offset}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn an_object_with_a_jti_is_pushed_once() {
    let bank = crate::actors::bank_of_two_nodes().await;
    let partner = Partner::of(&bank, "kaikei");
    let good = partner.request("s", &random_text());
    let object = partner.request_object(&good, |_, _| {});
    // What is refused for another reason uses nothing up.
    let wrong = form(&[("request", &object), ("request_uri", "urn:x")]);
    partner
        .post("/par", &wrong)
        .await
        .oauth_error(400, "invalid_request");
    let answers = futures_util::future::join_all((0..6).map(|_| push(&partner, &object))).await;
    let taken = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(taken, 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.oauth_error(400, "invalid_request_object");
    }
    let nameless = partner.request_object(&good, |_, claims| claims["jti"] = Value::Null);
    for _ in 0..2 {
        assert_eq!(push(&partner, &nameless).await.status, 201);
    }
}

/// A client that need not push, with a key.
async fn plain<'b>(bank: &'b TestBank, client_id: &'static str) -> Partner<'b> {
    let new = NewPartner::fapi2(client_id).baseline_rules();
    new.member("dpop_bound_access_tokens", true)
        .register(bank)
        .await
        .with_dpop()
}

fn by_value(partner: &Partner<'_>, object: &str, beside: &[(&str, &str)]) -> String {
    let address = format!("{}/authorize", partner.bank.issuer());
    let mut pairs = vec![("client_id", partner.id()), ("request", object)];
    pairs.extend(beside);
    Url::parse_with_params(&address, pairs).unwrap().into()
}

#[tokio::test]
async fn by_value_it_works_like_a_plain_request() {
    let bank = bank().await;
    let partner = plain(&bank, "by-value").await;
    let browser = Browser::of(&bank, "yubari-jiro");
    let (state, verifier) = (random_text(), random_text());
    let object = partner.request_object(&partner.request(&state, &verifier), |_, _| {});
    let url = by_value(&partner, &object, &[("scope", "nonsense"), ("state", "another")]);
    let mut wizard = browser.arrive(&url).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    let returned = wizard.permit().await;
    assert_eq!(returned.get("state"), state);
    partner.tokens(returned.code(), &verifier).await;
    // Loaded anew it is the same request again.
    browser.arrive(&url).await;
    let posted = form(&[("client_id", partner.id()), ("request", &object)]);
    assert_eq!(browser.submit("/authorize", &posted).await.status, 303);
}

#[tokio::test]
async fn what_is_wrong_by_value_is_told_where_the_client_can_be_trusted() {
    let bank = bank().await;
    let partner = plain(&bank, "by-value").await;
    let browser = Browser::showing(&bank, None);
    let redirect_uri = partner.registered.redirect_uri.clone();
    let good = partner.request("within", &random_text());
    let expired = partner.request_object(&good, |_, claims| {
        claims["exp"] = json!(claims["iat"].as_i64().unwrap() - 60);
    });
    // Nothing in the object can be believed: what stands beside it says where the error goes.
    let url = by_value(
        &partner,
        &expired,
        &[("redirect_uri", &redirect_uri), ("state", "beside")],
    );
    let told = Returned::read(&browser.get(&url).await.location());
    assert_eq!(told.address, redirect_uri);
    assert_eq!(
        (told.get("error"), told.get("state")),
        ("invalid_request_object", "beside")
    );
    for beside in [vec![], vec![("redirect_uri", "https://evil.example/callback")]] {
        let answer = browser.get(&by_value(&partner, &expired, &beside)).await;
        answer.is_page(400, "authorization_request_invalid");
    }
    let fine = partner.request_object(&good, |_, _| {});
    let pushed = partner.begin().await.url;
    for url in [
        by_value(
            &partner,
            &fine,
            &[("request_uri", "urn:ietf:params:oauth:request_uri:x")],
        ),
        format!("{pushed}&request={fine}"),
        by_value(&partner, &fine, &[("request", &fine)]),
        by_value(&partner, &fine, &[]).replace("client_id=by-value", "client_id=kaikei"),
    ] {
        let answer = browser.get(&url).await;
        answer.is_page(400, "authorization_request_invalid");
    }
    // A good signature over a bad request: the object itself says where the error goes.
    let bad = changed(good.clone(), &[("scope", Some("payments"))]);
    let object = partner.request_object(&bad, |_, _| {});
    let told = Returned::read(&browser.get(&by_value(&partner, &object, &[])).await.location());
    assert_eq!(
        (told.get("error"), told.get("state")),
        ("invalid_scope", "within")
    );
    let evil = changed(good, &[("redirect_uri", Some("https://evil.example/"))]);
    let object = partner.request_object(&evil, |_, _| {});
    let answer = browser.get(&by_value(&partner, &object, &[])).await;
    answer.is_page(400, "authorization_request_invalid");
}

#[tokio::test]
async fn whoever_must_push_may_not_bring_an_object_by_value() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::showing(&bank, None);
    let object = partner.request_object(&partner.request("s", &random_text()), |_, _| {});
    let told = Returned::read(&browser.get(&by_value(&partner, &object, &[])).await.location());
    assert_eq!(told.get("error"), "invalid_request");
}

#[tokio::test]
async fn whoever_must_sign_is_refused_without() {
    let bank = bank().await;
    let strict = NewPartner::fapi2("must-sign")
        .member("require_signed_request_object", true)
        .member("request_object_signing_alg", "ES256")
        .register(&bank)
        .await;
    let request = strict.request("s", &random_text());
    strict
        .post("/par", &request)
        .await
        .oauth_error(400, "invalid_request");
    let object = strict.request_object(&request, |_, _| {});
    assert_eq!(push(&strict, &object).await.status, 201);

    let plain = NewPartner::fapi2("must-sign-plain")
        .baseline_rules()
        .member("dpop_bound_access_tokens", true)
        .member("require_signed_request_object", true)
        .register(&bank)
        .await;
    let browser = Browser::showing(&bank, None);
    let request = plain.request("s", &random_text());
    let told = Returned::read(&browser.get(&plain.direct_url(&request)).await.location());
    assert_eq!(told.get("error"), "invalid_request");
    let object = plain.request_object(&request, |_, _| {});
    browser.arrive(&by_value(&plain, &object, &[])).await;
}
