//! `client_secret_basic` and `client_secret_post` (RFC 6749, 2.3.1): the registered one, and nothing else.

use super::*;
use crate::test_clients::baseline_registration;

fn post_client() -> Arc<ClientMetadata> {
    let registration = ClientRegistration {
        authentication: AuthenticationMethod::ClientSecretPost {
            secret: ClientSecretHash::of(SECRET),
        },
        ..baseline_registration()
    };
    Arc::new(registration.try_into().unwrap())
}

#[test]
fn a_secret_serves_by_the_registered_method_only() {
    let key = TestKey::es256("k1");
    let by_basic = |client_id, secret| (basic(client_id, secret), form(&[]));
    let by_post = |client_id, secret| {
        let pairs = [("client_id", client_id), ("client_secret", secret)];
        (HeaderMap::new(), form(&pairs))
    };
    for (what, (headers, form), client, good) in [
        (
            "basic",
            by_basic("baseline", SECRET),
            Some(baseline_client()),
            true,
        ),
        ("post", by_post("baseline", SECRET), Some(post_client()), true),
        (
            "basic for post",
            by_basic("baseline", SECRET),
            Some(post_client()),
            false,
        ),
        (
            "post for basic",
            by_post("baseline", SECRET),
            Some(baseline_client()),
            false,
        ),
        (
            "wrong by basic",
            by_basic("baseline", "wrong"),
            Some(baseline_client()),
            false,
        ),
        (
            "wrong by post",
            by_post("baseline", "wrong"),
            Some(post_client()),
            false,
        ),
        ("unknown by basic", by_basic("nobody", SECRET), None, false),
        ("unknown by post", by_post("nobody", SECRET), None, false),
        (
            "another's record",
            by_basic("baseline", SECRET),
            Some(fapi2_client()),
            false,
        ),
        (
            "certificates",
            by_basic("fapi2", SECRET),
            Some(fapi2_client()),
            false,
        ),
        (
            "assertions",
            by_post("signer", SECRET),
            Some(jwt_client(&key)),
            false,
        ),
    ] {
        let credentials = PresentedCredentials::extract(&headers, &form, None).unwrap();
        let outcome = credentials.verify(client, None, &issuer(), NOW);
        if good {
            assert!(
                matches!(outcome, Ok(Authentication::Complete(client)) if client.client_id() == "baseline"),
                "{what}"
            );
        } else {
            let error = outcome.unwrap_err();
            assert_eq!(
                error,
                OAuthError::invalid_client(),
                "unknown and wrong answer the same: {what}"
            );
        }
    }
}
