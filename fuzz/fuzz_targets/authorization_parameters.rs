//! Authorization parameters: the same bytes as the query of `/authorize` and as the form of `/par`.
//! Not here: request objects, whose claims become parameters only after their signature (`request_object`).
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use renkei_fuzz::answers::{assert_accepted, assert_failure, assert_plain};
use renkei_fuzz::clients;
use renkei_oauth::authorization::{AuthorizationCall, AuthorizationFailure, AuthorizationRequest, PageError};
use renkei_oauth::client::ClientMetadata;
use renkei_oauth::error::OAuthError;
use renkei_oauth::jwks::JwkThumbprint;
use renkei_oauth::parameters::{MAX_COUNT, MAX_LARGE_VALUE, MAX_NAME, MAX_VALUE, Parameters};
use renkei_oauth::pushed_authorization;
use url::form_urlencoded;

type Pairs = Vec<(String, String)>;

const GOOD: &str = "response_type=code&redirect_uri=https://kaikei.example/callback&scope=openid+accounts&state=s\
    &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&client_id=";

/// A request of the client `fapi2` that was pushed before.
static STORED: LazyLock<AuthorizationRequest> = LazyLock::new(|| {
    let form = Parameters::from_form(format!("{GOOD}fapi2").as_bytes()).unwrap();
    pushed_authorization::read(clients::authenticated("fapi2").unwrap(), &form, None).unwrap()
});

fuzz_target!(
    init: {
        assert_eq!(STORED.client_id(), "fapi2", "a good request must get through");
        let plain = GOOD.replace("callback", "callback?from%3Dbank") + "baseline";
        let call = AuthorizationCall::from_query(&plain).unwrap();
        call.check_direct(clients::find("baseline").unwrap()).unwrap();
    },
    |input: &[u8]| {
        let pairs: Pairs = form_urlencoded::parse(input).into_owned().collect();
        let form = Parameters::from_form(input);
        check_form(&form, &pairs);
        if let Ok(form) = &form {
            push(form, &pairs);
        }
        if let Ok(query) = std::str::from_utf8(input) {
            arrive(query, &pairs);
        }
    }
);

/// The value of a parameter that came once and not empty.
fn sent(pairs: &Pairs, name: &str) -> Option<String> {
    let mut values = pairs
        .iter()
        .filter(|(sent, _)| sent == name)
        .map(|(_, value)| value);
    let only = values.next().filter(|_| values.next().is_none())?;
    (!only.is_empty()).then(|| only.clone())
}

/// A form is refused for a defect and for nothing else; otherwise each value is what was sent.
fn check_form(form: &Result<Parameters, OAuthError>, pairs: &Pairs) {
    let text = |text: &str| !text.chars().any(|c| c.is_control() || c == '\u{fffd}');
    let longest = |name: &str| {
        if matches!(name, "request" | "authorization_details") {
            MAX_LARGE_VALUE
        } else {
            MAX_VALUE
        }
    };
    let is_sound = |(name, value): &(String, String)| {
        name.len() <= MAX_NAME && value.len() <= longest(name) && text(name) && text(value)
    };
    let once = |(name, _): &(String, String)| pairs.iter().filter(|(other, _)| other == name).count() == 1;
    let sound = pairs.len() <= MAX_COUNT && pairs.iter().all(|pair| is_sound(pair) && once(pair));
    assert_eq!(form.is_ok(), sound);
    match form {
        Ok(form) => {
            for (name, _) in pairs {
                assert_eq!(form.get(name).map(str::to_owned), sent(pairs, name));
            }
        }
        Err(error) => assert_plain(error),
    }
}

fn read(client: &str, form: &Parameters) -> Result<AuthorizationRequest, OAuthError> {
    pushed_authorization::read(clients::authenticated(client).unwrap(), form, None)
}

fn push(form: &Parameters, pairs: &Pairs) {
    let named = form.get("client_id").and_then(clients::authenticated);
    let client = named.or(clients::authenticated("fapi2")).unwrap();
    let request = match read(client.client_id(), form) {
        Ok(request) => request,
        Err(error) => return assert_plain(&error),
    };
    let metadata = client.metadata();
    assert!(!metadata.preferences().require_signed_request_object);
    assert!(form.get("request").is_none() && form.get("request_uri").is_none());
    assert_accepted(&request, metadata, &|name| sent(pairs, name));

    // Neither the order of the parameters nor those that nobody knows make another request of it, a repetition no request.
    let mut reversed: Pairs = pairs.iter().rev().cloned().collect();
    if reversed.len() < MAX_COUNT {
        let unknown = ("unknown-parameter".to_owned(), "x".to_owned());
        reversed.extend((!pairs.iter().any(|(name, _)| *name == unknown.0)).then_some(unknown));
    }
    let again = Parameters::from_pairs(reversed.iter().map(|(name, value)| (name, value))).unwrap();
    assert_eq!(read(client.client_id(), &again).as_ref(), Ok(&request));
    reversed.push(pairs[0].clone());
    assert!(
        Parameters::from_pairs(reversed).is_err(),
        "a repeated parameter was accepted"
    );

    // RFC 9449, 10.1: the key of a proof, unless the request names another.
    let key = JwkThumbprint::from_bytes([7; 32]);
    let bound = request.clone().bind_to_key(key);
    assert_eq!(bound.is_ok(), request.dpop_jkt().is_none_or(|named| named == key));
    assert!(bound.is_ok_and(|bound| bound.dpop_jkt() == Some(key)) || request.dpop_jkt().is_some());

    let uri = pushed_authorization::RequestUri::from_secret_bytes(&[7; 32]);
    let query = format!("client_id={}&request_uri={}", client.client_id(), uri.as_str());
    match AuthorizationCall::from_query(&query)
        .unwrap()
        .resume_pushed(metadata, Some(request.clone()))
    {
        Ok(resumed) => assert_eq!(resumed, request),
        Err(failure) => assert_failure(&failure, metadata, &|name| sent(pairs, name)),
    }
}

fn arrive(query: &str, pairs: &Pairs) {
    let call = match AuthorizationCall::from_query(query) {
        Ok(call) => call,
        Err(page) => {
            return assert!(matches!(
                page,
                PageError::MissingClient | PageError::InvalidRequestUri
            ));
        }
    };
    let Some(client) = clients::find(call.client_id()) else {
        return;
    };
    // Where there are too many, the rest is not read.
    let read_pairs: Pairs = pairs.iter().take(MAX_COUNT).cloned().collect();
    let sent = |name: &str| sent(&read_pairs, name);
    if call.request_uri().is_some() {
        check_pushed(&call, client);
    } else if call.request_object().is_some() {
        // What stands beside a request object is never believed.
        let unverified = call.check_direct(client);
        assert_eq!(
            unverified,
            Err(AuthorizationFailure::Page(PageError::InvalidRequestObject))
        );
        let refused = call.refuse_request_object(client, OAuthError::invalid_grant());
        assert_failure(&refused, client, &sent);
    } else {
        match call.check_direct(client) {
            Ok(request) => {
                assert!(!client.must_push_requests() && !client.preferences().require_signed_request_object);
                assert_accepted(&request, client, &sent);
                // Pushed, it would mean the same.
                let form = Parameters::from_form(query.as_bytes()).unwrap();
                assert_eq!(read(client.client_id(), &form), Ok(request));
            }
            Err(failure) => assert_failure(&failure, client, &sent),
        }
    }
}

fn check_pushed(call: &AuthorizationCall, client: &Arc<ClientMetadata>) {
    let none = call.resume_pushed(client, None);
    assert_eq!(
        none,
        Err(AuthorizationFailure::Page(PageError::InvalidRequestUri))
    );
    match call.resume_pushed(client, Some(STORED.clone())) {
        Ok(request) => assert!(client.client_id() == "fapi2" && request == *STORED),
        Err(failure) => {
            assert_ne!(client.client_id(), "fapi2");
            assert_eq!(failure, AuthorizationFailure::Page(PageError::InvalidRequestUri));
        }
    }
}
