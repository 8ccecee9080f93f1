use super::KeyStatus::{Active, Gone, Next, Retiring};
use super::*;
use aws_lc_rs::rand::SystemRandom;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, TokenData, Validation};
use serde_json::json;
use std::sync::LazyLock;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

pub(super) const NOW: i64 = 1_795_136_400;
pub(super) const ES256: SigningAlgorithm = SigningAlgorithm::ES256;
pub(super) const PS256: SigningAlgorithm = SigningAlgorithm::PS256;
pub(super) const EDDSA: SigningAlgorithm = SigningAlgorithm::EdDSA;

/// RSA keys take their time; those who only need one share this.
pub(super) static GENERATED: LazyLock<String> = LazyLock::new(|| {
    SigningKeys::generate(NOW, &SystemRandom::new())
        .unwrap()
        .to_string()
});

fn rfc3339(unix_seconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(unix_seconds)
        .unwrap()
        .format(&Rfc3339)
        .unwrap()
}

/// A key of the file, with times relative to [`NOW`].
pub(super) fn key(kid: &str, algorithm: SigningAlgorithm, times: &[(&str, i64)]) -> String {
    let pem = algorithm.generate_pem(&SystemRandom::new()).unwrap();
    let times: Vec<String> = times
        .iter()
        .map(|(name, after)| format!("{name} = \"{}\"\n", rfc3339(NOW + after)))
        .collect();
    format!(
        "[[key]]\nkid = \"{kid}\"\nalg = \"{algorithm}\"\n{}pem = \"\"\"\n{}\"\"\"\n",
        times.concat(),
        pem.as_str()
    )
}

pub(super) fn load(text: &str, now: i64) -> SigningKeys {
    match SigningKeys::from_text(text, now) {
        Ok(keys) => keys,
        Err(error) => panic!("{error}"),
    }
}

fn refusal(text: &str) -> SigningKeysError {
    match SigningKeys::from_text(text, NOW) {
        Ok(_) => panic!("accepted"),
        Err(error) => error,
    }
}

fn statuses(text: &str, now: i64) -> Vec<(String, KeyStatus)> {
    let described = SigningKeys::describe(text, now).unwrap();
    described.into_iter().map(|key| (key.kid, key.status)).collect()
}

pub(super) fn published(keys: &SigningKeys, now: i64) -> Vec<String> {
    let kid = |jwk: Value| jwk["kid"].as_str().unwrap().to_owned();
    keys.public_jwks(now).into_iter().map(kid).collect()
}

pub(super) fn verify(token: &str, jwk: &Value, algorithm: SigningAlgorithm) -> Option<TokenData<Value>> {
    let jwk: Jwk = serde_json::from_value(jwk.clone()).unwrap();
    let mut validation = Validation::new(algorithm.jose());
    validation.required_spec_claims.clear();
    jsonwebtoken::decode(token, &DecodingKey::from_jwk(&jwk).unwrap(), &validation).ok()
}

#[test]
fn a_new_file_signs_with_each_algorithm_what_its_public_jwk_verifies() {
    let keys = load(&GENERATED, NOW);
    assert_eq!(keys.active_algorithms(NOW), SigningAlgorithm::ALL);
    let jwks = keys.public_jwks(NOW);
    assert_eq!(jwks.len(), 3);
    for algorithm in SigningAlgorithm::ALL {
        let token = keys
            .sign(
                "JWT",
                Some(algorithm),
                &json!({"iss": "https://localhost:8443"}),
                NOW,
            )
            .unwrap();
        let kid = keys.active_kid(algorithm, NOW).unwrap();
        for jwk in &jwks {
            assert_eq!(jwk["use"], "sig");
            for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
                assert_eq!(jwk.get(private), None, "{algorithm} publishes {private}");
            }
            let of_the_key = jwk["alg"] == algorithm.name();
            assert_eq!(jwk["kid"] == kid, of_the_key);
            if of_the_key {
                let read = verify(&token, jwk, algorithm).unwrap();
                assert_eq!(read.claims["iss"], "https://localhost:8443");
                assert_eq!(read.header.kid.as_deref(), Some(kid));
                assert_eq!(read.header.typ.as_deref(), Some("JWT"));
            }
        }
    }
    // 3072 bits, in base64url.
    let rsa = jwks.iter().find(|jwk| jwk["kty"] == "RSA").unwrap();
    assert_eq!(rsa["n"].as_str().unwrap().len(), 512);
}

#[test]
fn another_key_of_the_same_algorithm_verifies_nothing() {
    for algorithm in [ES256, EDDSA] {
        let [one, two] = ["one", "two"].map(|kid| load(&key(kid, algorithm, &[("sign_from", 0)]), NOW));
        let token = one.sign("JWT", Some(algorithm), &json!({}), NOW).unwrap();
        assert!(verify(&token, &one.public_jwks(NOW)[0], algorithm).is_some());
        assert!(verify(&token, &two.public_jwks(NOW)[0], algorithm).is_none());
    }
}

#[test]
fn without_an_algorithm_the_first_that_has_an_active_key_signs() {
    let cases: [(&[SigningAlgorithm], SigningAlgorithm); 3] =
        [(&[EDDSA, ES256], ES256), (&[EDDSA], EDDSA), (&[ES256], ES256)];
    for (present, default) in cases {
        let text: String = present
            .iter()
            .map(|algorithm| key(algorithm.name(), *algorithm, &[("sign_from", 0)]))
            .collect();
        let keys = load(&text, NOW);
        assert_eq!(keys.default_algorithm(NOW), Some(default));
        let token = keys.sign("JWT", None, &json!({}), NOW).unwrap();
        let header = jsonwebtoken::decode_header(&token).unwrap();
        assert_eq!(header.kid.as_deref(), Some(default.name()));
    }
}

#[test]
fn an_algorithm_without_active_key_is_told_from_none_at_all() {
    let text = key("k", ES256, &[("sign_from", 0), ("sign_until", 10)]);
    let keys = load(&text, NOW);
    let sign = |algorithm, now| keys.sign("JWT", algorithm, &json!({}), now).unwrap_err();
    assert!(matches!(sign(Some(PS256), NOW), SignError::NoKeyFor(PS256)));
    assert!(matches!(sign(Some(ES256), NOW + 10), SignError::NoKeyFor(ES256)));
    assert!(matches!(sign(Some(ES256), NOW - 1), SignError::NoKeyFor(ES256)));
    assert!(matches!(sign(None, NOW + 10), SignError::NoKey));
    assert_eq!(keys.default_algorithm(NOW + 10), None);
}

#[test]
fn the_clock_alone_says_what_each_key_is() {
    let text = [
        key(
            "old",
            ES256,
            &[("sign_from", -100), ("sign_until", 50), ("publish_until", 80)],
        ),
        key("new", ES256, &[("publish_from", 10), ("sign_from", 50)]),
        key("other", EDDSA, &[("sign_from", 0), ("sign_until", 60)]),
    ]
    .concat();
    let keys = load(&text, NOW);
    for (after, [old, new, other], public, algorithms) in [
        (
            0,
            [Active, Next, Active],
            &["old", "other"][..],
            &[ES256, EDDSA][..],
        ),
        (
            10,
            [Active, Next, Active],
            &["old", "new", "other"],
            &[ES256, EDDSA],
        ),
        (
            49,
            [Active, Next, Active],
            &["old", "new", "other"],
            &[ES256, EDDSA],
        ),
        (
            50,
            [Retiring, Active, Active],
            &["old", "new", "other"],
            &[ES256, EDDSA],
        ),
        (
            60,
            [Retiring, Active, Retiring],
            &["old", "new", "other"],
            &[ES256],
        ),
        (80, [Gone, Active, Retiring], &["new", "other"], &[ES256]),
    ] {
        let now = NOW + after;
        let expected = [("old", old), ("new", new), ("other", other)];
        let expected = expected.map(|(kid, status)| (kid.to_owned(), status));
        assert_eq!(statuses(&text, now), expected, "{after}");
        assert_eq!(published(&keys, now), public, "{after}");
        assert_eq!(keys.active_algorithms(now), algorithms, "{after}");
        let token = keys.sign("JWT", Some(ES256), &json!({}), now).unwrap();
        let signed_by = jsonwebtoken::decode_header(&token).unwrap().kid.unwrap();
        assert_eq!(signed_by, if after < 50 { "old" } else { "new" }, "{after}");
    }
}

#[test]
fn of_keys_that_may_sign_the_latest_does_and_of_equals_the_last() {
    let text = [
        key("late", ES256, &[("sign_from", -10)]),
        key("early", ES256, &[("sign_from", -20)]),
        key("ended", ES256, &[("sign_from", -5), ("sign_until", 0)]),
    ]
    .concat();
    assert_eq!(load(&text, NOW).active_kid(ES256, NOW), Some("late"));
    let text = text + &key("last", ES256, &[("sign_from", -10)]);
    assert_eq!(load(&text, NOW).active_kid(ES256, NOW), Some("last"));
}

#[test]
fn refusals_say_what_is_wrong() {
    let good = key("k", ES256, &[("sign_from", 0)]);
    load(&good, NOW);
    assert!(matches!(
        refusal(&format!("{good}{good}")),
        SigningKeysError::Twice(kid) if kid == "k"
    ));
    for not_now in [
        key("k", ES256, &[("sign_from", 1)]),
        key("k", ES256, &[("sign_from", -1), ("sign_until", 0)]),
        "key = []".to_owned(),
    ] {
        assert!(
            matches!(refusal(&not_now), SigningKeysError::NoActive),
            "{not_now}"
        );
    }
    for times in [
        &[("sign_from", 0), ("publish_until", 9)][..],
        &[("publish_from", 1), ("sign_from", 0)],
        &[("sign_from", 0), ("sign_until", -1)],
    ] {
        let text = format!("{good}{}", key("odd", ES256, times));
        assert!(
            matches!(refusal(&text), SigningKeysError::Times(kid) if kid == "odd"),
            "{times:?}"
        );
    }
    for algorithm in ["PS256", "EdDSA"] {
        let text = good.replace("ES256", algorithm);
        assert!(
            matches!(refusal(&text), SigningKeysError::NotAKey(_)),
            "{algorithm}"
        );
    }
    for malformed in [
        good.replace("ES256", "none"),
        good.replace("ES256", "HS256"),
        good.replace("sign_from", "status"),
        good.replace("pem = ", "status = \"active\"\npem = "),
        good.replace("2026-", "2026 "),
        key("k", ES256, &[]),
        String::new(),
    ] {
        assert!(
            matches!(refusal(&malformed), SigningKeysError::Malformed { .. }),
            "{malformed}"
        );
    }
}

/// 1024 bits; made for this test alone.
const WEAK: &str = include_str!("tests/rsa-1024.pem");

#[test]
fn a_weak_key_is_refused() {
    let weak = format!(
        "[[key]]\nkid = \"weak\"\nalg = \"PS256\"\nsign_from = \"{}\"\npem = '''\n{WEAK}'''\n",
        rfc3339(NOW)
    );
    assert!(matches!(refusal(&weak), SigningKeysError::NotAKey(kid) if kid == "weak"));
}

#[test]
fn refusals_quote_no_key() {
    let good = key("k", ES256, &[("sign_from", 0)]);
    let secret = good.lines().find(|line| line.starts_with("MI")).unwrap();
    for bad in [
        good.replace("pem = \"\"\"", "pem = 3\nother = \"\"\""),
        good.replace("ES256", "EdDSA"),
        good.replace("2026-", "2026 "),
    ] {
        let error = refusal(&bad);
        assert!(!format!("{error} {error:?}").contains(secret));
    }
}

#[test]
fn names_are_read_exactly() {
    for algorithm in SigningAlgorithm::ALL {
        assert_eq!(SigningAlgorithm::from_name(algorithm.name()), Some(algorithm));
    }
    for name in ["none", "HS256", "RS256", "es256", ""] {
        assert_eq!(SigningAlgorithm::from_name(name), None, "{name}");
    }
}
