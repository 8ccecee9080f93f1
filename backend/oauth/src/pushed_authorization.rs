//! Pushed authorization requests (RFC 9126).
//! Not here: storing them, and the authorization endpoint where they are taken up.

use http::StatusCode;
use serde::Serialize;

use crate::authorization::AuthorizationRequest;
use crate::client_authentication::AuthenticatedClient;
use crate::error::{ErrorCode, OAuthError};
use crate::opaque::OpaqueValue;
use crate::parameters::Parameters;

pub(crate) const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
/// 256 bits in base64url.
const REFERENCE_LENGTH: usize = 43;

/// The reference to a pushed request. It is stored as a hash only.
#[derive(Clone, Debug)]
pub struct RequestUri(OpaqueValue);

impl RequestUri {
    /// A new reference from 256 random bits (RFC 9126, 7.1).
    pub fn from_secret_bytes(bytes: &[u8; 32]) -> Self {
        let reference = OpaqueValue::from_secret_bytes(bytes);
        Self(OpaqueValue::presented(&format!("{PREFIX}{}", reference.expose())))
    }

    /// Reads a presented `request_uri`; `None` if it is none of ours, so that nothing is ever fetched (RFC 9101, 10.4).
    pub fn parse(text: &str) -> Option<Self> {
        let reference = text.strip_prefix(PREFIX)?;
        let base64url = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        (reference.len() == REFERENCE_LENGTH && reference.bytes().all(base64url))
            .then(|| Self(OpaqueValue::presented(text)))
    }

    /// The URI, for the one answer that hands it out.
    pub fn as_str(&self) -> &str {
        self.0.expose()
    }

    /// What is stored in its place.
    pub fn sha256(&self) -> [u8; 32] {
        self.0.sha256()
    }
}

/// How long a pushed request waits until the customer permits or denies: 60 to 599 seconds
/// (FAPI 2.0 Security Profile, 5.3.2.2: less than 600).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestUriLifetime(u16);

/// The lifetime is not between 60 and 599 seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a request_uri lives 60 to 599 seconds")]
pub struct LifetimeOutOfRange;

impl TryFrom<u16> for RequestUriLifetime {
    type Error = LifetimeOutOfRange;

    fn try_from(seconds: u16) -> Result<Self, Self::Error> {
        if (60..=599).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(LifetimeOutOfRange)
        }
    }
}

impl RequestUriLifetime {
    /// The lifetime in seconds.
    pub const fn seconds(self) -> u16 {
        self.0
    }
}

/// Checks a pushed request of an authenticated client (RFC 9126, 2.1). Where the form holds a `request`, the server has it
/// verified first and brings its parameters as `signed`: they alone count then (RFC 9126, 3).
pub fn read(
    client: &AuthenticatedClient,
    form: &Parameters,
    signed: Option<&Parameters>,
) -> Result<AuthorizationRequest, OAuthError> {
    if form.get("request_uri").is_some() {
        return Err(OAuthError::invalid_request("request_uri must not be pushed"));
    }
    let client = client.metadata();
    match (form.get("request"), signed) {
        (Some(_), Some(signed)) => {
            let defect = signed.first_defect();
            match defect.or(AuthorizationRequest::misplaced(client, signed)) {
                Some(error) => Err(error),
                None => AuthorizationRequest::read(client, signed),
            }
        }
        (None, None) if client.preferences().require_signed_request_object => {
            Err(AuthorizationRequest::unsigned())
        }
        (None, None) => AuthorizationRequest::read(client, form),
        (Some(_), None) | (None, Some(_)) => Err(OAuthError::new(
            ErrorCode::InvalidRequestObject,
            "the request object was not verified",
        )),
    }
}

/// The answer to a pushed request (RFC 9126, 2.2).
#[derive(Debug, Serialize)]
pub struct PushedAuthorizationResponse<'a> {
    request_uri: &'a str,
    expires_in: u16,
}

impl<'a> PushedAuthorizationResponse<'a> {
    /// The status that goes with it, together with `Cache-Control: no-store`.
    pub const STATUS: StatusCode = StatusCode::CREATED;

    /// The answer for a stored request.
    pub fn new(request_uri: &'a RequestUri, lifetime: RequestUriLifetime) -> Self {
        Self {
            request_uri: request_uri.as_str(),
            expires_in: lifetime.seconds(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::test_clients::{TestKey, authenticated, fapi2_client, fapi2_registration};

    const GOOD: &str = "client_id=fapi2&response_type=code&redirect_uri=https%3A%2F%2Fkaikei.example%2Fcallback\
        &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&scope=statement";

    fn push(body: &str) -> Result<AuthorizationRequest, OAuthError> {
        read(
            &authenticated(&fapi2_client()),
            &Parameters::from_form(body.as_bytes())?,
            None,
        )
    }

    #[test]
    fn a_good_request_is_taken() {
        let request = push(GOOD).unwrap();
        assert_eq!(request.client_id(), "fapi2");
        assert_eq!(request.scopes().to_string(), "statement");
    }

    #[test]
    fn bad_requests_are_answered_directly() {
        let uri = RequestUri::from_secret_bytes(&[1; 32]);
        for (body, code) in [
            (format!("{GOOD}&request_uri={}", uri.as_str()), "invalid_request"),
            (format!("{GOOD}&request=e30.e30."), "invalid_request_object"),
            (format!("{GOOD}&scope=accounts"), "invalid_request"),
            (GOOD.replace("kaikei.example", "evil.example"), "invalid_request"),
            (GOOD.replace("redirect_uri", "x"), "invalid_request"),
            (GOOD.replace("statement", "transfers"), "invalid_scope"),
            (
                GOOD.replace("response_type=code", "response_type=token"),
                "unsupported_response_type",
            ),
            (String::new(), "invalid_request"),
        ] {
            assert_eq!(push(&body).unwrap_err().body().error, code, "{body}");
        }
    }

    #[test]
    fn a_request_object_counts_alone() {
        let client = authenticated(&fapi2_client());
        let form = Parameters::from_form(b"client_id=fapi2&request=a.b.c&scope=transfers").unwrap();
        let with = |signed: &str| read(&client, &form, Some(&Parameters::from_query(signed)));
        assert_eq!(with(GOOD).unwrap().scopes().to_string(), "statement");
        for (signed, code) in [
            (
                GOOD.replace("client_id=fapi2", "client_id=baseline"),
                "invalid_request_object",
            ),
            (GOOD.replace("client_id=fapi2", "x=1"), "invalid_request_object"),
            (format!("{GOOD}&request=a.b.c"), "invalid_request_object"),
            (format!("{GOOD}&request_uri=urn%3Ax"), "invalid_request_object"),
            (GOOD.replace("kaikei.example", "evil.example"), "invalid_request"),
            (format!("{GOOD}&state=%00"), "invalid_request"),
            (GOOD.replace("statement", "transfers"), "invalid_scope"),
        ] {
            assert_eq!(with(&signed).unwrap_err().body().error, code, "{signed}");
        }
        let plain = Parameters::from_form(GOOD.as_bytes()).unwrap();
        for (form, signed) in [(&form, None), (&plain, Some(&plain))] {
            let error = read(&client, form, signed).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidRequestObject);
        }
    }

    #[test]
    fn a_client_that_must_sign_is_refused_without() {
        let mut registration = fapi2_registration();
        let keys = serde_json::json!({"keys": [TestKey::es256("k").public()]}).to_string();
        registration.keys = Some(crate::jwks::ClientKeys::parse(&keys).unwrap());
        registration.preferences.require_signed_request_object = true;
        let client = authenticated(&Arc::new(registration.try_into().unwrap()));
        let signed = Parameters::from_form(GOOD.as_bytes()).unwrap();
        let form = Parameters::from_form(b"client_id=fapi2&request=a.b.c").unwrap();
        assert!(read(&client, &form, Some(&signed)).is_ok());
        let error = read(&client, &signed, None).unwrap_err();
        assert_eq!(error, AuthorizationRequest::unsigned());
    }

    #[test]
    fn the_answer_of_rfc_9126() {
        let uri = RequestUri::from_secret_bytes(&[1; 32]);
        let answer = PushedAuthorizationResponse::new(&uri, RequestUriLifetime::try_from(90).unwrap());
        let json = serde_json::to_value(answer).unwrap();
        assert_eq!(json["expires_in"], 90);
        let presented = RequestUri::parse(json["request_uri"].as_str().unwrap()).unwrap();
        assert_eq!(presented.sha256(), uri.sha256());
        assert!(!format!("{uri:?}").contains("AQEB"));
    }

    #[test]
    fn lifetimes() {
        for (seconds, good) in [(0, false), (59, false), (60, true), (599, true), (600, false)] {
            assert_eq!(RequestUriLifetime::try_from(seconds).is_ok(), good, "{seconds}");
        }
    }

    #[test]
    fn foreign_uris_are_not_ours() {
        let good = RequestUri::from_secret_bytes(&[1; 32]);
        for text in [
            "",
            "https://a.example/r",
            PREFIX,
            &format!("{}A", good.as_str()),
            &good.as_str().replace("AQEB", "AQ=B"),
        ] {
            assert!(RequestUri::parse(text).is_none(), "{text}");
        }
    }
}
