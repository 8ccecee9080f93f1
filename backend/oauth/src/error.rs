//! OAuth error answers: the code, an English description, the HTTP status, the JSON body (RFC 6749, 4.1.2.1 and 5.2).
//! Not here: texts for the customer's pages, and the problem documents of the accounts API.

use http::StatusCode;
use serde::Serialize;

/// An error code that one of the OAuth endpoints may answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// A parameter is missing, doubled or malformed (RFC 6749, 4.1.2.1 and 5.2).
    InvalidRequest,
    /// The client is unknown or did not prove who it is (RFC 6749, 5.2).
    InvalidClient,
    /// The code or refresh token is unknown, spent, expired, revoked or of another client (RFC 6749, 5.2).
    InvalidGrant,
    /// This client may not do this (RFC 6749, 4.1.2.1 and 5.2).
    UnauthorizedClient,
    /// The grant type is not served (RFC 6749, 5.2).
    UnsupportedGrantType,
    /// A scope is malformed, unknown or beyond what was granted (RFC 6749, 4.1.2.1 and 5.2).
    InvalidScope,
    /// The customer cancelled or refused (RFC 6749, 4.1.2.1).
    AccessDenied,
    /// The response type is not served (RFC 6749, 4.1.2.1).
    UnsupportedResponseType,
    /// We failed (RFC 6749, 4.1.2.1).
    ServerError,
    /// We cannot answer just now (RFC 6749, 4.1.2.1).
    TemporarilyUnavailable,
    /// The request object is malformed, not signed by the client, or not for us or for now (RFC 9101, 7).
    InvalidRequestObject,
    /// The DPoP proof is malformed, or not made for this request (RFC 9449, 5).
    InvalidDpopProof,
    /// The DPoP proof needs the nonce that goes with this answer (RFC 9449, 8).
    UseDpopNonce,
    /// `registration` is not served (OpenID Connect Core 1.0, 3.1.2.6).
    RegistrationNotSupported,
    /// A `request_uri` that is none of this server's (RFC 9101, 7; OpenID Connect Core 1.0, 3.1.2.6).
    RequestUriNotSupported,
    /// The customer would have to log in, or another customer than the one who did (OpenID Connect Core 1.0, 3.1.2.6).
    LoginRequired,
    /// The way of logging in that was asked for as essential does not exist here (OpenID Connect Core Error Code
    /// unmet_authentication_requirements 1.0, 2).
    UnmetAuthenticationRequirements,
    /// `authorization_details` are unknown, malformed or beyond what was granted (RFC 9396, 5 and 6).
    InvalidAuthorizationDetails,
    /// `grant_id` is malformed, unknown, ended or of another client (Grant Management for OAuth 2.0, 5.5).
    InvalidGrantId,
    /// A redirect URI of a registration is not acceptable (RFC 7591, 3.2.2).
    InvalidRedirectUri,
    /// A member of a registration is not acceptable (RFC 7591, 3.2.2).
    InvalidClientMetadata,
    /// A software statement is malformed (RFC 7591, 3.2.2).
    InvalidSoftwareStatement,
    /// A software statement is of nobody whom we trust (RFC 7591, 3.2.2).
    UnapprovedSoftwareStatement,
}

impl ErrorCode {
    /// The code as it goes over the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::InvalidRequestObject => "invalid_request_object",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::UseDpopNonce => "use_dpop_nonce",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::LoginRequired => "login_required",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::InvalidAuthorizationDetails => "invalid_authorization_details",
            Self::InvalidGrantId => "invalid_grant_id",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidClientMetadata => "invalid_client_metadata",
            Self::InvalidSoftwareStatement => "invalid_software_statement",
            Self::UnapprovedSoftwareStatement => "unapproved_software_statement",
        }
    }

    /// The status of the direct (not redirected) answer.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::InvalidClient => StatusCode::UNAUTHORIZED,
            Self::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            Self::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

/// An error answer of an OAuth endpoint.
///
/// The description is a literal of this program, never text that somebody sent, so that no secret
/// and no markup can travel in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", code.as_str())]
pub struct OAuthError {
    code: ErrorCode,
    description: &'static str,
}

impl OAuthError {
    /// An error with its explanation in plain English for the client's developer.
    pub const fn new(code: ErrorCode, description: &'static str) -> Self {
        Self { code, description }
    }

    pub(crate) const fn invalid_request(description: &'static str) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    /// The one answer to every failed client authentication: which part failed stays unsaid, so that
    /// client identifiers cannot be probed.
    pub(crate) const fn invalid_client() -> Self {
        Self::new(ErrorCode::InvalidClient, "client authentication failed")
    }

    /// The one answer to every code or refresh token that cannot be used.
    pub const fn invalid_grant() -> Self {
        Self::new(
            ErrorCode::InvalidGrant,
            "the code or refresh token is invalid, expired, revoked or was issued to another client",
        )
    }

    /// We failed; what happened is in our own log only.
    pub const fn server_error() -> Self {
        Self::new(ErrorCode::ServerError, "the server could not answer this request")
    }

    /// The error code.
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// What is wrong, in ASCII without quotes and backslashes (RFC 6749, 5.2).
    pub const fn description(&self) -> &'static str {
        self.description
    }

    /// The HTTP status of the answer.
    pub const fn status(&self) -> StatusCode {
        self.code.status()
    }

    /// The `WWW-Authenticate` header that goes with a 401, whatever the client tried (RFC 9110, 15.5.2; RFC 6749, 5.2). Basic
    /// is the one scheme of HTTP that these endpoints know.
    pub const fn www_authenticate(&self) -> Option<&'static str> {
        if matches!(self.status(), StatusCode::UNAUTHORIZED) {
            Some("Basic realm=\"renkei\", charset=\"UTF-8\"")
        } else {
            None
        }
    }

    /// The JSON body (RFC 6749, 5.2); answer it with `Cache-Control: no-store`.
    pub const fn body(&self) -> ErrorBody {
        ErrorBody {
            error: self.code.as_str(),
            error_description: self.description,
        }
    }
}

/// The JSON body of an error answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ErrorBody {
    /// The error code.
    pub error: &'static str,
    /// The explanation for the client's developer.
    pub error_description: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_follow_rfc_6749_5_2() {
        for (code, status) in [
            (ErrorCode::InvalidClient, 401),
            (ErrorCode::InvalidRequest, 400),
            (ErrorCode::InvalidGrant, 400),
            (ErrorCode::UnsupportedGrantType, 400),
            (ErrorCode::ServerError, 500),
            (ErrorCode::TemporarilyUnavailable, 503),
        ] {
            assert_eq!(code.status().as_u16(), status, "{}", code.as_str());
        }
    }

    #[test]
    fn body_is_the_json_of_rfc_6749_5_2() {
        let body = serde_json::to_value(OAuthError::invalid_client().body()).unwrap();
        assert_eq!(
            body,
            serde_json::json!({"error": "invalid_client", "error_description": "client authentication failed"})
        );
    }

    #[test]
    fn a_failed_authentication_is_challenged_and_nothing_else() {
        assert!(
            OAuthError::invalid_client()
                .www_authenticate()
                .unwrap()
                .starts_with("Basic ")
        );
        assert_eq!(OAuthError::invalid_grant().www_authenticate(), None);
    }
}
