//! What the client is told (RFC 7591, 3.2.1; RFC 7592, 3).

use super::*;
use crate::opaque::OpaqueValue;

#[test]
fn the_answer_holds_everything() {
    let metadata: RegisteredMetadata = serde_json::from_value(every_member()).unwrap();
    let (secret, token) = (OpaqueValue::presented("secret"), OpaqueValue::presented("token"));
    let management = Management {
        uri: "https://localhost:8443/register/c1",
        access_token: &token,
    };
    let mut expected = every_member();
    for (name, value) in [
        ("client_id", json!("c1")),
        ("client_id_issued_at", json!(1_800_000_000)),
        ("registration_access_token", json!("token")),
        (
            "registration_client_uri",
            json!("https://localhost:8443/register/c1"),
        ),
    ] {
        expected[name] = value;
    }
    let answer = |secret| {
        serde_json::to_value(RegistrationResponse::new(
            "c1",
            1_800_000_000,
            secret,
            management,
            &metadata,
        ))
        .unwrap()
    };
    assert_eq!(answer(None), expected);
    for (expires_at, said) in [(None, 0), (Some(1_900_000_000), 1_900_000_000)] {
        let issued = IssuedSecret {
            secret: &secret,
            expires_at,
        };
        let with_secret = with(
            with(expected.clone(), "client_secret", json!("secret")),
            "client_secret_expires_at",
            json!(said),
        );
        assert_eq!(answer(Some(issued)), with_secret);
    }
}
