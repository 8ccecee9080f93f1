//! The clients that registrations make.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{CertificateParams, KeyPair};

use super::*;
use crate::client::{
    AuthenticationMethod, ClientMetadata, ClientRegistration, ClientSecretHash, GrantType, RegistrationError,
    TokenBinding,
};
use crate::jwks::KeyError;

const NAMED: &[&str] = &["c1"];

fn client_of(
    document: Value,
    profile: Profile,
    fetched: Option<RegisteredKeys>,
) -> Result<ClientMetadata, RegistrationError> {
    let named: Vec<String> = NAMED.iter().map(|name| (*name).to_owned()).collect();
    let exceptions = OperatorExceptions {
        bearer: &named,
        pkce: &[],
    };
    registration_of(document, profile, fetched, &exceptions)?.try_into()
}

fn registration_of(
    document: Value,
    profile: Profile,
    fetched: Option<RegisteredKeys>,
    exceptions: &OperatorExceptions<'_>,
) -> Result<ClientRegistration, RegistrationError> {
    let metadata: RegisteredMetadata = serde_json::from_value(document).unwrap();
    let secret = metadata
        .auth_method(profile)
        .needs_secret()
        .then(|| ClientSecretHash::of("secret"));
    metadata.into_registration("c1", profile, fetched, exceptions, secret)
}

fn scoped() -> Value {
    with(minimal(), "scope", json!("accounts balance"))
}

fn fapi2(document: Value) -> Result<ClientMetadata, RegistrationError> {
    client_of(document, Profile::Fapi2, None)
}

#[test]
fn each_method_makes_its_client() {
    for (profile, method, extra) in [
        (Profile::Fapi2, "private_key_jwt", None),
        (Profile::Baseline, "private_key_jwt", None),
        (
            Profile::Fapi2,
            "tls_client_auth",
            Some(("tls_client_auth_subject_dn", "CN=kaikei,O=Kaikei")),
        ),
        (
            Profile::Fapi2,
            "tls_client_auth",
            Some(("tls_client_auth_san_dns", "kaikei.example")),
        ),
        (
            Profile::Fapi2,
            "tls_client_auth",
            Some(("tls_client_auth_san_uri", "urn:kaikei")),
        ),
        (
            Profile::Fapi2,
            "tls_client_auth",
            Some(("tls_client_auth_san_ip", "2001:db8::1")),
        ),
        (
            Profile::Fapi2,
            "tls_client_auth",
            Some(("tls_client_auth_san_email", "a@kaikei.example")),
        ),
        (Profile::Fapi2, "self_signed_tls_client_auth", None),
        (Profile::Baseline, "client_secret_basic", None),
        (Profile::Baseline, "client_secret_post", None),
    ] {
        let mut document = with(scoped(), "token_endpoint_auth_method", json!(method));
        if let Some((name, value)) = extra {
            document[name] = json!(value);
        }
        let client = client_of(document, profile, None).unwrap();
        assert_eq!(client.authentication().name(), method);
        assert_eq!(client.profile(), profile);
    }
}

#[test]
fn the_default_method_is_that_of_the_profile() {
    let name = |profile| {
        let client = client_of(scoped(), profile, None).unwrap();
        client.authentication().name()
    };
    assert_eq!(name(Profile::Fapi2), "private_key_jwt");
    assert_eq!(name(Profile::Baseline), "client_secret_basic");
}

#[test]
fn tokens_are_bound_as_registered() {
    let mtls = "tls_client_certificate_bound_access_tokens";
    let dpop = "dpop_bound_access_tokens";
    for profile in [Profile::Fapi2, Profile::Baseline] {
        for (name, binding) in [(mtls, TokenBinding::Mtls), (dpop, TokenBinding::Dpop)] {
            let client = client_of(with(scoped(), name, json!(true)), profile, None).unwrap();
            assert_eq!(*client.token_binding(), binding);
        }
    }
    let open = fapi2(scoped()).unwrap();
    assert_eq!(*open.token_binding(), TokenBinding::MtlsOrDpop);
    let excepted = client_of(scoped(), Profile::Baseline, None).unwrap();
    assert!(matches!(excepted.token_binding(), TokenBinding::Bearer(_)));
    let unnamed = registration_of(scoped(), Profile::Baseline, None, &OperatorExceptions::default());
    assert_eq!(unnamed.unwrap_err(), RegistrationError::UnboundTokens);
}

#[test]
fn preferences_reach_the_client() {
    let mut document = every_member();
    for name in [
        "jwks_uri",
        "dpop_bound_access_tokens",
        "tls_client_auth_subject_dn",
        "tls_client_auth_san_dns",
        "tls_client_auth_san_uri",
        "tls_client_auth_san_ip",
        "tls_client_auth_san_email",
    ] {
        document = without(document, name);
    }
    let client = fapi2(with(document, "jwks", jwks())).unwrap();
    let preferences = client.preferences();
    assert_eq!(preferences.request_object_signing_alg, Some(Algorithm::EdDSA));
    assert_eq!(
        preferences.token_endpoint_auth_signing_alg,
        Some(Algorithm::ES256)
    );
    for algorithm in [
        preferences.authorization_signed_response_alg,
        preferences.id_token_signed_response_alg,
        preferences.userinfo_signed_response_alg,
        preferences.introspection_signed_response_alg,
    ] {
        assert_eq!(algorithm, Some(Algorithm::PS256));
    }
    assert_eq!(preferences.default_max_age, Some(600));
    assert!(preferences.require_signed_request_object && preferences.refresh_token_rotation);
    assert!(preferences.require_pushed_authorization_requests && client.must_push_requests());
    assert_eq!(client.sector_identifier(), "kaikei.example");
    assert_eq!(
        preferences.authorization_details_types.as_deref(),
        Some(["renkei_statements".to_owned()].as_slice())
    );
    assert!(client.may_use(GrantType::ClientCredentials));
    let plain = fapi2(scoped()).unwrap();
    assert!(plain.may_use(GrantType::AuthorizationCode) && plain.may_use(GrantType::RefreshToken));
    assert!(!plain.may_use(GrantType::ClientCredentials));
}

#[test]
fn keys_come_by_value_or_by_reference() {
    let by_reference = with(
        without(scoped(), "jwks"),
        "jwks_uri",
        json!("https://kaikei.example/jwks"),
    );
    let fetched = || RegisteredKeys::parse(&jwks().to_string()).unwrap();
    let client = |document, fetched| client_of(document, Profile::Fapi2, fetched);
    assert!(
        client(by_reference.clone(), Some(fetched()))
            .unwrap()
            .keys()
            .is_some()
    );
    assert!(
        client(by_reference.clone(), Some(RegisteredKeys::unreadable())).is_ok(),
        "the client stands while its keys cannot be had"
    );
    assert_eq!(
        client(by_reference, None).unwrap_err(),
        RegistrationError::KeysMissing
    );
    assert_eq!(
        client(without(scoped(), "jwks"), Some(fetched())).unwrap_err(),
        RegistrationError::KeysMissing,
        "keys of nowhere"
    );
    let private = with(scoped(), "jwks", json!({"keys": [{"kty": "oct", "k": "AAAA"}]}));
    assert_eq!(
        fapi2(private).unwrap_err(),
        RegistrationError::Keys(KeyError::Private)
    );
}

#[test]
fn self_signed_certificates_come_with_the_keys() {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::default().self_signed(&key).unwrap();
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let raw = key.public_key_raw();
    let jwk = json!({
        "kty": "EC", "crv": "P-256", "x": encode(&raw[1..33]), "y": encode(&raw[33..]),
        "x5c": [STANDARD.encode(certificate.der())]
    });
    let own = json!({"keys": [jwk.clone()]});
    let self_signed = with(
        scoped(),
        "token_endpoint_auth_method",
        json!("self_signed_tls_client_auth"),
    );
    let client = fapi2(with(self_signed.clone(), "jwks", own)).unwrap();
    assert!(matches!(
        client.authentication(),
        AuthenticationMethod::SelfSignedTlsClientAuth { certificates } if !certificates.is_empty()
    ));
    let broken = json!({"keys": [with(jwk, "x5c", json!(["AAAA"]))]});
    for (document, expected) in [
        (
            with(self_signed.clone(), "jwks", broken),
            RegistrationError::Certificates,
        ),
        (without(self_signed, "jwks"), RegistrationError::Certificates),
    ] {
        assert_eq!(fapi2(document).unwrap_err(), expected);
    }
}

#[test]
fn registrations_that_make_no_client() {
    let method = |name| with(scoped(), "token_endpoint_auth_method", json!(name));
    let hosts = json!(["https://a.example/", "https://b.example/"]);
    let openid = with(
        with(scoped(), "redirect_uris", hosts),
        "scope",
        json!("accounts openid"),
    );
    for (document, expected) in [
        (minimal(), RegistrationError::Scope),
        (
            method("client_secret_basic"),
            RegistrationError::WeakAuthentication,
        ),
        (
            method("client_secret_post"),
            RegistrationError::WeakAuthentication,
        ),
        (method("tls_client_auth"), RegistrationError::SubjectCount),
        (without(scoped(), "jwks"), RegistrationError::KeysMissing),
        (openid.clone(), RegistrationError::SectorIdentifier),
        (
            with(scoped(), "redirect_uris", json!([])),
            RegistrationError::RedirectUri,
        ),
    ] {
        let shown = document.to_string();
        assert_eq!(fapi2(document).unwrap_err(), expected, "{shown}");
    }
    let with_sector = with(openid, "sector_identifier_uri", json!("https://c.example/sector"));
    assert_eq!(fapi2(with_sector).unwrap().sector_identifier(), "c.example");
    let secretless: RegisteredMetadata = serde_json::from_value(method("client_secret_post")).unwrap();
    assert_eq!(
        secretless
            .into_registration(
                "c1",
                Profile::Baseline,
                None,
                &OperatorExceptions::default(),
                None
            )
            .unwrap_err(),
        RegistrationError::SecretMissing
    );
}
