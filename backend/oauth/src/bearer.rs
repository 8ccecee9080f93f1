//! The Bearer scheme: reading the token and building the challenge (RFC 6750).
//! Not here: the DPoP scheme beside it (`dpop::resource`), and tokens in query or form, which are refused (FAPI 2.0, 5.3.4).

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::opaque::OpaqueValue;

/// The longest token that is read, in bytes.
const MAX_TOKEN: usize = 1024;

/// Why a request to a protected resource is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BearerError {
    /// There is no token: no error code then (RFC 6750, 3.1).
    #[error("an access token is required")]
    MissingToken,
    /// The header is malformed or comes twice.
    #[error("the Authorization header is malformed")]
    InvalidRequest,
    /// The token is unknown, expired, revoked, or bound to another certificate or key.
    #[error("the access token is invalid, expired, revoked or bound to another certificate or key")]
    InvalidToken,
    /// The token does not permit this; it needs the scope named.
    #[error("the access token does not permit this request")]
    InsufficientScope(&'static str),
}

impl BearerError {
    /// The HTTP status (RFC 6750, 3.1).
    pub const fn status(self) -> StatusCode {
        match self {
            Self::MissingToken | Self::InvalidToken => StatusCode::UNAUTHORIZED,
            Self::InvalidRequest => StatusCode::BAD_REQUEST,
            Self::InsufficientScope(_) => StatusCode::FORBIDDEN,
        }
    }

    /// The error code, if one is due.
    pub const fn code(self) -> Option<&'static str> {
        match self {
            Self::MissingToken => None,
            Self::InvalidRequest => Some("invalid_request"),
            Self::InvalidToken => Some("invalid_token"),
            Self::InsufficientScope(_) => Some("insufficient_scope"),
        }
    }

    /// The `WWW-Authenticate` header (RFC 6750, 3).
    pub fn www_authenticate(self) -> HeaderValue {
        challenge(&self.challenge_parameters())
    }

    /// What the challenge says beyond the realm: nothing, or parameters that begin with a comma.
    pub(crate) fn challenge_parameters(self) -> String {
        let error = self
            .code()
            .map(|code| format!(", error=\"{code}\", error_description=\"{self}\""))
            .unwrap_or_default();
        match self {
            Self::InsufficientScope(scope) => format!("{error}, scope=\"{scope}\""),
            _ => error,
        }
    }
}

pub(crate) fn challenge(parameters: &str) -> HeaderValue {
    // All parts are literals in visible ASCII; the fallback is the bare scheme.
    HeaderValue::try_from(format!("Bearer realm=\"renkei\"{parameters}"))
        .unwrap_or(HeaderValue::from_static("Bearer"))
}

/// Reads `Authorization: Bearer <b64token>` (RFC 6750, 2.1).
pub fn token_from_headers(headers: &HeaderMap) -> Result<OpaqueValue, BearerError> {
    let (scheme, token) = authorization(headers)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(BearerError::MissingToken);
    }
    read_token(token)
}

/// The scheme and the rest of the one `Authorization` header.
pub(crate) fn authorization(headers: &HeaderMap) -> Result<(&str, &str), BearerError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(BearerError::MissingToken)?;
    if values.next().is_some() {
        return Err(BearerError::InvalidRequest);
    }
    let text = value.to_str().map_err(|_| BearerError::InvalidRequest)?;
    Ok(text.split_once(' ').unwrap_or((text, "")))
}

/// The `b64token` after the scheme and its spaces (RFC 6750, 2.1).
pub(crate) fn read_token(text: &str) -> Result<OpaqueValue, BearerError> {
    let token = text.trim_start_matches(' ');
    if is_b64token(token) {
        Ok(OpaqueValue::presented(token))
    } else {
        Err(BearerError::InvalidRequest)
    }
}

fn is_b64token(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'+' | b'/');
    !body.is_empty() && token.len() <= MAX_TOKEN && body.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        values
            .iter()
            .map(|value| (AUTHORIZATION, HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    #[test]
    fn reads_the_token() {
        for value in ["Bearer abc-._~+/==", "bearer abc-._~+/==", "BEARER  abc-._~+/=="] {
            assert_eq!(
                token_from_headers(&headers(&[value])).unwrap().expose(),
                "abc-._~+/=="
            );
        }
    }

    #[test]
    fn refuses_everything_else() {
        let long = format!("Bearer {}", "a".repeat(MAX_TOKEN + 1));
        for (values, expected) in [
            (&[][..], BearerError::MissingToken),
            (&["Basic YTpi"], BearerError::MissingToken),
            (&["DPoP abc"], BearerError::MissingToken),
            (&["Bearer"], BearerError::InvalidRequest),
            (&["Bearer "], BearerError::InvalidRequest),
            (&["Bearer ="], BearerError::InvalidRequest),
            (&["Bearer a b"], BearerError::InvalidRequest),
            (&["Bearer a=b"], BearerError::InvalidRequest),
            (&["Bearer a\"b"], BearerError::InvalidRequest),
            (&["Bearer a", "Bearer b"], BearerError::InvalidRequest),
            (&[long.as_str()], BearerError::InvalidRequest),
        ] {
            assert_eq!(
                token_from_headers(&headers(values)).unwrap_err(),
                expected,
                "{values:?}"
            );
        }
    }

    #[test]
    fn challenges_of_rfc_6750() {
        for (error, status, challenge) in [
            (BearerError::MissingToken, 401, "Bearer realm=\"renkei\""),
            (
                BearerError::InsufficientScope("balance"),
                403,
                "Bearer realm=\"renkei\", error=\"insufficient_scope\", error_description=\"the access token does \
                 not permit this request\", scope=\"balance\"",
            ),
        ] {
            assert_eq!(error.status().as_u16(), status);
            assert_eq!(error.www_authenticate(), challenge);
        }
        assert_eq!(BearerError::InvalidToken.status().as_u16(), 401);
        assert!(
            BearerError::InvalidToken
                .www_authenticate()
                .to_str()
                .unwrap()
                .contains("error=\"invalid_token\"")
        );
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(32u8..=255, 0..80)) {
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                let _ = token_from_headers(&HeaderMap::from_iter([(AUTHORIZATION, value)]));
            }
        }
    }
}
