use super::*;
use aws_lc_rs::rand::SystemRandom;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, TokenData, Validation};
use serde_json::json;
use std::sync::LazyLock;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const NOW: i64 = 1_795_136_400;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const ES256: SigningAlgorithm = SigningAlgorithm::ES256;
const PS256: SigningAlgorithm = SigningAlgorithm::PS256;
const EDDSA: SigningAlgorithm = SigningAlgorithm::EdDSA;

/// RSA keys take their time; those who only need one share this.
static GENERATED: LazyLock<String> = LazyLock::new(|| {
    SigningKeys::generate(NOW, &SystemRandom::new())
        .unwrap()
        .to_string()
});

fn hours(count: u64) -> Duration {
    Duration::from_hours(count)
}

fn rfc3339(unix_seconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(unix_seconds)
        .unwrap()
        .format(&Rfc3339)
        .unwrap()
}

/// A key of the file, with times relative to [`NOW`].
fn key(kid: &str, algorithm: SigningAlgorithm, times: &[(&str, i64)]) -> String {
    let pem = algorithm.generate_pem(&SystemRandom::new()).unwrap();
    let times: String = times
        .iter()
        .map(|(name, after)| format!("{name} = \"{}\"\n", rfc3339(NOW + after)))
        .collect();
    format!(
        "[[key]]\nkid = \"{kid}\"\nalg = \"{algorithm}\"\n{times}pem = \"\"\"\n{}\"\"\"\n",
        pem.as_str()
    )
}

fn load(text: &str, now: i64) -> SigningKeys {
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

fn published(keys: &SigningKeys, now: i64) -> Vec<String> {
    let kid = |jwk: Value| jwk["kid"].as_str().unwrap().to_owned();
    keys.public_jwks(now).into_iter().map(kid).collect()
}

fn rotate(text: &str, algorithm: SigningAlgorithm, now: i64) -> Result<(String, Successor), RotationError> {
    SigningKeys::rotate(text, algorithm, hours(24), hours(48), now, &SystemRandom::new())
        .map(|(text, successor)| (text.to_string(), successor))
}

fn verify(token: &str, jwk: &Value, algorithm: SigningAlgorithm) -> Option<TokenData<Value>> {
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
    use KeyStatus::{Active, Gone, Next, Retiring};
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
fn a_rotation_is_published_then_signs_then_drops_what_has_gone() {
    let (begins, gone) = (NOW + DAY, NOW + 3 * DAY);
    let before = load(&GENERATED, NOW);
    let old = before.active_kid(ES256, NOW).unwrap().to_owned();
    let (text, successor) = rotate(&GENERATED, ES256, NOW).unwrap();
    assert_eq!(successor.algorithm, ES256);
    assert_eq!(successor.sign_from, begins);
    assert_eq!(successor.replaces.as_ref(), Some(&old));

    let keys = load(&text, NOW);
    assert_eq!(published(&keys, NOW).len(), 4);
    assert!(published(&keys, NOW).contains(&successor.kid));
    for (now, active) in [
        (NOW, &old),
        (begins - 1, &old),
        (begins, &successor.kid),
        (gone, &successor.kid),
    ] {
        assert_eq!(keys.active_kid(ES256, now), Some(active.as_str()), "{now}");
    }
    assert!(published(&keys, gone - 1).contains(&old));
    assert!(!published(&keys, gone).contains(&old));
    // What the old key signed is verified until it goes.
    let token = before.sign("JWT", Some(ES256), &json!({}), NOW).unwrap();
    let jwk = |now| {
        keys.public_jwks(now)
            .into_iter()
            .find(|jwk| jwk["kid"] == old.as_str())
    };
    assert!(verify(&token, &jwk(gone - 1).unwrap(), ES256).is_some());
    // The others are as they were.
    for algorithm in [PS256, EDDSA] {
        assert_eq!(
            keys.active_kid(algorithm, gone),
            before.active_kid(algorithm, gone)
        );
    }

    let (later, second) = rotate(&text, ES256, gone).unwrap();
    assert_eq!(second.replaces.as_ref(), Some(&successor.kid));
    assert!(!later.contains(&old), "what has gone is dropped");
    assert_eq!(published(&load(&later, gone), gone).len(), 4);
    let (early, _) = rotate(&text, EDDSA, gone - 1).unwrap();
    assert!(early.contains(&old), "what is published still is kept");
}

#[test]
fn a_rotation_under_way_is_not_begun_again() {
    let text = key("k", ES256, &[("sign_from", -HOUR)]);
    let (text, successor) = rotate(&text, ES256, NOW).unwrap();
    for now in [NOW, NOW + DAY - 1] {
        let refused = rotate(&text, ES256, now).unwrap_err();
        assert!(
            matches!(&refused, RotationError::UnderWay { algorithm: ES256, kid } if *kid == successor.kid),
            "{refused}"
        );
    }
    assert!(rotate(&text, ES256, NOW + DAY).is_ok());
}

#[test]
fn an_algorithm_without_key_is_added_and_a_settled_end_is_kept() {
    let text = key(
        "k",
        ES256,
        &[
            ("sign_from", -HOUR),
            ("sign_until", HOUR),
            ("publish_until", 99 * DAY),
        ],
    );
    let (both, added) = rotate(&text, EDDSA, NOW).unwrap();
    assert_eq!((added.replaces, added.sign_from), (None, NOW + DAY));
    let keys = load(&both, NOW);
    assert_eq!(keys.active_algorithms(NOW), [ES256]);
    assert_eq!(published(&keys, NOW), ["k", &added.kid]);

    let (text, successor) = rotate(&text, ES256, NOW).unwrap();
    assert_eq!(successor.sign_from, NOW + HOUR);
    let keys = load(&text, NOW);
    assert_eq!(keys.active_kid(ES256, NOW + HOUR - 1), Some("k"));
    assert_eq!(keys.active_kid(ES256, NOW + HOUR), Some(successor.kid.as_str()));
    assert!(published(&keys, NOW + 99 * DAY - 1).contains(&"k".to_owned()));
}

#[test]
fn no_rotation_leaves_a_time_without_a_key() {
    for overlap in [0, 1, 24] {
        let text = key("k", ES256, &[("sign_from", 0)]);
        let (text, successor) =
            SigningKeys::rotate(&text, ES256, hours(overlap), hours(0), NOW, &SystemRandom::new()).unwrap();
        let begins = NOW + HOUR * i64::try_from(overlap).unwrap();
        let keys = load(&text, NOW);
        for now in [NOW, begins - 1, begins, begins + 1] {
            let expected = if now < begins { "k" } else { &successor.kid };
            if now >= NOW {
                assert_eq!(keys.active_kid(ES256, now), Some(expected), "{overlap} {now}");
                assert!(published(&keys, now).contains(&expected.to_owned()));
            }
        }
    }
}

#[test]
fn times_beyond_the_calendar_and_files_without_active_key_are_refused() {
    let text = key("k", ES256, &[("sign_from", 0)]);
    for (overlap, retention) in [
        (Duration::MAX, hours(1)),
        (hours(1), Duration::MAX),
        (hours(24 * 365 * 9_000), hours(1)),
    ] {
        let refused = SigningKeys::rotate(&text, ES256, overlap, retention, NOW, &SystemRandom::new());
        assert!(matches!(refused, Err(RotationError::TooLong)), "{overlap:?}");
    }
    let refused = rotate(&text, ES256, NOW - 1).unwrap_err();
    assert!(matches!(refused, RotationError::UnderWay { .. }));
    let refused = rotate(&text, EDDSA, NOW - 1).unwrap_err();
    assert!(matches!(refused, RotationError::Keys(SigningKeysError::NoActive)));
}

#[test]
fn due_is_what_is_old_and_has_neither_successor_nor_end() {
    let every = hours(24);
    let text = [
        key("es", ES256, &[("sign_from", -DAY)]),
        key("ed", EDDSA, &[("sign_from", -DAY + 1)]),
    ]
    .concat();
    let keys = load(&text, NOW);
    assert_eq!(keys.due(NOW - 1, every), []);
    assert_eq!(keys.due(NOW, every), [ES256]);
    assert_eq!(keys.due(NOW + 1, every), [ES256, EDDSA]);
    let (rotated, _) = rotate(&text, ES256, NOW).unwrap();
    assert_eq!(load(&rotated, NOW).due(NOW + 1, every), [EDDSA]);
    assert_eq!(load(&rotated, NOW).due(NOW + DAY, every), [EDDSA]);
    assert_eq!(load(&rotated, NOW).due(NOW + 2 * DAY, every), [ES256, EDDSA]);
    let ending = key("k", ES256, &[("sign_from", -DAY), ("sign_until", HOUR)]);
    assert_eq!(load(&ending, NOW).due(NOW, every), []);
}

#[test]
fn a_file_is_rotated_where_it_is_due_and_as_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("signing-keys.toml");
    let text = [
        key("es", ES256, &[("sign_from", -DAY)]),
        key("ed", EDDSA, &[("sign_from", -DAY)]),
    ]
    .concat();
    secret_file::write_new(&path, &text).unwrap();
    let rng = SystemRandom::new();
    let rotation = Rotation {
        algorithm: None,
        if_older_than: Some(hours(24)),
        overlap: Rotation::DAY,
        retention: Rotation::DAY,
    };
    let carry_out = |rotation: Rotation, now| rotation.carry_out(&path, now, &rng);
    assert_eq!(carry_out(rotation, NOW - 1).unwrap(), []);
    assert_eq!(secret_file::read(&path).unwrap().as_str(), text);

    let one = Rotation {
        algorithm: Some(EDDSA),
        ..rotation
    };
    let rotated = carry_out(one, NOW).unwrap();
    assert_eq!(rotated.len(), 1);
    assert_eq!(rotated[0].replaces.as_deref(), Some("ed"));
    let rotated = carry_out(rotation, NOW).unwrap();
    assert_eq!(rotated.len(), 1);
    assert_eq!(rotated[0].replaces.as_deref(), Some("es"));
    assert_eq!(carry_out(rotation, NOW).unwrap(), []);

    let keys = SigningKeys::from_file(&path, NOW).unwrap();
    assert_eq!(published(&keys, NOW).len(), 4);
    // In any case means both, and both or none.
    let in_any_case = Rotation {
        if_older_than: None,
        ..rotation
    };
    let before = secret_file::read(&path).unwrap();
    assert!(matches!(
        carry_out(in_any_case, NOW),
        Err(RotationError::UnderWay { .. })
    ));
    assert_eq!(secret_file::read(&path).unwrap(), before);
    let rotated = carry_out(in_any_case, NOW + DAY).unwrap();
    let algorithms: Vec<_> = rotated.iter().map(|successor| successor.algorithm).collect();
    assert_eq!(algorithms, [ES256, EDDSA]);
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
