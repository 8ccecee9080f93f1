//! Updates (RFC 7592, 2.2).

use super::*;
use crate::client::ClientSecretHash;
use crate::error::OAuthError;

fn update(document: &Value, secret: Option<&ClientSecretHash>) -> Result<RegisteredMetadata, OAuthError> {
    let current = CurrentCredentials {
        client_id: "c1",
        secret,
    };
    let body = document.to_string();
    read_update(body.as_bytes(), current, &terms(Profile::Fapi2), &OFFER)
}

fn good() -> Value {
    with(minimal(), "client_id", json!("c1"))
}

#[test]
fn an_update_replaces_everything() {
    let renamed = with(good(), "client_name", json!("新会計"));
    let metadata = update(&renamed, None).unwrap();
    assert_eq!(metadata.client_name.as_deref(), Some("新会計"));
    let dropped = update(&with(good(), "client_name", Value::Null), None).unwrap();
    assert_eq!(
        dropped.client_name, None,
        "what is omitted goes back to its default"
    );
}

#[test]
fn an_update_is_of_this_client_and_within_its_terms() {
    let hash = ClientSecretHash::of("secret");
    for (what, document, secret, good) in [
        ("plain", good(), None, true),
        (
            "its secret",
            with(good(), "client_secret", json!("secret")),
            Some(&hash),
            true,
        ),
        ("secret omitted", good(), Some(&hash), true),
        (
            "wrong secret",
            with(good(), "client_secret", json!("other")),
            Some(&hash),
            false,
        ),
        (
            "no such secret",
            with(good(), "client_secret", json!("secret")),
            None,
            false,
        ),
        (
            "secret of another type",
            with(good(), "client_secret", json!(1)),
            Some(&hash),
            false,
        ),
        ("no client_id", without(good(), "client_id"), None, false),
        (
            "another client",
            with(good(), "client_id", json!("c2")),
            None,
            false,
        ),
        (
            "client_id of another type",
            with(good(), "client_id", json!(["c1"])),
            None,
            false,
        ),
        (
            "registration_access_token",
            with(good(), "registration_access_token", json!("t")),
            None,
            false,
        ),
        (
            "registration_client_uri",
            with(good(), "registration_client_uri", json!("u")),
            None,
            false,
        ),
        (
            "client_secret_expires_at",
            with(good(), "client_secret_expires_at", json!(0)),
            None,
            false,
        ),
        (
            "client_id_issued_at",
            with(good(), "client_id_issued_at", json!(0)),
            None,
            false,
        ),
        (
            "wider scope",
            with(good(), "scope", json!("accounts transfers")),
            None,
            false,
        ),
        (
            "software statement",
            with(good(), "software_statement", json!("x")),
            None,
            false,
        ),
    ] {
        assert_eq!(update(&document, secret).is_ok(), good, "{what}");
    }
}

#[test]
fn the_profile_of_the_terms_stays() {
    let weaker = with(good(), "profile", json!("baseline"));
    let metadata = update(&weaker, None).unwrap();
    assert_eq!(
        metadata.token_endpoint_auth_method,
        Some(TokenEndpointAuthMethod::PrivateKeyJwt)
    );
    assert!(metadata.require_pushed_authorization_requests);
}
