use super::super::tests::{EDDSA, ES256, GENERATED, NOW, PS256, key, load, published, verify};
use super::*;
use aws_lc_rs::rand::SystemRandom;
use serde_json::json;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

fn hours(count: u64) -> Duration {
    Duration::from_hours(count)
}

fn rotate(text: &str, algorithm: SigningAlgorithm, now: i64) -> Result<(String, Successor), RotationError> {
    SigningKeys::rotate(text, algorithm, hours(24), hours(48), now, &SystemRandom::new())
        .map(|(text, successor)| (text.to_string(), successor))
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
