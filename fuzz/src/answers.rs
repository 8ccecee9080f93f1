//! What must hold of every answer, whatever came in: errors, checked authorization requests, and where answers go.
//! Not here: when which of them is due.

use renkei_oauth::authorization::{
    AuthorizationFailure, AuthorizationRequest, AuthorizationResponse, Delivery, Prepared,
};
use renkei_oauth::authorization_details::AuthorizationDetails;
use renkei_oauth::client::ClientMetadata;
use renkei_oauth::error::{ErrorCode, OAuthError};
use renkei_oauth::grant_management::GrantId;
use renkei_oauth::jwks::JwkThumbprint;
use renkei_oauth::opaque::OpaqueValue;
use renkei_oauth::response_mode::ResponseMode;
use url::form_urlencoded;

use crate::{CANARY, ISSUER, NOW, clients};

/// The value of a parameter as it was sent.
pub type Sent<'a> = &'a dyn Fn(&str) -> Option<String>;

/// An error is plain ASCII of our own (RFC 6749, 5.2): nothing that was sent stands in it.
pub fn assert_plain(error: &OAuthError) {
    let plain = |byte: u8| matches!(byte, 0x20..=0x7e) && byte != b'"' && byte != b'\\';
    assert!(!error.description().is_empty() && error.description().bytes().all(plain));
    assert!(
        !format!("{error:?} {error}").contains(CANARY),
        "an error repeats the input"
    );
    assert!(matches!(error.status().as_u16(), 400 | 401), "{error}");
}

/// What must hold of a request that was accepted for a client, whose parameters were sent as `sent` says.
pub fn assert_accepted(request: &AuthorizationRequest, client: &ClientMetadata, sent: Sent<'_>) {
    assert_eq!(request.client_id(), client.client_id());
    assert!(
        client.has_redirect_uri(request.redirect_uri()),
        "the redirect URI is not registered"
    );
    assert!(!request.scopes().is_empty() && request.scopes().is_subset_of(client.scopes()));
    assert!(!request.scopes().contains("grant_management_query"));
    assert_eq!(sent("response_type").as_deref(), Some("code"));
    assert_eq!(sent("redirect_uri").as_deref(), Some(request.redirect_uri()));
    assert_eq!(sent("nonce").as_deref(), request.nonce());
    assert_eq!(
        sent("dpop_jkt"),
        request.dpop_jkt().map(JwkThumbprint::to_base64url)
    );
    assert_eq!(
        sent("code_challenge"),
        request.code_challenge().cloned().map(String::from)
    );
    assert_eq!(
        sent("grant_id").as_deref(),
        request
            .grant_management()
            .and_then(|grant| grant.grant_id())
            .map(GrantId::as_str)
    );
    if let Some(mode) = sent("response_mode") {
        assert_eq!(ResponseMode::parse(&mode), Some(request.response_mode()));
    }
    if let Some(age) = sent("max_age") {
        assert_eq!(age.parse().ok(), request.authentication().max_age());
    }
    if request.code_challenge().is_none() {
        assert!(client.is_pkce_exempt() && request.is_openid() && request.nonce().is_some());
    }
    if let Some(details) = request.authorization_details() {
        let written = serde_json::to_string(details).unwrap();
        assert_eq!(AuthorizationDetails::parse(&written).as_ref(), Ok(details));
        assert!(
            details
                .businesses()
                .iter()
                .all(|business| request.scopes().contains(business.scope()))
        );
    }
    let stored = serde_json::to_string(request).unwrap();
    let read: AuthorizationRequest = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, *request, "storage changes the request");
    assert_eq!(serde_json::to_string(&read).unwrap(), stored);

    let state = sent("state");
    let code = OpaqueValue::from_secret_bytes(&[7; 32]);
    let mode = request.response_mode();
    let permitted = request.permit(&code, clients::issuer());
    let names: &[&str] = if state.is_some() {
        &["code", "state", "iss"]
    } else {
        &["code", "iss"]
    };
    assert_delivered(
        permitted,
        mode,
        client,
        request.redirect_uri(),
        names,
        state.as_deref(),
    );
    let cancelled = request.cancelled();
    assert_eq!(cancelled.error().code(), ErrorCode::AccessDenied);
    assert_failure(&cancelled.into(), client, sent);
}

/// What must hold of a refusal at the authorization endpoint: only a registered redirect URI that was sent gets it.
pub fn assert_failure(failure: &AuthorizationFailure, client: &ClientMetadata, sent: Sent<'_>) {
    let error = match failure {
        AuthorizationFailure::Page(page) => {
            assert!(!format!("{page:?} {page} {}", page.code()).contains(CANARY));
            return;
        }
        AuthorizationFailure::Redirect(error) => error,
    };
    assert_plain(error.error());
    let to = sent("redirect_uri").expect("a redirect without a redirect URI");
    assert!(client.has_redirect_uri(&to), "a redirect to an unregistered URI");
    // Of a defective state nothing is sent back.
    let state =
        sent("state").filter(|state| state.len() <= 2048 && state.bytes().all(|b| matches!(b, 0x20..=0x7e)));
    let names: &[&str] = if state.is_some() {
        &["error", "error_description", "state", "iss"]
    } else {
        &["error", "error_description", "iss"]
    };
    let mode = sent("response_mode")
        .and_then(|mode| ResponseMode::parse(&mode))
        .unwrap_or_default();
    let answer = error.response(clients::issuer());
    assert_delivered(answer, mode, client, &to, names, state.as_deref());
}

/// The answer goes to the redirect URI, in the mode asked for, with these parameters and no others.
fn assert_delivered(
    answer: AuthorizationResponse,
    mode: ResponseMode,
    client: &ClientMetadata,
    to: &str,
    names: &[&str],
    state: Option<&str>,
) {
    let delivery = match answer.prepare(NOW) {
        Prepared::Ready(delivery) => delivery,
        Prepared::ToSign(unsigned) => {
            assert!(mode.is_signed());
            let claims = serde_json::to_value(unsigned.claims()).unwrap();
            assert_eq!(
                (&claims["iss"], &claims["aud"]),
                (&ISSUER.into(), &client.client_id().into())
            );
            assert_eq!(claims.get("state").map(|claim| claim.as_str().unwrap()), state);
            let mut expected: Vec<&str> = names.iter().copied().chain(["aud", "exp"]).collect();
            expected.sort_unstable();
            let mut found: Vec<&String> = claims.as_object().unwrap().keys().collect();
            found.sort_unstable();
            assert_eq!(found, expected);
            let pairs = pairs(unsigned.finish("a.b.c".to_owned()), mode, to);
            assert_eq!(pairs, [("response".to_owned(), "a.b.c".to_owned())]);
            return;
        }
    };
    assert!(!mode.is_signed());
    let pairs = pairs(delivery, mode, to);
    assert_eq!(
        pairs.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        names
    );
    for (name, value) in &pairs {
        match name.as_str() {
            "state" => assert_eq!(Some(value.as_str()), state),
            "iss" => assert_eq!(value, ISSUER),
            _ => assert!(!value.contains(CANARY)),
        }
    }
}

/// What a delivery adds to the redirect URI.
fn pairs(delivery: Delivery, mode: ResponseMode, to: &str) -> Vec<(String, String)> {
    let by_form = matches!(mode, ResponseMode::FormPost | ResponseMode::FormPostJwt);
    match delivery {
        Delivery::FormPost { action, fields } => {
            assert!(by_form && action == to);
            fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()
        }
        Delivery::Redirect(url) => {
            assert!(!by_form);
            let added = url.strip_prefix(to).expect("a redirect elsewhere");
            let in_fragment = matches!(mode, ResponseMode::Fragment | ResponseMode::FragmentJwt);
            let separator = if in_fragment {
                '#'
            } else if to.contains('?') {
                '&'
            } else {
                '?'
            };
            let added = added.strip_prefix(separator).expect("another part of the URL");
            assert!(!added.contains(['#', '?']) && url::Url::parse(&url).is_ok());
            form_urlencoded::parse(added.as_bytes()).into_owned().collect()
        }
    }
}
