//! Each way to register a certificate, and the certificates that must not pass.

use rcgen::{
    CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ED25519, PKCS_RSA_SHA256, date_time_ymd,
};
use serde_json::json;
use x509_parser::public_key::PublicKey as ParsedKey;

use super::*;

/// 2026-06-01, in the validity of [`certificate_of`].
const NOW: i64 = 1_780_272_000;
const NOT_BEFORE: i64 = 1_767_225_600;
const NOT_AFTER: i64 = 1_798_761_600;

/// A self-signed certificate from 2026-01-01 to 2027-01-01.
fn certificate_of(key: &KeyPair) -> PeerCertificate {
    certificate_with_serial(key, 1)
}

fn certificate_with_serial(key: &KeyPair, serial: u64) -> PeerCertificate {
    let mut params = CertificateParams::default();
    params.serial_number = Some(serial.into());
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2027, 1, 1);
    PeerCertificate::from_handshake(params.self_signed(key).unwrap().der()).unwrap()
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn jwk_of(key: &KeyPair) -> Value {
    let raw = key.public_key_raw();
    if key.is_compatible(&PKCS_ECDSA_P256_SHA256) {
        json!({"kty": "EC", "crv": "P-256", "x": encode(&raw[1..33]), "y": encode(&raw[33..])})
    } else if key.is_compatible(&PKCS_ED25519) {
        json!({"kty": "OKP", "crv": "Ed25519", "x": encode(raw)})
    } else {
        let certificate = certificate_of(key);
        let (_, parsed) = X509Certificate::from_der(certificate.der()).unwrap();
        let ParsedKey::RSA(rsa) = parsed.public_key().parsed().unwrap() else {
            panic!("an RSA key");
        };
        let modulus = rsa.modulus.strip_prefix(&[0]).unwrap_or(rsa.modulus);
        json!({"kty": "RSA", "n": encode(modulus), "e": encode(rsa.exponent)})
    }
}

fn with(mut jwk: Value, name: &str, value: Value) -> Value {
    jwk[name] = value;
    jwk
}

fn x5c(certificate: &PeerCertificate) -> Value {
    json!([STANDARD.encode(certificate.der()), "an issuer that nobody reads"])
}

fn x5t(certificate: &PeerCertificate) -> Value {
    certificate.thumbprint().to_base64url().into()
}

fn registered(keys: &[Value]) -> RegisteredCertificates {
    RegisteredCertificates::from_keys(keys).unwrap()
}

#[test]
fn a_certificate_is_admitted_by_each_way_of_registering_it() {
    for algorithm in [&PKCS_ECDSA_P256_SHA256, &PKCS_ED25519, &PKCS_RSA_SHA256] {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let other_key = KeyPair::generate_for(algorithm).unwrap();
        let (own, renewed, other) = (
            certificate_of(&key),
            certificate_with_serial(&key, 2),
            certificate_of(&other_key),
        );
        for (what, jwk, renewed_passes) in [
            ("x5c", with(jwk_of(&key), "x5c", x5c(&own)), false),
            ("x5t#S256", with(jwk_of(&key), "x5t#S256", x5t(&own)), false),
            (
                "both",
                with(with(jwk_of(&key), "x5c", x5c(&own)), "x5t#S256", x5t(&own)),
                false,
            ),
            ("the key alone", jwk_of(&key), true),
        ] {
            let certificates = registered(&[jwk_of(&KeyPair::generate().unwrap()), jwk]);
            assert!(certificates.admit(&own, NOW), "{what}");
            assert_eq!(certificates.admit(&renewed, NOW), renewed_passes, "{what}");
            assert!(!certificates.admit(&other, NOW), "{what}");
        }
    }
}

#[test]
fn validity_has_no_tolerance() {
    let key = KeyPair::generate().unwrap();
    let own = certificate_of(&key);
    let certificates = registered(&[jwk_of(&key)]);
    for (now, good) in [
        (NOT_BEFORE - 1, false),
        (NOT_BEFORE, true),
        (NOT_AFTER, true),
        (NOT_AFTER + 1, false),
    ] {
        assert_eq!(certificates.admit(&own, now), good, "{now}");
    }
}

#[test]
fn an_empty_set_admits_nobody() {
    let own = certificate_of(&KeyPair::generate().unwrap());
    assert!(!RegisteredCertificates::default().admit(&own, NOW));
    let unknown_kind = registered(&[json!({"kty": "EC", "crv": "P-521", "x": "AA", "y": "AA"})]);
    assert!(unknown_kind.is_empty() && !unknown_kind.admit(&own, NOW));
}

#[test]
fn certificates_that_contradict_their_keys_are_refused() {
    let key = KeyPair::generate().unwrap();
    let (own, other) = (
        certificate_of(&key),
        certificate_of(&KeyPair::generate().unwrap()),
    );
    let mut trailing = own.der().to_vec();
    trailing.push(0);
    let p384 = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    let foreign_kind = json!({"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"});
    for jwk in [
        with(jwk_of(&key), "x5c", x5c(&other)),
        with(foreign_kind, "x5c", x5c(&certificate_of(&p384))),
        with(jwk_of(&key), "x5c", json!([])),
        with(jwk_of(&key), "x5c", json!("AAAA")),
        with(jwk_of(&key), "x5c", json!(["!"])),
        with(jwk_of(&key), "x5c", json!([STANDARD.encode(trailing)])),
        with(jwk_of(&key), "x5c", json!([1])),
        with(jwk_of(&key), "x5t#S256", json!("AAAA")),
        with(jwk_of(&key), "x5t#S256", json!(1)),
        with(with(jwk_of(&key), "x5c", x5c(&own)), "x5t#S256", x5t(&other)),
    ] {
        assert_eq!(
            RegisteredCertificates::from_keys(std::slice::from_ref(&jwk)),
            Err(ContradictoryCertificate),
            "{jwk}"
        );
    }
}
