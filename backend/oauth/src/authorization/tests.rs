//! Tests of the authorization endpoint's rules: what is shown, what is redirected, what goes on.

use proptest::prelude::*;
use url::Url;

use super::*;
use crate::test_clients::{baseline_client, fapi2_client};

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
    AuthorizationCall::from_query(query)?.check_direct(&baseline_client())
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
    let location = request.permit(&OpaqueValue::presented("the code"), &issuer());
    assert!(location.starts_with("https://kaikei.example/callback?from=bank&"));
    assert_eq!(
        query_of(&location),
        [
            pair("from", "bank"),
            pair("code", "the code"),
            pair("state", "s&1"),
            pair("iss", "https://localhost:8443")
        ]
    );
    assert_eq!(
        query_of(&request.cancelled().location(&issuer())),
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
    assert!(
        !request
            .permit(&OpaqueValue::presented("c"), &issuer())
            .contains("state=")
    );
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
            changed("request_uri", Some("https%3A%2F%2Fevil.example%2Fr")),
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
    for (name, value, code) in [
        ("response_type", None, "invalid_request"),
        ("response_type", Some("token"), "unsupported_response_type"),
        (
            "response_type",
            Some("code%20id_token"),
            "unsupported_response_type",
        ),
        ("response_mode", Some("fragment"), "invalid_request"),
        ("scope", Some("transfers"), "invalid_scope"),
        ("scope", Some("accounts%20%20balance"), "invalid_scope"),
        ("scope", Some("openid"), "invalid_scope"),
        ("code_challenge", None, "invalid_request"),
        ("code_challenge", Some("short"), "invalid_request"),
        ("code_challenge_method", None, "invalid_request"),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        ("request", Some("e30.e30."), "request_not_supported"),
        ("nonce", Some("%E9%AB%99"), "invalid_request"),
        ("x", Some("%00"), "invalid_request"),
        ("x", Some("1&x=2"), "invalid_request"),
    ] {
        let Err(AuthorizationFailure::Redirect(redirect)) = check(&changed(name, value)) else {
            panic!("{name} = {value:?} must be redirected");
        };
        let answer = query_of(&redirect.location(&issuer()));
        assert!(
            answer.contains(&pair("error", code)),
            "{name} = {value:?}: {answer:?}"
        );
        assert!(answer.contains(&pair("state", "s&1")), "{name}");
        assert!(answer.contains(&pair("iss", "https://localhost:8443")), "{name}");
    }
    for state in ["%E9%AB%99", "a&state=b", "%0A", &long] {
        let Err(AuthorizationFailure::Redirect(redirect)) = check(&changed("state", Some(state))) else {
            panic!("state {state:?} must be refused");
        };
        assert!(
            !redirect.location(&issuer()).contains("state="),
            "a bad state is not sent back"
        );
    }
}

#[test]
fn fapi2_clients_push() {
    let query =
        changed("client_id", Some("fapi2")).replace(REDIRECT, "https%3A%2F%2Fkaikei.example%2Fcallback");
    let call = AuthorizationCall::from_query(&query).unwrap();
    let Err(AuthorizationFailure::Redirect(redirect)) = call.check_direct(&fapi2_client()) else {
        panic!("a FAPI 2.0 client must be told to push");
    };
    assert_eq!(redirect.error().code(), ErrorCode::InvalidRequest);
}

#[test]
fn a_pushed_request_counts_alone_and_for_its_client_only() {
    let uri = RequestUri::from_secret_bytes(&[9; 32]);
    let stored = check(&join(&good_query())).unwrap();
    let query = format!(
        "client_id=baseline&request_uri={}&scope=transfers&scope=x&state=other",
        uri.as_str()
    );
    let call = AuthorizationCall::from_query(&query).unwrap();
    assert_eq!(call.request_uri().unwrap().sha256(), uri.sha256());
    assert_eq!(
        call.resume_pushed(&baseline_client(), Some(stored.clone())),
        Ok(stored.clone())
    );
    assert_eq!(
        call.resume_pushed(&baseline_client(), None),
        Err(PageError::InvalidRequestUri.into())
    );
    assert!(call.check_direct(&baseline_client()).is_err());
    let foreign = AuthorizationCall::from_query(&query.replace("baseline", "fapi2")).unwrap();
    assert_eq!(
        foreign.resume_pushed(&fapi2_client(), Some(stored)),
        Err(PageError::InvalidRequestUri.into())
    );
}

#[test]
fn the_registered_redirect_uri_keeps_its_text() {
    let issuer = issuer();
    for (uri, start) in [
        ("https://a.example", "https://a.example?code=1"),
        ("https://a.example/?", "https://a.example/?code=1"),
        ("https://a.example/?x=%7e&", "https://a.example/?x=%7e&code=1"),
        ("https://a.example/?x", "https://a.example/?x&code=1"),
    ] {
        let url = response_url(uri, &[("code", "1")], None, &issuer);
        assert_eq!(url, format!("{start}&iss=https%3A%2F%2Flocalhost%3A8443"));
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
                let location = redirect.location(&issuer());
                prop_assert!(location.starts_with("https://kaikei.example/callback?from=bank&error="));
                prop_assert!(Url::parse(&location).is_ok());
            }
        }
    }
}
