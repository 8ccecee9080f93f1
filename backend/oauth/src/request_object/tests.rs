//! Tests of good request objects, their edges and their forgeries.

use jsonwebtoken::Algorithm;
use serde_json::json;

use super::*;
use crate::client::{ClientPreferences, ClientRegistration};
use crate::jwks::ClientKeys;
use crate::test_clients::{TestKey, fapi2_client, fapi2_registration, forgeries};

const NOW: i64 = 1_800_000_000;
const ISSUER: &str = "https://localhost:8443";

fn signing_client(keys: &[&TestKey], alg: Option<Algorithm>) -> ClientMetadata {
    let public: Vec<Value> = keys.iter().map(|key| key.public()).collect();
    ClientRegistration {
        keys: Some(ClientKeys::parse(&json!({ "keys": public }).to_string()).unwrap()),
        preferences: ClientPreferences {
            request_object_signing_alg: alg,
            ..ClientPreferences::default()
        },
        ..fapi2_registration()
    }
    .try_into()
    .unwrap()
}

fn header(key: &TestKey) -> Value {
    json!({"alg": key.alg(), "kid": key.kid(), "typ": "oauth-authz-req+jwt"})
}

fn claims() -> Value {
    json!({
        "iss": "fapi2", "aud": ISSUER, "exp": NOW + 60, "nbf": NOW, "client_id": "fapi2",
        "response_type": "code", "scope": "openid accounts"
    })
}

fn verify_for(request: &str, client: &ClientMetadata) -> Result<RequestObject, OAuthError> {
    verify(request, client, &Issuer::parse(ISSUER).unwrap(), NOW)
}

fn assert_invalid(outcome: Result<RequestObject, OAuthError>, what: &str) {
    assert_eq!(
        outcome.expect_err(what).code(),
        ErrorCode::InvalidRequestObject,
        "{what}"
    );
}

#[test]
fn claims_become_parameters() {
    let key = TestKey::es256("k1");
    let mut object = claims();
    object["sub"] = "somebody".into();
    object["iat"] = NOW.into();
    object["jti"] = "j1".into();
    object["max_age"] = 300.into();
    object["consent"] = true.into();
    object["state"] = "a b&c=髙".into();
    object["nonce"] = Value::Null;
    object["prompt"] = "".into();
    object["claims"] = json!({"userinfo": {"sub": null}});
    object["authorization_details"] = json!([{"type": "renkei_statements"}]);
    let verified = verify_for(
        &key.sign_raw(&header(&key), &object),
        &signing_client(&[&key], None),
    )
    .unwrap();
    assert_eq!(
        verified.request_object_use(),
        Some(&RequestObjectUse {
            client_id: "fapi2".into(),
            jti: "j1".into(),
            keep_until: NOW + 70
        })
    );
    let parameters = verified.into_parameters();
    for (name, value) in [
        ("client_id", Some("fapi2")),
        ("response_type", Some("code")),
        ("scope", Some("openid accounts")),
        ("max_age", Some("300")),
        ("consent", Some("true")),
        ("state", Some("a b&c=髙")),
        ("nonce", None),
        ("prompt", None),
        ("claims", Some(r#"{"userinfo":{"sub":null}}"#)),
        ("authorization_details", Some(r#"[{"type":"renkei_statements"}]"#)),
        ("iss", None),
        ("sub", None),
        ("aud", None),
        ("exp", None),
        ("nbf", None),
        ("iat", None),
        ("jti", None),
    ] {
        assert_eq!(parameters.get(name), value, "{name}");
    }
    let without_jti = key.sign_raw(&header(&key), &claims());
    let verified = verify_for(&without_jti, &signing_client(&[&key], None)).unwrap();
    assert_eq!(verified.request_object_use(), None);
}

#[test]
fn claims_at_the_edges() {
    let key = TestKey::ed25519("k1");
    let client = signing_client(&[&key], None);
    let with_times = |nbf: i64, exp: i64| vec![("nbf", json!(nbf)), ("exp", json!(exp))];
    let one = |name: &'static str, value: Value| vec![(name, value)];
    let cases = [
        (one("iss", json!("other")), false),
        (one("iss", Value::Null), false),
        (one("client_id", json!("other")), false),
        (one("client_id", Value::Null), false),
        (one("client_id", json!("FAPI2")), false),
        (one("aud", json!([ISSUER])), true),
        (one("aud", json!(["https://other.example", ISSUER])), true),
        (one("aud", json!(["https://other.example"])), false),
        (one("aud", json!([])), false),
        (one("aud", json!([[ISSUER]])), false),
        (one("aud", json!("https://localhost:8443/")), false),
        (one("aud", json!("https://localhost:8443/par")), false),
        (one("aud", json!({"a": ISSUER})), false),
        (one("aud", Value::Null), false),
        (with_times(NOW - 100, NOW - 9), true),
        (with_times(NOW - 100, NOW - 10), false),
        (with_times(NOW, NOW + 3600), true),
        (with_times(NOW, NOW + 3601), false),
        (with_times(NOW + 10, NOW + 60), true),
        (with_times(NOW + 11, NOW + 60), false),
        (with_times(NOW + 61, NOW + 90), false),
        (with_times(NOW - 3600, NOW), true),
        (with_times(NOW - 3610, NOW - 10), false),
        (with_times(NOW - 3610, NOW - 9), false),
        (with_times(NOW - 4000, NOW + 60), false),
        (with_times(NOW - 4000, NOW - 400), false),
        (with_times(NOW + 5, NOW + 5), false),
        (with_times(NOW + 5, NOW + 4), false),
        (with_times(i64::MIN, NOW + 60), false),
        (with_times(NOW, i64::MAX), false),
        (with_times(i64::MIN, i64::MAX), false),
        (one("exp", Value::Null), false),
        (one("exp", json!("1800000060")), false),
        (one("exp", json!(1_800_000_060.5)), true),
        (one("nbf", Value::Null), false),
        (one("nbf", json!(true)), false),
        (one("iat", json!(NOW + 10)), true),
        (one("iat", json!(NOW + 11)), false),
        (one("iat", json!("now")), false),
        (one("jti", json!("j".repeat(255))), true),
        (one("jti", json!("j".repeat(256))), false),
        (one("jti", json!("")), false),
        (one("jti", json!("a\0")), false),
        (one("request", json!("e30.e30.")), false),
        (one("request", Value::Null), false),
        (one("request_uri", json!("urn:x")), false),
        (one("state", json!("a\nb")), false),
        (one("state", json!("a".repeat(8193))), false),
        (one("claims", json!({"a": "b\nc"})), true),
        (one("unknown", json!(1)), true),
    ];
    for (changes, good) in cases {
        let mut object = claims();
        for (name, value) in &changes {
            object[*name] = value.clone();
        }
        let outcome = verify_for(&key.sign_raw(&header(&key), &object), &client);
        assert_eq!(outcome.is_ok(), good, "{changes:?}: {outcome:?}");
        if !good {
            assert_invalid(outcome, &format!("{changes:?}"));
        }
    }
    for name in ["iss", "aud", "exp", "nbf", "client_id"] {
        let mut without = claims();
        without.as_object_mut().unwrap().remove(name);
        assert_invalid(verify_for(&key.sign_raw(&header(&key), &without), &client), name);
    }
}

#[test]
fn too_many_and_repeated_claims() {
    let key = TestKey::ed25519("k1");
    let client = signing_client(&[&key], None);
    let mut many = claims();
    for index in 0..64 {
        many[format!("p{index}")] = 1.into();
    }
    assert_invalid(verify_for(&key.sign_raw(&header(&key), &many), &client), "many");
    let text = claims().to_string();
    for repeated in [
        "\"scope\":\"statement\"",
        "\"client_id\":\"fapi2\"",
        "\"scope\":null",
    ] {
        let text = text.replacen('{', &format!("{{{repeated},"), 1);
        assert_invalid(
            verify_for(&key.sign_text(&key.header(), &text), &client),
            repeated,
        );
    }
    for text in ["[]", "1", "{}", "null"] {
        assert_invalid(verify_for(&key.sign_text(&key.header(), text), &client), text);
    }
}

#[test]
fn forged_headers_and_signatures() {
    let key = TestKey::es256("k1");
    let client = signing_client(&[&key], None);
    let with = |name: &str, value: Value| {
        let mut header = header(&key);
        header[name] = value;
        key.sign_raw(&header, &claims())
    };
    for good in [
        with("typ", Value::Null),
        with("typ", "JWT".into()),
        with("typ", "OAuth-Authz-Req+JWT".into()),
        with("kid", Value::Null),
    ] {
        assert!(verify_for(&good, &client).is_ok());
    }
    for (what, jwt) in forgeries(&key, &header(&key), &claims()) {
        assert_invalid(verify_for(&jwt, &client), what);
    }
    let stranger = TestKey::es256("k1");
    let mut embedding = header(&stranger);
    embedding["jwk"] = stranger.public();
    for (what, jwt) in [
        (
            "client assertion",
            with("typ", "client-authentication+jwt".into()),
        ),
        ("proof", with("typ", "dpop+jwt".into())),
        ("foreign kid", with("kid", "k2".into())),
        ("key in the header", stranger.sign_raw(&embedding, &claims())),
    ] {
        assert_invalid(verify_for(&jwt, &client), what);
    }
    let unsigning = fapi2_client();
    assert_invalid(
        verify_for(&with("kid", "k1".into()), &unsigning),
        "no registered keys",
    );
}

#[test]
fn the_registered_algorithm_is_the_only_one() {
    let (ec, ed) = (TestKey::es256("ec"), TestKey::ed25519("ed"));
    for (alg, ec_good, ed_good) in [
        (None, true, true),
        (Some(Algorithm::ES256), true, false),
        (Some(Algorithm::EdDSA), false, true),
        (Some(Algorithm::PS256), false, false),
    ] {
        let client = signing_client(&[&ec, &ed], alg);
        for (key, good) in [(&ec, ec_good), (&ed, ed_good)] {
            let outcome = verify_for(&key.sign_raw(&header(key), &claims()), &client);
            assert_eq!(outcome.is_ok(), good, "{alg:?} {}", key.alg());
        }
    }
}

proptest::proptest! {
    #[test]
    fn no_claim_makes_it_panic(name in ".{0,20}", value in ".{0,40}") {
        let key = TestKey::ed25519("k1");
        let mut object = claims();
        object[&name] = value.clone().into();
        if let Ok(verified) = verify_for(&key.sign_raw(&header(&key), &object), &signing_client(&[&key], None)) {
            let parameters = verified.into_parameters();
            proptest::prop_assert!(JWT_CLAIMS.iter().all(|claim| parameters.get(claim).is_none()));
            proptest::prop_assert!(value.is_empty() || JWT_CLAIMS.contains(&name.as_str()) || parameters.get(&name) == Some(&value));
        }
    }
}
