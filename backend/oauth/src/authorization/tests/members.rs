//! What the members of a request mean together, and how they are kept.

use super::*;
use crate::client::PkceException;
use crate::error::ErrorCode;
use crate::jwks::JwkThumbprint;
use crate::openid::{Subject, UiLocale};
use serde_json::json;

#[test]
fn a_request_of_before_is_still_read() {
    let stored = json!({
        "client_id": "baseline", "redirect_uri": "https://kaikei.example/callback?from=bank", "scopes": "accounts",
        "code_challenge": CHALLENGE, "state": "s", "nonce": "n"
    });
    let request: AuthorizationRequest = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(request.nonce(), Some("n"));
    assert!(request.code_challenge().is_some());
    let mut kept = serde_json::to_value(&request).unwrap();
    assert_eq!(kept["response_mode"], "query");
    kept.as_object_mut().unwrap().remove("response_mode");
    assert_eq!(kept, stored, "nothing else is new where nothing new was asked");
}

#[test]
fn every_member_survives_storage() {
    let details = "%5B%7B%22type%22%3A%22renkei_statements%22%2C%22businesses%22%3A%5B%22balance%22%5D%7D%5D";
    let claims = "%7B%22userinfo%22%3A%7B%22sub%22%3A%7B%22value%22%3A%22abc%22%7D%2C%22acr%22%3Anull%7D%7D";
    let query = format!(
        "{}&response_mode=form_post.jwt&nonce=n&max_age=60&prompt=login&ui_locales=fr+ja&claims={claims}\
         &dpop_jkt={CHALLENGE}&authorization_details={details}&grant_management_action=merge&grant_id=g",
        changed("scope", Some("openid"))
    );
    let request = check_for(&openid_client(), &query).unwrap();
    let stored = serde_json::to_string(&request).unwrap();
    assert_eq!(
        serde_json::from_str::<AuthorizationRequest>(&stored).unwrap(),
        request
    );
    assert!(request.is_openid());
    assert_eq!(request.scopes().to_string(), "openid accounts balance");
    assert_eq!(request.authentication().max_age(), Some(60));
    assert_eq!(request.authentication().ui_locale(), Some(UiLocale::Ja));
    assert_eq!(request.dpop_jkt().unwrap().to_base64url(), CHALLENGE);
    assert_eq!(
        request.grant_management().unwrap().grant_id().unwrap().as_str(),
        "g"
    );
    assert_eq!(request.accepts(&Subject::parse("abc").unwrap()), Ok(()));
    let other = request.accepts(&Subject::parse("abd").unwrap()).unwrap_err();
    assert_eq!(other.error().code(), ErrorCode::LoginRequired);
    let Prepared::ToSign(unsigned) = request.cancelled().response(&issuer()).prepare(1_000) else {
        panic!("errors are signed too");
    };
    let claims = serde_json::to_value(unsigned.claims()).unwrap();
    assert_eq!(
        (&claims["error"], &claims["state"]),
        (&json!("access_denied"), &json!("s&1"))
    );
    assert!(matches!(
        unsigned.finish("a.b.c".to_owned()),
        Delivery::FormPost { .. }
    ));
}

#[test]
fn errors_travel_in_the_mode_that_was_asked_for() {
    for (mode, mark) in [
        ("fragment", "#error=invalid_scope"),
        ("query", "&error=invalid_scope"),
    ] {
        let query = format!("{}&response_mode={mode}", changed("scope", Some("x")));
        let url = location(told(check(&query)).response(&issuer()));
        assert!(url.contains(mark), "{url}");
    }
    for defective in ["response_mode=x", "response_mode=fragment&response_mode=fragment"] {
        let query = format!("{}&{defective}", changed("scope", Some("x")));
        let url = location(told(check(&query)).response(&issuer()));
        assert!(url.contains("&error=invalid_request"), "{url}");
    }
}

#[test]
fn details_stand_beside_scope_or_in_its_place() {
    let details =
        "%5B%7B%22type%22%3A%22renkei_statements%22%2C%22businesses%22%3A%5B%22statement%22%5D%7D%5D";
    let all =
        client_with(|client| client.scopes = Scopes::parse("openid accounts balance statement").unwrap());
    for (scope, expected) in [
        (None, "accounts statement"),
        (Some("balance"), "balance accounts statement"),
        (Some("openid"), "openid accounts statement"),
    ] {
        let query = format!("{}&authorization_details={details}", changed("scope", scope));
        let request = check_for(&all, &query).unwrap();
        assert_eq!(request.scopes().to_string(), expected);
        assert!(request.authorization_details().is_some());
    }
    for (types, passes) in [(vec![], false), (vec!["renkei_statements".to_owned()], true)] {
        let client = client_with(|client| {
            client.scopes = Scopes::parse("accounts statement").unwrap();
            client.preferences.authorization_details_types = Some(types);
        });
        let query = format!("{}&authorization_details={details}", changed("scope", None));
        assert_eq!(check_for(&client, &query).is_ok(), passes);
    }
    let redirect = told(check(&format!(
        "{}&authorization_details={details}",
        join(&good_query())
    )));
    assert_eq!(redirect.error().code(), ErrorCode::InvalidAuthorizationDetails);
}

#[test]
fn no_scope_never_means_openid_or_grant_management() {
    let client = client_with(|client| {
        client.scopes =
            Scopes::parse("openid accounts grant_management_query grant_management_revoke").unwrap();
    });
    let request = check_for(&client, &changed("scope", None)).unwrap();
    assert_eq!(request.scopes().to_string(), "accounts");
    let asked = check_for(
        &client,
        &changed("scope", Some("accounts+grant_management_revoke")),
    );
    assert_eq!(told(asked).error().code(), ErrorCode::InvalidScope);
}

#[test]
fn only_an_exempt_client_goes_without_pkce_and_only_with_a_nonce() {
    let exempt = client_with(|client| {
        client.scopes = Scopes::parse("openid accounts").unwrap();
        client.pkce_exception = PkceException::find(&["baseline"], "baseline");
    });
    let without = |scope: &str, rest: &str| {
        let mut query = good_query();
        query.retain(|(name, _)| !name.starts_with("code_challenge") && *name != "scope");
        format!("{}&scope={scope}{rest}", join(&query))
    };
    let request = check_for(&exempt, &without("openid+accounts", "&nonce=n")).unwrap();
    assert_eq!(request.code_challenge(), None);
    let stored = serde_json::to_string(&request).unwrap();
    assert_eq!(
        serde_json::from_str::<AuthorizationRequest>(&stored).unwrap(),
        request
    );
    for (client, query) in [
        (&exempt, without("openid+accounts", "")),
        (&exempt, without("accounts", "&nonce=n")),
        (&exempt, without("openid", "&nonce=n&code_challenge_method=S256")),
        (&exempt, without("openid", "&nonce=n&code_challenge=short")),
        (
            &exempt,
            without("openid", &format!("&nonce=n&code_challenge={CHALLENGE}")),
        ),
        (&openid_client(), without("openid+accounts", "&nonce=n")),
    ] {
        assert_eq!(
            told(check_for(client, &query)).error().code(),
            ErrorCode::InvalidRequest,
            "{query}"
        );
    }
}

#[test]
fn a_pushed_request_is_bound_to_the_key_of_its_proof() {
    let (key, other) = (
        JwkThumbprint::from_bytes([1; 32]),
        JwkThumbprint::from_bytes([2; 32]),
    );
    let free = check(&join(&good_query())).unwrap();
    let bound = free.bind_to_key(key).unwrap();
    assert_eq!(bound.dpop_jkt(), Some(key));
    assert!(bound.clone().bind_to_key(key).is_ok());
    assert_eq!(
        bound.bind_to_key(other).unwrap_err().code(),
        ErrorCode::InvalidRequest
    );
}
