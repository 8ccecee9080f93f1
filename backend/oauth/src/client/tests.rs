//! Registrations that pass and registrations that do not.

use super::*;
use crate::test_clients::{baseline_registration, fapi2_registration};

fn refused(registration: ClientRegistration) -> RegistrationError {
    ClientMetadata::try_from(registration).unwrap_err()
}

#[test]
fn sound_registrations_pass() {
    assert!(ClientMetadata::try_from(fapi2_registration()).is_ok());
    assert!(ClientMetadata::try_from(baseline_registration()).is_ok());
}

#[test]
fn client_ids_that_are_refused() {
    for client_id in ["", "a b", "a:b", "会計", "a\n", &"a".repeat(MAX_CLIENT_ID + 1)] {
        let registration = ClientRegistration {
            client_id: client_id.to_owned(),
            ..fapi2_registration()
        };
        assert_eq!(
            refused(registration),
            RegistrationError::ClientId,
            "{client_id:?}"
        );
    }
}

#[test]
fn redirect_uris_that_are_refused() {
    for uri in [
        "",
        "/callback",
        "http://kaikei.example/callback",
        "https://kaikei.example/callback#x",
        "https://kaikei.example/callback#",
        "https://user@kaikei.example/callback",
        "https://kaikei.example/call back",
        "https://kaikei.example\\@bank.example/",
        "javascript:alert(1)",
        "com.example:/callback",
        "https://会計.example/",
    ] {
        let registration = ClientRegistration {
            redirect_uris: vec![uri.to_owned()],
            ..fapi2_registration()
        };
        assert_eq!(refused(registration), RegistrationError::RedirectUri, "{uri:?}");
    }
    let none = ClientRegistration {
        redirect_uris: vec![],
        ..fapi2_registration()
    };
    assert_eq!(refused(none), RegistrationError::RedirectUri);
}

#[test]
fn fapi2_has_neither_secrets_nor_unbound_tokens() {
    let secret = ClientRegistration {
        authentication: AuthenticationMethod::ClientSecretBasic {
            secret: ClientSecretHash::of("s"),
        },
        ..fapi2_registration()
    };
    assert_eq!(refused(secret), RegistrationError::WeakAuthentication);
    let exception = BearerException::find(&[fapi2_registration().client_id], "fapi2").unwrap();
    let unbound = ClientRegistration {
        token_binding: TokenBinding::Bearer(exception),
        ..fapi2_registration()
    };
    assert_eq!(refused(unbound), RegistrationError::UnboundTokens);
}

#[test]
fn an_exception_is_stated_by_name_and_is_personal() {
    assert_eq!(BearerException::find(&["other"], "baseline"), None);
    assert_eq!(BearerException::find::<&str>(&[], "baseline"), None);
    let of_other = BearerException::find(&["other"], "other").unwrap();
    let registration = ClientRegistration {
        token_binding: TokenBinding::Bearer(of_other),
        ..baseline_registration()
    };
    assert_eq!(refused(registration), RegistrationError::UnboundTokens);
}

#[test]
fn no_scope_no_client() {
    let registration = ClientRegistration {
        scopes: Scopes::default(),
        ..fapi2_registration()
    };
    assert_eq!(refused(registration), RegistrationError::Scope);
}

#[test]
fn redirect_uris_are_compared_character_by_character() {
    let client = ClientMetadata::try_from(fapi2_registration()).unwrap();
    assert!(client.has_redirect_uri("https://kaikei.example/callback"));
    for uri in [
        "https://kaikei.example/callback/",
        "https://kaikei.example/callback?x=1",
        "https://KAIKEI.example/callback",
        "https://kaikei.example:443/callback",
        "https://kaikei.example/%63allback",
    ] {
        assert!(!client.has_redirect_uri(uri), "{uri}");
    }
}
