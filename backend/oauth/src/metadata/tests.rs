//! The whole document, and what follows what is switched on.

use serde_json::Value;

use super::*;
use crate::registration::{SigningAlgorithm, TokenEndpointAuthMethod};

fn document(change: impl FnOnce(&mut Features<'_>)) -> Value {
    let issuer = Issuer::parse("https://localhost:8443").unwrap();
    let partner_base = Issuer::parse("https://localhost:8445").unwrap();
    let scopes = Scopes::parse(
        "accounts balance statement transfers openid grant_management_query grant_management_revoke",
    )
    .unwrap();
    let mut features = Features {
        scopes: &scopes,
        signing_algorithms: &[Algorithm::PS256, Algorithm::ES256, Algorithm::PS256],
        acr_values: &["urn:renkei:certificate-and-password"],
        prompt_values: &["none", "login", "consent"],
        claims: &["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr"],
        authorization_details_types: &["renkei_statements"],
        registration: true,
        service_documentation: Some("https://localhost:8443/guide"),
    };
    change(&mut features);
    serde_json::to_value(ServerMetadata::new(&issuer, &partner_base, &features)).unwrap()
}

#[test]
fn the_document() {
    let expected: Value = serde_json::from_str(include_str!("document.json")).unwrap();
    assert_eq!(document(|_| ()), expected);
}

#[test]
fn what_is_off_is_not_announced() {
    let document = document(|features| {
        features.registration = false;
        features.service_documentation = None;
    });
    for member in ["registration_endpoint", "service_documentation"] {
        assert_eq!(document.get(member), None, "{member}");
    }
}

#[test]
fn each_method_announced_is_one_that_clients_can_register() {
    for method in METHODS {
        let read = serde_json::from_value::<TokenEndpointAuthMethod>(method.into());
        assert!(read.is_ok(), "{method}");
    }
    for algorithm in ALGORITHM_NAMES {
        let read = serde_json::from_value::<SigningAlgorithm>(algorithm.into());
        assert!(read.is_ok(), "{algorithm}");
    }
}
