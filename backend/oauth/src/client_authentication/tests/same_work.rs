//! That time does not tell a known client from an unknown one: each assertion costs one verified signature.

use super::*;

fn signatures(jwt: &str, client: Option<Arc<ClientMetadata>>) -> (u32, bool) {
    let count = || crate::signed_jwt::SIGNATURES_VERIFIED.with(std::cell::Cell::get);
    let before = count();
    let form = form(&[("client_assertion_type", JWT_BEARER), ("client_assertion", jwt)]);
    let outcome = PresentedCredentials::extract(&HeaderMap::new(), &form, None)
        .unwrap()
        .verify(client, None, &issuer(), NOW);
    (count() - before, outcome.is_ok())
}

#[test]
fn known_or_not_one_signature_is_verified() {
    for key in [TestKey::es256("k1"), TestKey::ed25519("k1"), TestKey::ps256("k1")] {
        let jwt = key.sign(&key.header(), &claims());
        let mut foreign = key.header();
        foreign.kid = Some("k2".into());
        let with_foreign_kid = key.sign(&foreign, &claims());
        let mut certificate_client = fapi2_registration();
        certificate_client.client_id = "signer".to_owned();
        let certificate_client = Arc::new(certificate_client.try_into().unwrap());
        let mut other_algorithm = jwt_registration(&key);
        other_algorithm.preferences.token_endpoint_auth_signing_alg = Some(Algorithm::RS256);
        let other_algorithm = Arc::new(other_algorithm.try_into().unwrap());
        for (what, jwt, client, good) in [
            ("known", &jwt, Some(jwt_client(&key)), true),
            ("wrong key", &jwt, Some(jwt_client(&TestKey::es256("k1"))), false),
            ("unknown", &jwt, None, false),
            ("foreign kid", &with_foreign_kid, Some(jwt_client(&key)), false),
            ("another method", &jwt, Some(certificate_client), false),
            ("another algorithm", &jwt, Some(other_algorithm), false),
            ("another's record", &jwt, Some(fapi2_client()), false),
        ] {
            assert_eq!(signatures(jwt, client), (1, good), "{what}");
        }
    }
}

#[test]
fn a_stand_in_authenticates_nobody() {
    let key = TestKey::es256("k1");
    let jwt = key.sign(&key.header(), &claims());
    let stand_ins = ClientKeys::parse(&json!({"keys": [key.public()]}).to_string()).unwrap();
    let verify = |client: Option<&ClientMetadata>| {
        client_assertion::verify(&jwt, client, &stand_ins, "signer", &issuer(), NOW)
    };
    assert!(verify(Some(&jwt_client(&key))).is_some());
    let with_another_key = jwt_client(&TestKey::ed25519("k1"));
    for client in [None, Some(&*with_another_key), Some(&*fapi2_client())] {
        assert!(verify(client).is_none());
    }
}
