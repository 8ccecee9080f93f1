//! The ways that a request may come: pushed, signed by value, plain; and which client may use which.

use super::*;
use crate::client::ClientPreferences;
use crate::error::{ErrorCode, OAuthError};
use crate::parameters::Parameters;
use crate::pushed_authorization::RequestUri;
use crate::test_clients::{TestKey, fapi2_client};
use serde_json::json;

#[test]
fn fapi2_clients_push() {
    let query =
        changed("client_id", Some("fapi2")).replace(REDIRECT, "https%3A%2F%2Fkaikei.example%2Fcallback");
    let redirect = told(check_for(&fapi2_client(), &query));
    assert_eq!(redirect.error().code(), ErrorCode::InvalidRequest);
    let pushes = client_with(|client| client.preferences.require_pushed_authorization_requests = true);
    let by_value = AuthorizationCall::from_query("client_id=baseline&request=a.b.c").unwrap();
    let signed = Parameters::from_query(&join(&good_query()));
    for result in [
        check_for(&pushes, &join(&good_query())),
        by_value.check_signed(&pushes, &signed),
    ] {
        let error = *told(result).error();
        assert_eq!(
            error.description(),
            "this client must use pushed authorization requests"
        );
    }
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
fn a_pushed_request_that_no_login_can_meet_is_refused_when_it_arrives() {
    let uri = RequestUri::from_secret_bytes(&[9; 32]);
    let call =
        AuthorizationCall::from_query(&format!("client_id=baseline&request_uri={}", uri.as_str())).unwrap();
    let parameters = Parameters::from_query(&changed("prompt", Some("none")));
    let pushed = AuthorizationRequest::read(&baseline_client(), &parameters).unwrap();
    let stored = serde_json::from_value(serde_json::to_value(pushed).unwrap()).unwrap();
    let redirect = told(call.resume_pushed(&baseline_client(), Some(stored)));
    assert_eq!(redirect.error().code(), ErrorCode::LoginRequired);
}

#[test]
fn a_signed_request_counts_alone() {
    let outside =
        format!("client_id=baseline&request=a.b.c&scope=transfers&state=other&redirect_uri={REDIRECT}");
    let call = AuthorizationCall::from_query(&outside).unwrap();
    assert_eq!(call.request_object(), Some("a.b.c"));
    assert!(call.request_uri().is_none());
    let client = baseline_client();
    let signed = |query: &str| call.check_signed(&client, &Parameters::from_query(query));
    let request = signed(&join(&good_query())).unwrap();
    assert_eq!(request.scopes().to_string(), "accounts");
    let url = location(request.permit(&OpaqueValue::presented("c"), &issuer()));
    assert!(url.contains("state=s%261"), "{url}");

    assert_eq!(
        signed(&changed("redirect_uri", None)),
        Err(PageError::InvalidRedirectUri.into()),
        "not even the redirect URI outside counts"
    );
    for (query, code) in [
        (changed("client_id", None), "invalid_request_object"),
        (changed("client_id", Some("fapi2")), "invalid_request_object"),
        (changed("request", Some("a.b.c")), "invalid_request_object"),
        (changed("request_uri", Some("urn%3Ax")), "invalid_request_object"),
        (changed("scope", Some("transfers")), "invalid_scope"),
        (changed("x", Some("%00")), "invalid_request"),
    ] {
        assert_eq!(told(signed(&query)).error().body().error, code, "{query}");
    }
    assert_eq!(
        call.check_direct(&client),
        Err(PageError::InvalidRequestObject.into())
    );
    assert_eq!(
        call.check_signed(&fapi2_client(), &Parameters::from_query(&join(&good_query()))),
        Err(PageError::UnknownClient.into())
    );
    let direct = AuthorizationCall::from_query(&join(&good_query())).unwrap();
    assert_eq!(direct.request_object(), None);
    assert_eq!(
        direct.check_signed(&client, &Parameters::from_query(&join(&good_query()))),
        Err(PageError::InvalidRequestObject.into())
    );
}

#[test]
fn a_bad_request_object_is_told_only_to_a_registered_redirect_uri() {
    let error = OAuthError::new(ErrorCode::InvalidRequestObject, "expired");
    let page = AuthorizationFailure::from(PageError::InvalidRequestObject);
    for (outside, told_to_client) in [
        (format!("redirect_uri={REDIRECT}&request=a"), true),
        (format!("redirect_uri={REDIRECT}&request=a&request=b"), true),
        ("request=a".to_owned(), false),
        (
            "request=a&redirect_uri=https%3A%2F%2Fevil.example".to_owned(),
            false,
        ),
        (
            format!("request=a&redirect_uri={REDIRECT}&redirect_uri={REDIRECT}"),
            false,
        ),
    ] {
        let call = AuthorizationCall::from_query(&format!("client_id=baseline&{outside}")).unwrap();
        let failure = call.refuse_request_object(&baseline_client(), error);
        if told_to_client {
            assert_eq!(told(Err(failure)).error(), &error, "{outside}");
        } else {
            assert_eq!(failure, page, "{outside}");
        }
    }
    let uri = RequestUri::from_secret_bytes(&[9; 32]);
    for both in ["request=a.b.c", "request=a&request=b"] {
        let query = format!("client_id=baseline&request_uri={}&{both}", uri.as_str());
        assert_eq!(
            AuthorizationCall::from_query(&query).unwrap_err(),
            PageError::InvalidRequestUri,
            "{both}"
        );
    }
}

#[test]
fn clients_that_must_sign_are_refused_without() {
    let client = client_with(|client| {
        let keys = json!({"keys": [TestKey::es256("k").public()]}).to_string();
        client.keys = Some(crate::jwks::ClientKeys::parse(&keys).unwrap());
        client.preferences = ClientPreferences {
            require_signed_request_object: true,
            ..ClientPreferences::default()
        };
    });
    let error = *told(check_for(&client, &join(&good_query()))).error();
    assert_eq!(
        (error.code(), error.description()),
        (
            ErrorCode::InvalidRequest,
            "this client must send its requests in signed request objects"
        )
    );
    let call = AuthorizationCall::from_query("client_id=baseline&request=a.b.c").unwrap();
    assert!(
        call.check_signed(&client, &Parameters::from_query(&join(&good_query())))
            .is_ok()
    );
}
