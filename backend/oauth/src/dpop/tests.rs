//! Tests of good proofs at their edges and of everything that is not one.

use http::HeaderValue;
use serde_json::{Value, json};

use super::*;
use crate::test_clients::{TestKey, forgeries};

const NOW: i64 = 1_800_000_000;
const TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
/// RFC 9449, 7, figure 14: the hash of that token.
const ATH: &str = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo";

fn header(key: &TestKey) -> Value {
    json!({"typ": "dpop+jwt", "alg": key.alg(), "jwk": key.public()})
}

fn claims() -> Value {
    json!({"jti": "j1", "htm": "POST", "htu": "https://bank.example/token", "iat": NOW, "ath": ATH, "nonce": "fresh"})
}

fn verify_with(proof: &str, nonce: NonceRule<'_>, token: Option<&str>) -> Result<PendingProof, DpopError> {
    let uris = [
        TargetUri::parse("https://bank.example/token").unwrap(),
        TargetUri::parse("https://mtls.bank.example:8445/token").unwrap(),
    ];
    let expectation = Expectation {
        method: &Method::POST,
        uris: &uris,
        nonce,
        now: NOW,
    };
    verify(proof, &expectation, token.map(OpaqueValue::presented).as_ref())
}

fn verify_plainly(proof: &str) -> Result<PendingProof, DpopError> {
    verify_with(proof, NonceRule::NotRequired, None)
}

fn assert_invalid(outcome: Result<PendingProof, DpopError>, what: &str) {
    assert_eq!(
        outcome.expect_err(what).code(),
        ErrorCode::InvalidDpopProof,
        "{what}"
    );
}

#[test]
fn each_algorithm_verifies_and_the_replay_store_has_the_last_word() {
    for key in [TestKey::es256("k1"), TestKey::ed25519("k1"), TestKey::ps256("k1")] {
        for first_use in [true, false] {
            let pending = verify_plainly(&key.sign_raw(&header(&key), &claims())).unwrap();
            assert_eq!(
                *pending.proof_use(),
                ProofUse {
                    thumbprint: key.thumbprint(),
                    jti: "j1".into(),
                    keep_until: NOW + 61
                }
            );
            match pending.recorded(first_use) {
                Ok(proof) => assert!(first_use && proof.thumbprint() == key.thumbprint()),
                Err(error) => assert!(!first_use && error.code() == ErrorCode::InvalidDpopProof),
            }
        }
    }
}

#[test]
fn claims_at_the_edges() {
    let key = TestKey::ed25519("k1");
    let cases = [
        ("jti", json!("j".repeat(255)), true),
        ("jti", json!("j".repeat(256)), false),
        ("jti", json!(""), false),
        ("jti", json!("a\0b"), false),
        ("jti", json!(1), false),
        ("jti", Value::Null, false),
        ("htm", json!("post"), false),
        ("htm", json!("GET"), false),
        ("htm", json!(["POST"]), false),
        ("htm", Value::Null, false),
        ("htu", json!("https://mtls.bank.example:8445/token"), true),
        ("htu", json!("HTTPS://BANK.example:443/token?a#b"), true),
        ("htu", json!("https://bank.example/token/"), false),
        ("htu", json!("https://bank.example/TOKEN"), false),
        ("htu", json!("https://bank.example/par"), false),
        ("htu", json!("https://bank.example:8445/token"), false),
        ("htu", json!("http://bank.example/token"), false),
        ("htu", json!("https://other.example/token"), false),
        ("htu", json!("/token"), false),
        ("htu", json!(""), false),
        ("htu", Value::Null, false),
        ("iat", json!(NOW - 60), true),
        ("iat", json!(NOW - 61), false),
        ("iat", json!(NOW + 10), true),
        ("iat", json!(NOW + 11), false),
        ("iat", json!(NOW + 61), false),
        ("iat", json!(1_800_000_000.5), true),
        ("iat", json!("1800000000"), false),
        ("iat", json!(i64::MAX), false),
        ("iat", json!(i64::MIN), false),
        ("iat", Value::Null, false),
        ("ath", json!("anything without a token"), true),
        ("ath", json!(1), false),
        ("nonce", json!("anything where none is required"), true),
        ("exp", json!(NOW - 1), true),
    ];
    for (name, value, good) in cases {
        let mut changed = claims();
        changed[name] = value.clone();
        let outcome = verify_plainly(&key.sign_raw(&header(&key), &changed));
        assert_eq!(outcome.is_ok(), good, "{name} = {value}: {outcome:?}");
        if !good {
            assert_invalid(outcome, name);
        }
    }
    for name in ["jti", "htm", "htu", "iat"] {
        let mut without = claims();
        without.as_object_mut().unwrap().remove(name);
        assert_invalid(verify_plainly(&key.sign_raw(&header(&key), &without)), name);
    }
}

#[test]
fn forged_headers_and_signatures() {
    let key = TestKey::es256("k1");
    assert!(verify_plainly(&key.sign_raw(&header(&key), &claims())).is_ok());
    for (what, jwt) in forgeries(&key, &header(&key), &claims()) {
        assert_invalid(verify_plainly(&jwt), what);
    }
    let with = |name: &str, value: Value| {
        let mut header = header(&key);
        header[name] = value;
        key.sign_raw(&header, &claims())
    };
    let private = |member: &str| {
        let mut jwk = key.public();
        jwk[member] = "AAAA".into();
        jwk
    };
    let weak = json!({"kty": "RSA", "e": "AQAB", "n": URL_SAFE_NO_PAD.encode([0xff_u8; 128])});
    for (what, jwt) in [
        ("typ JWT", with("typ", "JWT".into())),
        ("no typ", with("typ", Value::Null)),
        ("private key", with("jwk", private("d"))),
        ("key with a secret", with("jwk", private("k"))),
        ("symmetric key", with("jwk", json!({"kty": "oct", "k": "AAAA"}))),
        ("weak key", with("jwk", weak)),
        ("key of somebody else", with("jwk", TestKey::es256("k1").public())),
        (
            "key of another algorithm",
            with("jwk", TestKey::ed25519("k1").public()),
        ),
        ("no key", with("jwk", Value::Null)),
        ("key by name", with("jwk", json!("k1"))),
    ] {
        assert_invalid(verify_plainly(&jwt), what);
    }
}

#[test]
fn a_key_under_which_anybody_can_sign_proves_nothing() {
    // The neutral element of Ed25519: with it for R, and 0 for S, every message verifies.
    let neutral = |length: usize| {
        let mut bytes = vec![0; length];
        bytes[0] = 1;
        URL_SAFE_NO_PAD.encode(bytes)
    };
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": neutral(32)});
    let header = json!({"typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk}).to_string();
    let [header, claims] = [header, claims().to_string()].map(|json| URL_SAFE_NO_PAD.encode(json));
    assert_invalid(
        verify_plainly(&format!("{header}.{claims}.{}", neutral(64))),
        "neutral element",
    );
}

#[test]
fn at_resources_the_proof_names_the_token() {
    let key = TestKey::ed25519("k1");
    let with = |ath: Value| {
        let mut claims = claims();
        claims["ath"] = ath;
        verify_with(
            &key.sign_raw(&header(&key), &claims),
            NonceRule::NotRequired,
            Some(TOKEN),
        )
    };
    assert!(with(json!(ATH)).is_ok());
    for ath in [
        Value::Null,
        json!(""),
        json!(TOKEN),
        json!(format!("{ATH}=")),
        json!(ATH.to_lowercase()),
        json!(URL_SAFE_NO_PAD.encode(OpaqueValue::presented("another token").sha256())),
    ] {
        assert_invalid(with(ath.clone()), &ath.to_string());
    }
}

#[test]
fn where_a_nonce_is_required_only_ours_will_do() {
    let key = TestKey::ed25519("k1");
    let is_ours = |nonce: &str| nonce == "fresh";
    let with = |nonce: Value| {
        let mut claims = claims();
        claims["nonce"] = nonce;
        let proof = key.sign_raw(&header(&key), &claims);
        verify_with(&proof, NonceRule::Required(&is_ours), None)
    };
    assert!(with(json!("fresh")).is_ok());
    for nonce in [Value::Null, json!(""), json!("old"), json!("fresh ")] {
        let error = with(nonce.clone()).unwrap_err();
        assert_eq!(error, DpopError::UseNonce, "{nonce}");
        assert_eq!(OAuthError::from(error).body().error, "use_dpop_nonce");
        assert_eq!(OAuthError::from(error).status().as_u16(), 400);
    }
    let any = |_: &str| true;
    let mut long = claims();
    long["nonce"] = json!("n".repeat(MAX_NONCE + 1));
    let long = key.sign_raw(&header(&key), &long);
    assert_eq!(
        verify_with(&long, NonceRule::Required(&any), None).unwrap_err(),
        DpopError::UseNonce
    );
    // Where it is only offered, a proof without one passes, and a wrong one does not.
    let offered = |nonce: Value| {
        let mut claims = claims();
        claims["nonce"] = nonce;
        let proof = key.sign_raw(&header(&key), &claims);
        verify_with(&proof, NonceRule::Offered(&is_ours), None).map(|_| ())
    };
    assert_eq!(offered(json!("fresh")), Ok(()));
    assert_eq!(offered(Value::Null), Ok(()));
    for nonce in [json!(""), json!("old"), json!("f".repeat(MAX_NONCE + 1))] {
        assert_eq!(offered(nonce.clone()), Err(DpopError::UseNonce), "{nonce}");
    }
    // A proof that is bad for another reason is not worth a second try.
    let mut bad = claims();
    bad["htm"] = "GET".into();
    bad["nonce"] = Value::Null;
    let bad = key.sign_raw(&header(&key), &bad);
    assert_invalid(verify_with(&bad, NonceRule::Required(&is_ours), None), "htm");
}

#[test]
fn one_header_or_none() {
    let key = TestKey::ed25519("k1");
    let proof = key.sign_raw(&header(&key), &claims());
    let uris = [TargetUri::parse("https://bank.example/token").unwrap()];
    let expectation = Expectation {
        method: &Method::POST,
        uris: &uris,
        nonce: NonceRule::NotRequired,
        now: NOW,
    };
    let read = |values: &[&[u8]]| {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(PROOF_HEADER, HeaderValue::from_bytes(value).unwrap());
        }
        from_request(&headers, &expectation)
    };
    assert!(matches!(read(&[]), Ok(None)));
    assert!(matches!(read(&[proof.as_bytes()]), Ok(Some(_))));
    let listed = format!("{proof}, {proof}");
    let huge = "a".repeat(100_000);
    for (what, values) in [
        ("twice", &[proof.as_bytes(), proof.as_bytes()][..]),
        ("twice, once empty", &[proof.as_bytes(), b""]),
        ("a list", &[listed.as_bytes()]),
        ("empty", &[b""]),
        ("not ASCII", &["会計".as_bytes()]),
        ("100 kB", &[huge.as_bytes()]),
    ] {
        assert_eq!(
            read(values).unwrap_err().code(),
            ErrorCode::InvalidDpopProof,
            "{what}"
        );
    }
}

#[test]
fn a_resource_demands_the_proof_under_its_scheme_only() {
    use super::resource::{PresentedToken, RefusalReason};
    let key = TestKey::ed25519("k1");
    let proof = |ath: &str| {
        let mut claims = claims();
        claims["ath"] = ath.into();
        key.sign_raw(&header(&key), &claims)
    };
    let uris = [TargetUri::parse("https://bank.example/token").unwrap()];
    let expectation = Expectation {
        method: &Method::POST,
        uris: &uris,
        nonce: NonceRule::NotRequired,
        now: NOW,
    };
    let read = |scheme: &str, proof: Option<&str>| {
        let mut headers = HeaderMap::new();
        headers.append(
            "Authorization",
            HeaderValue::try_from(format!("{scheme} {TOKEN}")).unwrap(),
        );
        if let Some(proof) = proof {
            headers.append(PROOF_HEADER, HeaderValue::from_str(proof).unwrap());
        }
        PresentedToken::from_headers(&headers)
            .unwrap()
            .proof(&headers, &expectation)
    };
    assert!(matches!(read("DPoP", Some(&proof(ATH))), Ok(Some(_))));
    assert!(matches!(read("Bearer", Some(&proof(ATH))), Ok(None)));
    assert!(matches!(read("Bearer", None), Ok(None)));
    for refused in [None, Some(proof("another")), Some("x".to_owned())] {
        let error = read("DPoP", refused.as_deref()).unwrap_err();
        assert_eq!(error.status().as_u16(), 401);
        assert_eq!(error.code(), Some("invalid_dpop_proof"));
        assert!(matches!(error.reason(), RefusalReason::Proof(_)));
    }
}

proptest::proptest! {
    #[test]
    fn no_claims_make_it_panic(jti in ".{0,20}", htm in ".{0,8}", htu in ".{0,40}", iat in proptest::num::f64::ANY) {
        let key = TestKey::ed25519("k1");
        let claims = json!({"jti": jti, "htm": htm, "htu": htu, "iat": iat});
        proptest::prop_assert!(verify_plainly(&key.sign_raw(&header(&key), &claims)).is_err());
    }
}
