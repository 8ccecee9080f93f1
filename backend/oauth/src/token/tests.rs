//! Tests of the token endpoint's rules: what is read, what a code serves, what a refresh may change, what is answered.

use std::sync::Arc;

use super::*;
use crate::authorization::AuthorizationCall;
use crate::client::{ClientRegistration, PkceException};
use crate::dpop::VerifiedProof;
use crate::test_clients::{authenticated, baseline_client, baseline_registration, fapi2_client};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const REDIRECT: &str = "https%3A%2F%2Fkaikei.example%2Fcallback%3Ffrom%3Dbank";

fn issued_for() -> AuthorizationRequest {
    let query = format!(
        "client_id=baseline&response_type=code&redirect_uri={REDIRECT}&code_challenge_method=S256\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    );
    AuthorizationCall::from_query(&query)
        .unwrap()
        .check_direct(&baseline_client())
        .unwrap()
}

fn read(body: &str) -> Result<TokenRequest, OAuthError> {
    TokenRequest::read(&Parameters::from_form(body.as_bytes())?)
}

fn redemption(redirect_uri: &str, verifier: &str) -> CodeRedemption {
    let body =
        format!("grant_type=authorization_code&code=c&redirect_uri={redirect_uri}&code_verifier={verifier}");
    match read(&body).unwrap() {
        TokenRequest::AuthorizationCode(redemption) => redemption,
        other => panic!("a code was redeemed: {other:?}"),
    }
}

fn refresh(body: &str) -> RefreshRequest {
    match read(body).unwrap() {
        TokenRequest::RefreshToken(refresh) => refresh,
        other => panic!("a token was refreshed: {other:?}"),
    }
}

#[test]
fn a_code_serves_its_client_uri_and_verifier_only() {
    let owner = authenticated(&baseline_client());
    let good = redemption(REDIRECT, VERIFIER);
    assert_eq!(good.code().expose(), "c");
    assert_eq!(good.check(&owner, &issued_for(), None), Ok(()));
    let other_verifier = VERIFIER.replace('d', "e");
    for (what, client, redemption) in [
        (
            "client",
            authenticated(&fapi2_client()),
            redemption(REDIRECT, VERIFIER),
        ),
        (
            "uri",
            owner.clone(),
            redemption("https%3A%2F%2Fkaikei.example%2Fcallback", VERIFIER),
        ),
        ("verifier", owner, redemption(REDIRECT, &other_verifier)),
    ] {
        let error = redemption.check(&client, &issued_for(), None).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidGrant, "{what}");
    }
}

#[test]
fn malformed_requests() {
    let good =
        format!("grant_type=authorization_code&code=c&redirect_uri={REDIRECT}&code_verifier={VERIFIER}");
    assert!(read(&good).is_ok());
    for (body, code) in [
        (String::new(), "invalid_request"),
        (
            "grant_type=password&username=a&password=b".to_owned(),
            "unsupported_grant_type",
        ),
        (good.replace("code=c&", ""), "invalid_request"),
        (good.replace("code=c&", "code=&"), "invalid_request"),
        (good.replace("redirect_uri", "x"), "invalid_request"),
        (
            format!("{good}&authorization_details=x"),
            "invalid_authorization_details",
        ),
        (good.replace(VERIFIER, "short"), "invalid_request"),
        (format!("{good}&code=c"), "invalid_request"),
        ("grant_type=refresh_token".to_owned(), "invalid_request"),
        (
            "grant_type=refresh_token&refresh_token=r&scope=%20".to_owned(),
            "invalid_scope",
        ),
        (
            "grant_type=refresh_token&refresh_token=r&authorization_details=[]".to_owned(),
            "invalid_authorization_details",
        ),
        (
            "grant_type=client_credentials&scope=%22".to_owned(),
            "invalid_scope",
        ),
        (
            "grant_type=client_credentials&authorization_details=[]".to_owned(),
            "invalid_authorization_details",
        ),
    ] {
        assert_eq!(read(&body).unwrap_err().body().error, code, "{body}");
    }
}

#[test]
fn a_refresh_never_widens() {
    let granted = Scopes::parse("accounts balance").unwrap();
    let all = refresh("grant_type=refresh_token&refresh_token=r");
    assert_eq!(all.refresh_token().expose(), "r");
    assert_eq!(all.scopes(&granted).unwrap(), granted);
    let fewer = refresh("grant_type=refresh_token&refresh_token=r&scope=balance");
    assert_eq!(fewer.scopes(&granted).unwrap().to_string(), "balance");
    let more = refresh("grant_type=refresh_token&refresh_token=r&scope=accounts+transfers");
    assert_eq!(more.scopes(&granted).unwrap_err().code(), ErrorCode::InvalidScope);
}

#[test]
fn the_answer_of_rfc_6749() {
    let constraint = SenderConstraint::establish(&authenticated(&baseline_client()), None, None).unwrap();
    let issued = IssuedTokens {
        access_token: &OpaqueValue::presented("at"),
        expires_in: 300,
        refresh_token: Some(&OpaqueValue::presented("rt")),
        scopes: &Scopes::parse("accounts balance").unwrap(),
        id_token: None,
        authorization_details: None,
        grant_id: None,
        permission_expires_at: Some("2027-04-15T00:00:00+09:00"),
    };
    let json = serde_json::to_value(TokenResponse::new(&issued, &constraint)).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "access_token": "at", "token_type": "Bearer", "expires_in": 300, "refresh_token": "rt",
            "scope": "accounts balance", "permission_expires_at": "2027-04-15T00:00:00+09:00"
        })
    );
    let proof = VerifiedProof::for_tests(JwkThumbprint::from_bytes([1; 32]));
    let constraint =
        SenderConstraint::establish(&authenticated(&baseline_client()), None, Some(&proof)).unwrap();
    let json = serde_json::to_value(TokenResponse::new(&issued, &constraint)).unwrap();
    assert_eq!(json["token_type"], "DPoP");
}

#[test]
fn a_code_without_challenge_takes_no_verifier_and_one_with_needs_it() {
    let registration = ClientRegistration {
        scopes: Scopes::parse("openid accounts").unwrap(),
        pkce_exception: PkceException::find(&["baseline"], "baseline"),
        ..baseline_registration()
    };
    let exempt = Arc::new(ClientMetadata::try_from(registration).unwrap());
    let query = format!("client_id=baseline&response_type=code&redirect_uri={REDIRECT}&scope=openid&nonce=n");
    let without = AuthorizationCall::from_query(&query)
        .unwrap()
        .check_direct(&exempt)
        .unwrap();
    let owner = authenticated(&exempt);
    let bare = |rest: &str| {
        let body = format!("grant_type=authorization_code&code=c&redirect_uri={REDIRECT}{rest}");
        match read(&body).unwrap() {
            TokenRequest::AuthorizationCode(redemption) => redemption,
            other => panic!("a code was redeemed: {other:?}"),
        }
    };
    let with_verifier = format!("&code_verifier={VERIFIER}");
    for (rest, request, expected) in [
        ("", &without, None),
        (&with_verifier, &without, Some(ErrorCode::InvalidGrant)),
        ("", &issued_for(), Some(ErrorCode::InvalidRequest)),
        (&with_verifier, &issued_for(), None),
    ] {
        let outcome = bare(rest).check(&owner, request, None);
        assert_eq!(outcome.err().map(|error| error.code()), expected, "{rest}");
    }
}

#[test]
fn a_code_bound_by_dpop_jkt_serves_that_key_only() {
    let owner = authenticated(&baseline_client());
    let key = JwkThumbprint::from_bytes([1; 32]);
    let bound = issued_for().bind_to_key(key).unwrap();
    for (proof_key, good) in [
        (Some(key), true),
        (None, false),
        (Some(JwkThumbprint::from_bytes([2; 32])), false),
    ] {
        let outcome = redemption(REDIRECT, VERIFIER).check(&owner, &bound, proof_key);
        assert_eq!(outcome.is_ok(), good, "{proof_key:?}");
        assert!(
            outcome
                .err()
                .is_none_or(|error| error.code() == ErrorCode::InvalidGrant)
        );
        let free = redemption(REDIRECT, VERIFIER).check(&owner, &issued_for(), proof_key);
        assert_eq!(free, Ok(()), "a code of no key serves every key");
    }
}

#[test]
fn a_refresh_may_narrow_the_details_and_with_them_the_scope() {
    let details =
        |businesses: &str| format!("[{{\"type\":\"renkei_statements\",\"businesses\":[{businesses}]}}]");
    let granted = AuthorizationDetails::parse(&details("\"balance\",\"statement\"")).unwrap();
    let scopes = Scopes::parse("openid accounts balance statement").unwrap();
    let asking = |scope: &str, businesses: &str| {
        refresh(&format!(
            "grant_type=refresh_token&refresh_token=r{scope}&authorization_details={}",
            details(businesses)
        ))
    };
    let all = refresh("grant_type=refresh_token&refresh_token=r");
    assert_eq!(
        all.authorization_details(Some(&granted)).unwrap().as_ref(),
        Some(&granted)
    );
    assert_eq!(all.authorization_details(None).unwrap(), None);

    let fewer = asking("", "\"balance\"");
    let narrowed = fewer.authorization_details(Some(&granted)).unwrap().unwrap();
    assert_eq!(narrowed.businesses().len(), 1);
    assert_eq!(
        fewer.scopes(&scopes).unwrap().to_string(),
        "openid accounts balance"
    );
    for (request, granted) in [(asking("", "\"transfers\""), Some(&granted)), (fewer, None)] {
        let error = request.authorization_details(granted).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidAuthorizationDetails);
    }
    let nothing = asking("&scope=statement", "\"balance\"");
    assert_eq!(
        nothing.scopes(&scopes).unwrap_err().code(),
        ErrorCode::InvalidScope
    );
}

#[test]
fn a_token_of_a_client_s_own_is_for_grant_management_only() {
    let client = |scopes: &str| {
        let registration = ClientRegistration {
            scopes: Scopes::parse(scopes).unwrap(),
            ..baseline_registration()
        };
        ClientMetadata::try_from(registration).unwrap()
    };
    let both = "accounts grant_management_query grant_management_revoke";
    for (registered, scope, expected) in [
        (both, "", Ok("grant_management_query grant_management_revoke")),
        (
            both,
            "&scope=grant_management_revoke",
            Ok("grant_management_revoke"),
        ),
        (both, "&scope=accounts", Err(ErrorCode::InvalidScope)),
        (
            both,
            "&scope=grant_management_query+accounts",
            Err(ErrorCode::InvalidScope),
        ),
        (
            "accounts grant_management_query",
            "&scope=grant_management_revoke",
            Err(ErrorCode::InvalidScope),
        ),
        (
            "accounts grant_management_query",
            "",
            Ok("grant_management_query"),
        ),
        ("accounts balance", "", Err(ErrorCode::UnauthorizedClient)),
        (
            "accounts balance",
            "&scope=accounts",
            Err(ErrorCode::UnauthorizedClient),
        ),
    ] {
        let request = match read(&format!("grant_type=client_credentials{scope}")).unwrap() {
            TokenRequest::ClientCredentials(request) => request,
            other => panic!("a client asked for itself: {other:?}"),
        };
        let scopes = request
            .scopes(&client(registered))
            .map(|scopes| scopes.to_string());
        let expected = expected.map(str::to_owned);
        assert_eq!(
            scopes.map_err(|error| error.code()),
            expected,
            "{registered} {scope}"
        );
    }
}

#[test]
fn the_answer_names_the_grant_its_details_and_the_login() {
    let constraint = SenderConstraint::establish(&authenticated(&baseline_client()), None, None).unwrap();
    let details =
        AuthorizationDetails::parse(r#"[{"type": "renkei_statements", "businesses": ["balance"]}]"#).unwrap();
    let scopes = Scopes::parse("openid accounts balance").unwrap();
    let issued = IssuedTokens {
        access_token: &OpaqueValue::presented("at"),
        expires_in: 300,
        refresh_token: None,
        scopes: &scopes,
        id_token: Some("a.b.c"),
        authorization_details: Some(&details),
        grant_id: Some("g"),
        permission_expires_at: None,
    };
    assert_eq!(
        serde_json::to_value(TokenResponse::new(&issued, &constraint)).unwrap(),
        serde_json::json!({
            "access_token": "at", "token_type": "Bearer", "expires_in": 300, "scope": "openid accounts balance",
            "id_token": "a.b.c", "grant_id": "g",
            "authorization_details": [{"type": "renkei_statements", "businesses": ["balance"]}]
        })
    );
}
