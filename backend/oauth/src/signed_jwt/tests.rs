//! Tests of headers, keys, forgeries and times, whatever the JWT is for.

use serde_json::json;

use super::*;
use crate::test_clients::{TestKey, forgeries};

#[derive(Debug, Deserialize)]
struct Claims {
    n: u8,
}

const TYPES: [Option<&str>; 2] = [None, Some("test+jwt")];

fn keys(keys: &[&TestKey]) -> ClientKeys {
    let public: Vec<Value> = keys.iter().map(|key| key.public()).collect();
    ClientKeys::parse(&json!({ "keys": public }).to_string()).unwrap()
}

fn verify(jwt: &str, keys: &ClientKeys) -> Result<u8, JwtError> {
    SignedJwt::read(jwt, &TYPES)?
        .verify_by_registered::<Claims>(keys)
        .map(|claims| claims.n)
}

#[test]
fn registered_keys_of_each_algorithm_verify() {
    let (ec, ed, rsa) = (TestKey::es256("a"), TestKey::ed25519("b"), TestKey::ps256("c"));
    let registered = keys(&[&ec, &ed, &rsa]);
    for key in [&ec, &ed, &rsa] {
        let header = json!({"alg": key.alg(), "kid": key.kid(), "typ": "TEST+jwt"});
        assert_eq!(
            verify(&key.sign_raw(&header, &json!({"n": 1})), &registered),
            Ok(1)
        );
        let nameless = json!({"alg": key.alg()});
        assert_eq!(
            verify(&key.sign_raw(&nameless, &json!({"n": 1})), &registered),
            Ok(1)
        );
    }
}

#[test]
fn several_keys_of_an_algorithm_are_told_apart_by_kid() {
    let (old, new) = (TestKey::es256("old"), TestKey::es256("new"));
    let registered = keys(&[&old, &new]);
    for key in [&old, &new] {
        let named = key.sign_raw(&json!({"alg": "ES256", "kid": key.kid()}), &json!({"n": 1}));
        assert_eq!(verify(&named, &registered), Ok(1));
        let nameless = key.sign_raw(&json!({"alg": "ES256"}), &json!({"n": 1}));
        assert_eq!(verify(&nameless, &registered), Err(JwtError::Key));
    }
    let crossed = old.sign_raw(&json!({"alg": "ES256", "kid": "new"}), &json!({"n": 1}));
    assert_eq!(verify(&crossed, &registered), Err(JwtError::Signature));
}

#[test]
fn headers_that_are_refused() {
    let key = TestKey::es256("k1");
    let registered = keys(&[&key]);
    for (header, expected) in [
        (json!({"alg": "ES256", "typ": "dpop+jwt"}), JwtError::Type),
        (json!({"alg": "ES256", "typ": 1}), JwtError::Malformed),
        (json!({"alg": "ES256", "crit": ["b64"]}), JwtError::Critical),
        (json!({"alg": "ES256", "crit": []}), JwtError::Critical),
        (json!({"alg": "ES256", "crit": null}), JwtError::Critical),
        (json!({"alg": "ES256", "kid": "k2"}), JwtError::Key),
        (json!({"alg": "PS256", "kid": "k1"}), JwtError::Key),
        (json!({"alg": "none"}), JwtError::Algorithm),
        (json!({"alg": "NONE"}), JwtError::Algorithm),
        (json!({"alg": "HS256"}), JwtError::Algorithm),
        (json!({"alg": "RS256"}), JwtError::Algorithm),
        (json!({"alg": "es256"}), JwtError::Algorithm),
        (json!({"alg": 1}), JwtError::Malformed),
        (json!({}), JwtError::Malformed),
        (json!([]), JwtError::Malformed),
        (json!(["ES256", null, "k1", null]), JwtError::Malformed),
    ] {
        let jwt = key.sign_raw(&header, &json!({"n": 1}));
        assert_eq!(verify(&jwt, &registered), Err(expected), "{header}");
    }
}

#[test]
fn forgeries_are_refused() {
    let key = TestKey::es256("k1");
    let header = json!({"alg": "ES256", "kid": "k1"});
    for (what, jwt) in forgeries(&key, &header, &json!({"n": 1})) {
        assert!(verify(&jwt, &keys(&[&key])).is_err(), "{what}");
    }
    let good = key.sign_raw(&header, &json!({"n": 1}));
    for (prefix, suffix) in [("", ".x"), ("", ".x.x"), ("x.", "")] {
        let parts = format!("{prefix}{good}{suffix}");
        assert_eq!(
            SignedJwt::read(&parts, &TYPES).unwrap_err(),
            JwtError::Malformed,
            "{parts}"
        );
    }
    let long = format!("{}.e30.AA", "e".repeat(100_000));
    assert_eq!(verify(&long, &keys(&[&key])), Err(JwtError::TooLong));
}

#[test]
fn signed_claims_that_are_refused() {
    let key = TestKey::es256("k1");
    let mut header = key.header();
    header.typ = None;
    for text in [
        "",
        "{}",
        "[1]",
        "1",
        r#"{"n":"1"}"#,
        r#"{"n":1,"n":1}"#,
        r#"{"n":1}x"#,
    ] {
        let jwt = key.sign_text(&header, text);
        assert_eq!(verify(&jwt, &keys(&[&key])), Err(JwtError::Claims), "{text}");
    }
}

#[test]
fn header_and_claims_are_utf_8_even_where_nobody_looks() {
    let key = TestKey::es256("k1");
    let registered = keys(&[&key]);
    let header: &[u8] = b"{\"alg\": \"ES256\", \"x\": \"\xc3\xa9\"}";
    let claims: &[u8] = b"{\"n\": 1, \"x\": \"\xc3\xa9\"}";
    let cut = |text: &[u8]| [&text[..text.len() - 3], &text[text.len() - 2..]].concat();
    assert!(verify(&key.sign_bytes(header, claims), &registered).is_ok());
    for (header, claims, expected) in [
        (cut(header), claims.to_vec(), JwtError::Malformed),
        (header.to_vec(), cut(claims), JwtError::Claims),
    ] {
        let jwt = key.sign_bytes(&header, &claims);
        assert_eq!(verify(&jwt, &registered), Err(expected));
    }
}

#[test]
fn an_embedded_key_is_public_sound_and_the_signer() {
    let read = |jwt: &str| {
        SignedJwt::read(jwt, &TYPES)
            .and_then(|jwt| jwt.verify_by_embedded::<Claims>())
            .map(|(claims, key)| (claims.n, key))
    };
    let key = TestKey::ed25519("k1");
    let embedding = |jwk: &Value| key.sign_raw(&json!({"alg": "EdDSA", "jwk": jwk}), &json!({"n": 1}));
    let (n, found) = read(&embedding(&key.public())).unwrap();
    assert_eq!((n, found.thumbprint()), (1, key.thumbprint()));
    let mut private = key.public();
    private["d"] = "AAAA".into();
    let mut null = key.public();
    null["d"] = Value::Null;
    for (what, jwk, expected) in [
        ("private", private, JwtError::Key),
        ("private, but null", null, JwtError::Key),
        ("symmetric", json!({"kty": "oct", "k": "AAAA"}), JwtError::Key),
        ("null", Value::Null, JwtError::Key),
        ("text", json!("k1"), JwtError::Key),
        (
            "of another algorithm",
            TestKey::es256("k1").public(),
            JwtError::Key,
        ),
        (
            "of somebody else",
            TestKey::ed25519("k1").public(),
            JwtError::Signature,
        ),
    ] {
        assert_eq!(read(&embedding(&jwk)).unwrap_err(), expected, "{what}");
    }
    let without = key.sign_raw(&json!({"alg": "EdDSA", "kid": "k1"}), &json!({"n": 1}));
    assert_eq!(read(&without).unwrap_err(), JwtError::Key);
}

#[test]
fn numeric_dates() {
    for (json, seconds) in [
        ("0", Some(0)),
        ("1.9", Some(1)),
        ("-1.5", Some(-2)),
        ("1e3", Some(1000)),
        ("1e300", None),
        ("18446744073709551615", None),
        ("\"1\"", None),
        ("null", None),
    ] {
        let read: Option<NumericDate> = serde_json::from_str(json).ok();
        assert_eq!(read.map(NumericDate::seconds), seconds, "{json}");
    }
    let at = NumericDate(1000);
    for (now, over) in [(1009, false), (1010, true), (i64::MAX, true), (i64::MIN, false)] {
        assert_eq!(at.is_over(now), over, "{now}");
    }
    for (now, ahead) in [(990, false), (989, true), (939, true), (i64::MAX, false)] {
        assert_eq!(at.is_ahead(now), ahead, "{now}");
    }
    assert!(!NumericDate(i64::MAX).is_over(0));
}

proptest::proptest! {
    #[test]
    fn nothing_unsigned_passes(header in ".{0,40}", typ in "[a-z+]{0,9}", payload in ".{0,40}", signature in "[A-Za-z0-9_.-]{0,88}") {
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let key = TestKey::ed25519("k1");
        let sound = json!({"alg": "EdDSA", "typ": typ, "jwk": key.public()}).to_string();
        for header in [header, sound] {
            let jwt = format!("{}.{}.{signature}", encode(&header), encode(&payload));
            proptest::prop_assert!(verify(&jwt, &keys(&[&key])).is_err());
            let embedded = SignedJwt::read(&jwt, &TYPES).and_then(|jwt| jwt.verify_by_embedded::<Value>());
            proptest::prop_assert!(embedded.is_err());
        }
    }
}
