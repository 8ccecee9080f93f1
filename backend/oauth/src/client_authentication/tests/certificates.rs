//! `tls_client_auth` and `self_signed_tls_client_auth` (RFC 8705, 2): whose certificate serves whom.

use super::*;
use crate::mutual_tls::{CertificateSubject, RegisteredCertificates};

fn good_chain(certificate: PeerCertificate) -> VerifiedChain {
    VerifiedChain::judge(certificate, |_| Ok::<(), ()>(())).unwrap()
}

fn client_with(client_id: &str, authentication: AuthenticationMethod) -> Arc<ClientMetadata> {
    let registration = ClientRegistration {
        client_id: client_id.to_owned(),
        authentication,
        ..fapi2_registration()
    };
    Arc::new(registration.try_into().unwrap())
}

fn self_signed_client(client_id: &str, certificate: &PeerCertificate) -> Arc<ClientMetadata> {
    let thumbprint = certificate.thumbprint().to_base64url();
    let certificates = RegisteredCertificates::from_keys(&[json!({"x5t#S256": thumbprint})]).unwrap();
    client_with(
        client_id,
        AuthenticationMethod::SelfSignedTlsClientAuth { certificates },
    )
}

fn authenticate(
    client_id: &str,
    client: &Arc<ClientMetadata>,
    shown: &PeerCertificate,
    chain: Option<&VerifiedChain>,
    now: i64,
) -> Result<Authentication, OAuthError> {
    PresentedCredentials::extract(&HeaderMap::new(), &form(&[("client_id", client_id)]), Some(shown))?.verify(
        Some(Arc::clone(client)),
        chain,
        &issuer(),
        now,
    )
}

fn assert_authenticates(outcome: Result<Authentication, OAuthError>, client_id: &str) {
    assert!(
        matches!(outcome, Ok(Authentication::Complete(client)) if client.client_id() == client_id),
        "{client_id}"
    );
}

#[test]
fn a_good_chain_with_the_registered_subject_authenticates() {
    let (client, own, other) = (fapi2_client(), peer("fapi2"), peer("other"));
    let chain = good_chain(own.clone());
    assert_authenticates(authenticate("fapi2", &client, &own, Some(&chain), NOW), "fapi2");
    for (what, shown, chain) in [
        ("chain not verified", &own, None),
        ("another subject", &other, Some(good_chain(other.clone()))),
        ("the chain of another connection", &other, Some(chain)),
    ] {
        let outcome = authenticate("fapi2", &client, shown, chain.as_ref(), NOW);
        assert_invalid_client(outcome, what);
    }
}

#[test]
fn a_registered_certificate_needs_no_chain_but_its_validity() {
    let own = peer("kaikei");
    let client = self_signed_client("kaikei", &own);
    assert_authenticates(authenticate("kaikei", &client, &own, None, NOW), "kaikei");
    let same_name = peer("kaikei");
    let chain = good_chain(same_name.clone());
    assert_invalid_client(
        authenticate("kaikei", &client, &same_name, Some(&chain), NOW),
        "the same name, signed by the same kind of nobody",
    );
    // The certificates of these tests end in the year 4096.
    assert_invalid_client(
        authenticate("kaikei", &client, &own, None, 70_000_000_000),
        "expired",
    );
}

#[test]
fn a_certificate_of_one_client_serves_no_other() {
    let key = TestKey::es256("k1");
    let certificate = peer("one");
    let chain = good_chain(certificate.clone());
    let by_subject = |client_id, name| {
        let subject = CertificateSubject::distinguished_name(name).unwrap();
        client_with(client_id, AuthenticationMethod::TlsClientAuth { subject })
    };
    let one = by_subject("one", "CN=one,O=Kaikei");
    assert_authenticates(authenticate("one", &one, &certificate, Some(&chain), NOW), "one");
    for (what, client_id, client) in [
        ("another subject", "two", by_subject("two", "CN=two,O=Kaikei")),
        (
            "another certificate",
            "two",
            self_signed_client("two", &peer("two")),
        ),
        ("a client of assertions", "signer", jwt_client(&key)),
        ("a client of secrets", "baseline", baseline_client()),
        ("the record of another client", "two", one),
    ] {
        let outcome = authenticate(client_id, &client, &certificate, Some(&chain), NOW);
        assert_invalid_client(outcome, what);
    }
}
