//! Client assertions and their forgeries; one method at a time. Secrets and certificates have files of their own.

use http::HeaderValue;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

mod certificates;
mod same_work;
mod secrets;

use super::*;
use crate::client::{ClientRegistration, Profile};
use crate::jwks::ClientKeys;
use crate::test_clients::{
    SECRET, TestKey, baseline_client, certificate_named, fapi2_client, fapi2_registration,
};

const NOW: i64 = 1_800_000_000;
const ISSUER: &str = "https://localhost:8443";

fn issuer() -> Issuer {
    Issuer::parse(ISSUER).unwrap()
}

fn form(pairs: &[(&str, &str)]) -> Parameters {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    Parameters::from_form(body.as_bytes()).unwrap()
}

fn basic(client_id: &str, secret: &str) -> HeaderMap {
    use base64::Engine as _;
    let pair = base64::engine::general_purpose::STANDARD.encode(format!("{client_id}:{secret}"));
    HeaderMap::from_iter([(
        AUTHORIZATION,
        HeaderValue::from_str(&format!("Basic {pair}")).unwrap(),
    )])
}

fn peer(name: &str) -> PeerCertificate {
    PeerCertificate::from_handshake(&certificate_named(name)).unwrap()
}

fn assert_invalid_client<T: std::fmt::Debug>(outcome: Result<T, OAuthError>, what: &str) {
    assert_eq!(
        outcome.expect_err(what).body(),
        OAuthError::invalid_client().body(),
        "{what}"
    );
}

fn jwt_registration(key: &TestKey) -> ClientRegistration {
    let keys = ClientKeys::parse(&json!({"keys": [key.public()]}).to_string()).unwrap();
    ClientRegistration {
        client_id: "signer".to_owned(),
        profile: Profile::Fapi2,
        authentication: AuthenticationMethod::PrivateKeyJwt,
        keys: Some(keys),
        ..fapi2_registration()
    }
}

fn jwt_client(key: &TestKey) -> Arc<ClientMetadata> {
    Arc::new(jwt_registration(key).try_into().unwrap())
}

fn claims() -> Value {
    json!({"iss": "signer", "sub": "signer", "aud": ISSUER, "jti": "j1", "iat": NOW, "exp": NOW + 60})
}

fn verify_jwt(jwt: &str, client: &Arc<ClientMetadata>) -> Result<Authentication, OAuthError> {
    let form = form(&[("client_assertion_type", JWT_BEARER), ("client_assertion", jwt)]);
    PresentedCredentials::extract(&HeaderMap::new(), &form, None)?.verify(
        Some(Arc::clone(client)),
        None,
        &issuer(),
        NOW,
    )
}

#[test]
fn each_algorithm_verifies_and_the_replay_store_has_the_last_word() {
    for key in [TestKey::es256("k1"), TestKey::ed25519("k1"), TestKey::ps256("k1")] {
        let client = jwt_client(&key);
        for first_use in [true, false] {
            let jwt = key.sign(&key.header(), &claims());
            let Authentication::AwaitsReplayCheck(pending) = verify_jwt(&jwt, &client).unwrap() else {
                panic!("an assertion must be checked for replay");
            };
            assert_eq!(
                *pending.assertion_use(),
                AssertionUse {
                    client_id: "signer".into(),
                    jti: "j1".into(),
                    keep_until: NOW + 70
                }
            );
            assert_eq!(pending.recorded(first_use).is_ok(), first_use);
        }
    }
}

#[test]
fn claims_at_the_edges() {
    let key = TestKey::es256("k1");
    let client = jwt_client(&key);
    let cases = [
        ("exp", json!(NOW - 9), true),
        ("exp", json!(NOW - 10), false),
        ("exp", json!(NOW + 3610), true),
        ("exp", json!(NOW + 3611), false),
        ("exp", json!(1_800_000_060.5), true),
        ("exp", json!("1800000060"), false),
        ("exp", json!(1e300), false),
        ("exp", json!(i64::MIN), false),
        ("exp", Value::Null, false),
        ("iat", json!(NOW + 10), true),
        ("iat", json!(NOW + 61), false),
        ("iat", Value::Null, true),
        ("iat", json!("now"), false),
        ("nbf", json!(NOW + 10), true),
        ("nbf", json!(NOW + 61), false),
        ("nbf", json!(NOW - 1), true),
        ("aud", json!([ISSUER]), false),
        ("aud", json!(format!("{ISSUER}/")), false),
        ("aud", json!(format!("{ISSUER}/token")), false),
        ("aud", Value::Null, false),
        ("iss", json!("other"), false),
        ("sub", json!("other"), false),
        ("sub", Value::Null, false),
        ("jti", json!(""), false),
        ("jti", Value::Null, false),
        ("jti", json!("x".repeat(255)), true),
        ("jti", json!("x".repeat(256)), false),
        ("jti", json!("a\u{0}b"), false),
        ("jti", json!(1), false),
    ];
    for (name, value, good) in cases {
        let mut changed = claims();
        changed[name] = value.clone();
        let outcome = verify_jwt(&key.sign(&key.header(), &changed), &client);
        assert_eq!(outcome.is_ok(), good, "{name} = {value}");
        if !good {
            assert_invalid_client(outcome, name);
        }
    }
}

#[test]
fn forged_headers_and_signatures() {
    let key = TestKey::es256("k1");
    let client = jwt_client(&key);
    let with = |change: &dyn Fn(&mut Header)| {
        let mut header = key.header();
        change(&mut header);
        key.sign(&header, &claims())
    };
    for good in [
        with(&|_| ()),
        with(&|h| h.kid = None),
        with(&|h| h.typ = None),
        with(&|h| h.typ = Some("client-authentication+jwt".into())),
    ] {
        assert!(verify_jwt(&good, &client).is_ok());
    }
    let stranger = TestKey::es256("k1");
    let mut own_key_in_header = stranger.header();
    own_key_in_header.jwk = Some(serde_json::from_value(stranger.public()).unwrap());
    // Algorithm confusion: the public key as an HMAC secret.
    let hs256 = {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some("k1".into());
        let secret = key.public().to_string();
        jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(secret.as_bytes())).unwrap()
    };
    let good = with(&|_| ());
    let (message, signature) = good.rsplit_once('.').unwrap();
    let none = {
        use base64::Engine as _;
        let encode = |v: Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(v.to_string());
        format!("{}.{}.", encode(json!({"alg": "none"})), encode(claims()))
    };
    for (what, jwt) in [
        ("foreign kid", with(&|h| h.kid = Some("k2".into()))),
        (
            "request object",
            with(&|h| h.typ = Some("oauth-authz-req+jwt".into())),
        ),
        ("critical header", with(&|h| h.crit = Some(vec!["b64".into()]))),
        ("another key", stranger.sign(&stranger.header(), &claims())),
        ("key in the header", stranger.sign(&own_key_in_header, &claims())),
        ("HS256", hs256),
        ("none", none),
        ("no signature", format!("{message}.")),
        (
            "cut signature",
            format!("{message}.{}", &signature[..signature.len() - 4]),
        ),
        ("four parts", format!("{good}.x")),
        ("one part", "x".to_owned()),
        ("dots", "..".to_owned()),
    ] {
        assert_invalid_client(verify_jwt(&jwt, &client), what);
    }
    let ed = TestKey::ed25519("k1");
    assert_invalid_client(
        verify_jwt(&ed.sign(&ed.header(), &claims()), &client),
        "another algorithm",
    );
}

#[test]
fn claims_that_are_signed_but_malformed() {
    let key = TestKey::es256("k1");
    let client = jwt_client(&key);
    let with = |jti: &str| {
        format!(
            r#"{{"sub":"signer","iss":"signer","aud":"{ISSUER}",{jti},"exp":{}}}"#,
            NOW + 60
        )
    };
    assert!(verify_jwt(&key.sign_text(&key.header(), &with(r#""jti":"a""#)), &client).is_ok());
    for (what, text) in [
        ("doubled jti", with(r#""jti":"a","jti":"b""#)),
        ("trailing text", format!("{}x", with(r#""jti":"a""#))),
        ("no JSON", "signer".to_owned()),
        ("an array", "[]".to_owned()),
        (
            "NUL in the name",
            with(r#""jti":"a""#).replace("signer", "sig\\u0000ner"),
        ),
    ] {
        assert_invalid_client(verify_jwt(&key.sign_text(&key.header(), &text), &client), what);
    }
}

#[test]
fn exactly_one_method() {
    let key = TestKey::es256("k1");
    let jwt = key.sign(&key.header(), &claims());
    let assertion = [
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", jwt.as_str()),
    ];
    let certificate = peer("fapi2");
    let none = HeaderMap::new();
    let with_basic = basic("baseline", SECRET);
    let mut doubled = with_basic.clone();
    doubled.append(AUTHORIZATION, HeaderValue::from_static("Basic YTpi"));
    let plus = |extra: &[(&'static str, &'static str)]| form(&[&assertion[..], extra].concat());
    let cases = [
        ("two headers", &doubled, form(&[]), "invalid_request"),
        (
            "basic and assertion",
            &with_basic,
            form(&assertion),
            "invalid_request",
        ),
        (
            "basic and form secret",
            &with_basic,
            form(&[("client_secret", "x")]),
            "invalid_request",
        ),
        (
            "assertion and form secret",
            &none,
            plus(&[("client_secret", "x")]),
            "invalid_request",
        ),
        (
            "form secret of nobody",
            &none,
            form(&[("client_secret", SECRET)]),
            "invalid_request",
        ),
        (
            "type without assertion",
            &none,
            form(&assertion[..1]),
            "invalid_request",
        ),
        (
            "assertion without type",
            &none,
            form(&assertion[1..]),
            "invalid_request",
        ),
        (
            "saml",
            &none,
            form(&[("client_assertion_type", "saml"), ("client_assertion", "x")]),
            "invalid_request",
        ),
        (
            "another client_id",
            &none,
            plus(&[("client_id", "other")]),
            "invalid_request",
        ),
        (
            "basic and another client_id",
            &with_basic,
            form(&[("client_id", "other")]),
            "invalid_request",
        ),
        ("nothing", &none, form(&[]), "invalid_client"),
    ];
    for (what, headers, form, code) in cases {
        let error = PresentedCredentials::extract(headers, &form, Some(&certificate)).unwrap_err();
        assert_eq!(error.body().error, code, "{what}");
    }
    let without_certificate = PresentedCredentials::extract(&none, &form(&[("client_id", "fapi2")]), None);
    assert_invalid_client(without_certificate, "client_id alone");
    // A certificate beside an assertion is for token binding.
    let both =
        PresentedCredentials::extract(&none, &plus(&[("client_id", "signer")]), Some(&certificate)).unwrap();
    assert!(both.verify(Some(jwt_client(&key)), None, &issuer(), NOW).is_ok());
}

#[test]
fn a_registered_algorithm_is_the_only_one() {
    let key = TestKey::es256("k1");
    for (registered, good) in [(Algorithm::ES256, true), (Algorithm::PS256, false)] {
        let mut registration = jwt_registration(&key);
        registration.preferences.token_endpoint_auth_signing_alg = Some(registered);
        let client = Arc::new(registration.try_into().unwrap());
        let outcome = verify_jwt(&key.sign(&key.header(), &claims()), &client);
        assert_eq!(outcome.is_ok(), good, "{registered:?}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let credentials = PresentedCredentials::extract(&basic("baseline", SECRET), &form(&[]), None).unwrap();
    assert!(!format!("{credentials:?} {:?}", baseline_client()).contains(SECRET));
}

proptest::proptest! {
    #[test]
    fn no_assertion_makes_it_panic(jwt in "[A-Za-z0-9_.-]{0,120}") {
        let _ = client_assertion::claimed_subject(&jwt);
        let key = TestKey::ed25519("k1");
        let client = jwt_client(&key);
        let stand_ins = decoy::keys().unwrap();
        proptest::prop_assert!(client_assertion::verify(&jwt, Some(&client), stand_ins, "signer", &issuer(), NOW).is_none());
        proptest::prop_assert!(client_assertion::verify(&jwt, None, stand_ins, "signer", &issuer(), NOW).is_none());
    }
}
