//! The written form itself; requests, updates and the clients that result have files of their own.

mod clients;
mod requests;
mod responses;
mod updates;

use serde_json::{Value, json};

use super::reading::MEMBERS;
use super::*;
use crate::test_clients::TestKey;

const ALGORITHMS: [Algorithm; 2] = [Algorithm::PS256, Algorithm::ES256];
const OFFER: RegistrationOffer<'static> = RegistrationOffer {
    signing_algorithms: &ALGORITHMS,
    authorization_details_types: &["renkei_statements"],
};

fn terms(profile: Profile) -> RegistrationTerms {
    RegistrationTerms {
        profile,
        scopes: Scopes::parse("accounts balance openid").unwrap(),
    }
}

fn jwks() -> Value {
    json!({"keys": [TestKey::es256("k1").public()]})
}

/// The least that a FAPI 2.0 client says.
fn minimal() -> Value {
    json!({"redirect_uris": ["https://kaikei.example/callback"], "jwks": jwks()})
}

fn with(mut document: Value, name: &str, value: Value) -> Value {
    document[name] = value;
    document
}

fn without(mut document: Value, name: &str) -> Value {
    document.as_object_mut().unwrap().remove(name);
    document
}

/// A value for each member, though not all of them go together.
fn every_member() -> Value {
    json!({
        "redirect_uris": ["https://kaikei.example/callback"],
        "token_endpoint_auth_method": "self_signed_tls_client_auth",
        "token_endpoint_auth_signing_alg": "ES256",
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "response_types": ["code"],
        "client_name": "会計ソフト",
        "client_uri": "https://kaikei.example/",
        "jwks": {"keys": []},
        "jwks_uri": "https://kaikei.example/jwks",
        "scope": "accounts balance",
        "tls_client_auth_subject_dn": "CN=kaikei",
        "tls_client_auth_san_dns": "kaikei.example",
        "tls_client_auth_san_uri": "urn:kaikei",
        "tls_client_auth_san_ip": "192.0.2.1",
        "tls_client_auth_san_email": "a@kaikei.example",
        "tls_client_certificate_bound_access_tokens": true,
        "dpop_bound_access_tokens": true,
        "require_pushed_authorization_requests": true,
        "require_signed_request_object": true,
        "request_object_signing_alg": "EdDSA",
        "authorization_signed_response_alg": "PS256",
        "id_token_signed_response_alg": "PS256",
        "userinfo_signed_response_alg": "PS256",
        "introspection_signed_response_alg": "PS256",
        "subject_type": "pairwise",
        "sector_identifier_uri": "https://kaikei.example/sector",
        "default_max_age": 600,
        "application_type": "web",
        "authorization_details_types": ["renkei_statements"],
        "refresh_token_rotation": true
    })
}

#[test]
fn what_is_written_is_read_again() {
    let written = every_member();
    let metadata: RegisteredMetadata = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(serde_json::to_value(metadata).unwrap(), written);
}

#[test]
fn each_member_is_read_from_the_wire_too() {
    let written = every_member();
    let mut members: Vec<&str> = written.as_object().unwrap().keys().map(String::as_str).collect();
    let mut read = MEMBERS.map(|(name, _)| name);
    members.sort_unstable();
    read.sort_unstable();
    assert_eq!(read.as_slice(), members);
}

#[test]
fn the_operator_may_not_mistype() {
    for (what, document) in [
        ("unknown member", with(minimal(), "redirect_uri", json!("x"))),
        ("a secret", with(minimal(), "client_secret", json!("s"))),
        (
            "unknown method",
            with(minimal(), "token_endpoint_auth_method", json!("none")),
        ),
        (
            "weak algorithm",
            with(minimal(), "id_token_signed_response_alg", json!("RS256")),
        ),
        (
            "a bare text",
            with(minimal(), "redirect_uris", json!("https://a.example/")),
        ),
    ] {
        assert!(
            serde_json::from_value::<RegisteredMetadata>(document).is_err(),
            "{what}"
        );
    }
}
