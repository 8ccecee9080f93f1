//! Tests of the authorization endpoint's rules: what is shown, what is redirected, what goes on.

use std::sync::Arc;

use proptest::prelude::*;
use url::Url;

use super::*;
use crate::client::{ClientMetadata, ClientRegistration};
use crate::issuer_identification::Issuer;
use crate::opaque::OpaqueValue;
use crate::scope::Scopes;
use crate::test_clients::{baseline_client, baseline_registration};

mod members;
mod ways;

const REDIRECT: &str = "https%3A%2F%2Fkaikei.example%2Fcallback%3Ffrom%3Dbank";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn issuer() -> Issuer {
    Issuer::parse("https://localhost:8443").unwrap()
}

fn good_query() -> Vec<(&'static str, String)> {
    vec![
        ("client_id", "baseline".to_owned()),
        ("redirect_uri", REDIRECT.to_owned()),
        ("response_type", "code".to_owned()),
        ("scope", "accounts".to_owned()),
        ("state", "s%261".to_owned()),
        ("code_challenge", CHALLENGE.to_owned()),
        ("code_challenge_method", "S256".to_owned()),
    ]
}

fn join(query: &[(&str, String)]) -> String {
    query
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("&")
}

/// The good query with one parameter replaced or (`None`) removed.
fn changed(name: &'static str, value: Option<&str>) -> String {
    let mut query = good_query();
    query.retain(|(known, _)| *known != name);
    query.extend(value.map(|value| (name, value.to_owned())));
    join(&query)
}

fn check(query: &str) -> Result<AuthorizationRequest, AuthorizationFailure> {
    check_for(&baseline_client(), query)
}

fn check_for(client: &ClientMetadata, query: &str) -> Result<AuthorizationRequest, AuthorizationFailure> {
    AuthorizationCall::from_query(query)?.check_direct(client)
}

/// The baseline client with something else about it.
fn client_with(change: impl FnOnce(&mut ClientRegistration)) -> Arc<ClientMetadata> {
    let mut registration = baseline_registration();
    change(&mut registration);
    Arc::new(registration.try_into().unwrap())
}

fn openid_client() -> Arc<ClientMetadata> {
    client_with(|client| client.scopes = Scopes::parse("openid accounts balance").unwrap())
}

fn location(response: AuthorizationResponse) -> String {
    match response.prepare(1_000) {
        Prepared::Ready(Delivery::Redirect(url)) => url,
        other => panic!("a redirect: {other:?}"),
    }
}

/// The redirect of a failure that is told to the client.
fn told(result: Result<AuthorizationRequest, AuthorizationFailure>) -> ErrorRedirect {
    match result {
        Err(AuthorizationFailure::Redirect(redirect)) => redirect,
        other => panic!("must be told to the client: {other:?}"),
    }
}

fn query_of(location: &str) -> Vec<(String, String)> {
    Url::parse(location).unwrap().query_pairs().into_owned().collect()
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn a_good_request_is_kept_and_answered() {
    let request = check(&join(&good_query())).unwrap();
    let stored = serde_json::to_string(&request).unwrap();
    let request: AuthorizationRequest = serde_json::from_str(&stored).unwrap();
    assert_eq!(request.scopes().to_string(), "accounts");
    let url = location(request.permit(&OpaqueValue::presented("the code"), &issuer()));
    assert!(url.starts_with("https://kaikei.example/callback?from=bank&"));
    assert_eq!(
        query_of(&url),
        [
            pair("from", "bank"),
            pair("code", "the code"),
            pair("state", "s&1"),
            pair("iss", "https://localhost:8443")
        ]
    );
    assert_eq!(
        query_of(&location(request.cancelled().response(&issuer()))),
        [
            pair("from", "bank"),
            pair("error", "access_denied"),
            pair("error_description", "the customer did not permit the linkage"),
            pair("state", "s&1"),
            pair("iss", "https://localhost:8443")
        ]
    );
}

#[test]
fn no_scope_means_the_registered_ones_and_state_is_optional() {
    assert_eq!(
        check(&changed("scope", None)).unwrap().scopes().to_string(),
        "accounts balance"
    );
    let request = check(&changed("state", None)).unwrap();
    let url = location(request.permit(&OpaqueValue::presented("c"), &issuer()));
    assert!(!url.contains("state="));
}

#[test]
fn shown_on_our_page() {
    let twice = |name: &str, value: &str| format!("{}&{name}={value}", join(&good_query()));
    for (query, expected) in [
        (changed("client_id", None), PageError::MissingClient),
        (changed("client_id", Some("")), PageError::MissingClient),
        (twice("client_id", "baseline"), PageError::MissingClient),
        (changed("redirect_uri", None), PageError::InvalidRedirectUri),
        (
            changed("redirect_uri", Some("https%3A%2F%2Fevil.example%2F")),
            PageError::InvalidRedirectUri,
        ),
        (
            changed("redirect_uri", Some("https%3A%2F%2Fkaikei.example%2Fcallback")),
            PageError::InvalidRedirectUri,
        ),
        (twice("redirect_uri", REDIRECT), PageError::InvalidRedirectUri),
        (
            changed("request_uri", Some("https%3A%2F%2Fevil.example%2Fr"))
                .replace(REDIRECT, "https%3A%2F%2Fevil.example%2F"),
            PageError::InvalidRequestUri,
        ),
        (
            changed("request_uri", Some("urn:ietf:params:oauth:request_uri:short")),
            PageError::InvalidRequestUri,
        ),
    ] {
        assert_eq!(check(&query), Err(expected.into()), "{query}");
    }
}

#[test]
fn told_to_the_client() {
    let long = "x".repeat(2049);
    let wrong_type = "%5B%7B%22type%22%3A%22x%22%2C%22businesses%22%3A%5B%22balance%22%5D%7D%5D";
    let other_acr =
        "%7B%22id_token%22%3A%7B%22acr%22%3A%7B%22essential%22%3Atrue%2C%22value%22%3A%22x%22%7D%7D%7D";
    for (name, value, code) in [
        ("response_type", None, "invalid_request"),
        ("response_type", Some("token"), "unsupported_response_type"),
        (
            "response_type",
            Some("code%20id_token"),
            "unsupported_response_type",
        ),
        ("response_mode", Some("web_message"), "invalid_request"),
        ("scope", Some("transfers"), "invalid_scope"),
        ("scope", Some("accounts%20%20balance"), "invalid_scope"),
        ("scope", Some("openid"), "invalid_scope"),
        ("scope", Some("accounts+payments"), "invalid_scope"),
        ("scope", Some("grant_management_query"), "invalid_scope"),
        ("code_challenge", None, "invalid_request"),
        ("code_challenge", Some("short"), "invalid_request"),
        ("code_challenge_method", None, "invalid_request"),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        ("nonce", Some("%E9%AB%99"), "invalid_request"),
        ("max_age", Some("-1"), "invalid_request"),
        ("prompt", Some("none"), "login_required"),
        ("prompt", Some("none+login"), "invalid_request"),
        ("prompt", Some("create"), "invalid_request"),
        ("claims", Some("x"), "invalid_request"),
        ("claims", Some(other_acr), "unmet_authentication_requirements"),
        ("registration", Some("%7B%7D"), "registration_not_supported"),
        (
            "request_uri",
            Some("https%3A%2F%2Fkaikei.example%2Fr"),
            "request_uri_not_supported",
        ),
        ("dpop_jkt", Some("short"), "invalid_request"),
        ("dpop_jkt", Some(&CHALLENGE[1..]), "invalid_request"),
        (
            "authorization_details",
            Some("%5B%5D"),
            "invalid_authorization_details",
        ),
        (
            "authorization_details",
            Some(wrong_type),
            "invalid_authorization_details",
        ),
        ("grant_id", Some("x"), "invalid_request"),
        ("grant_management_action", Some("merge"), "invalid_request"),
        (
            "grant_management_action",
            Some("merge&grant_id=%E9%AB%99"),
            "invalid_grant_id",
        ),
        ("x", Some("%00"), "invalid_request"),
        ("x", Some("1&x=2"), "invalid_request"),
    ] {
        let redirect = told(check(&changed(name, value)));
        let answer = query_of(&location(redirect.response(&issuer())));
        assert!(
            answer.contains(&pair("error", code)),
            "{name} = {value:?}: {answer:?}"
        );
        assert!(answer.contains(&pair("state", "s&1")), "{name}");
        assert!(answer.contains(&pair("iss", "https://localhost:8443")), "{name}");
    }
    for state in ["%E9%AB%99", "a&state=b", "%0A", &long] {
        let redirect = told(check(&changed("state", Some(state))));
        assert!(
            !location(redirect.response(&issuer())).contains("state="),
            "a bad state is not sent back"
        );
    }
}

proptest! {
    #[test]
    fn no_query_panics_or_redirects_elsewhere(query in "[a-z_=&%0-9A-F:/.+]{0,200}", state in "\\PC{0,40}") {
        let tail: String = url::form_urlencoded::byte_serialize(state.as_bytes()).collect();
        for query in [query.clone(), format!("client_id=baseline&redirect_uri={REDIRECT}&{query}&state={tail}")] {
            if let Ok(call) = AuthorizationCall::from_query(&query)
                && let Err(AuthorizationFailure::Redirect(redirect)) = call.check_direct(&baseline_client())
            {
                let Prepared::Ready(Delivery::Redirect(url)) = redirect.response(&issuer()).prepare(1_000) else {
                    return Err(TestCaseError::fail("the query names no other mode"));
                };
                prop_assert!(url.starts_with("https://kaikei.example/callback?from=bank&error="));
                prop_assert!(Url::parse(&url).is_ok());
            }
        }
    }
}
