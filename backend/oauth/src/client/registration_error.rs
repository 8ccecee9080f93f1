//! Why a registration is refused (RFC 7591, 3.2.2 for the codes).
//! Not here: the checks.

use std::fmt;

use crate::error::{ErrorCode, OAuthError};
use crate::jwks::KeyError;

/// Why a registration is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationError {
    /// The identifier is empty, longer than 128 or not made of letters, digits and `-._~`.
    ClientId,
    /// There is no redirect URI, or one is no absolute https URL without fragment and user.
    RedirectUri,
    /// No scope.
    Scope,
    /// A secret outside the baseline profile.
    WeakAuthentication,
    /// client_secret_basic or client_secret_post without a secret.
    SecretMissing,
    /// private_key_jwt, or signed requests, without keys.
    KeysMissing,
    /// Keys by value and by reference at once (RFC 7591, 2).
    TwoKeySources,
    /// A key cannot be used.
    Keys(KeyError),
    /// self_signed_tls_client_auth without certificates, or certificates that contradict their keys (RFC 8705, 2.2.2).
    Certificates,
    /// Not exactly one subject for tls_client_auth, or one without it (RFC 8705, 2.1.2).
    SubjectCount,
    /// A tls_client_auth subject that no certificate could have.
    Subject,
    /// No PKCE outside the baseline profile, or by another client's exception.
    PkceMissing,
    /// Bearer tokens outside the baseline profile, or by another client's exception.
    UnboundTokens,
    /// Tokens bound in two ways at once.
    TwoBindings,
    /// Grant types and response types that contradict each other (RFC 7591, 2.1).
    GrantTypes,
    /// Several hosts, OpenID, and no sector (OpenID Connect Core 1.0, 8.1), or the sector does not name the redirect URIs.
    SectorIdentifier,
    /// A URL of the registration that is none, or not https.
    Url,
    /// A text or a list beyond what is kept.
    Size,
}

impl RegistrationError {
    /// The reason in plain English, in ASCII without quotes.
    pub const fn description(self) -> &'static str {
        match self {
            Self::ClientId => "client_id must be 1 to 128 letters, digits or -._~",
            Self::RedirectUri => {
                "redirect_uris must be absolute https URLs without fragment and user, at most 2000 characters each"
            }
            Self::Scope => "a client needs at least one scope",
            Self::WeakAuthentication => {
                "client_secret_basic and client_secret_post are for the baseline profile only"
            }
            Self::SecretMissing => "client_secret_basic and client_secret_post need a client secret",
            Self::KeysMissing => "private_key_jwt and signed requests need jwks or jwks_uri",
            Self::TwoKeySources => "jwks and jwks_uri must not both be given",
            Self::Keys(_) => "the registered keys cannot be used",
            Self::Certificates => {
                "self_signed_tls_client_auth needs jwks or jwks_uri with the certificates in x5c, each of the key that it stands with"
            }
            Self::SubjectCount => {
                "tls_client_auth needs exactly one of tls_client_auth_subject_dn, _san_dns, _san_uri, _san_ip and _san_email, other methods none"
            }
            Self::Subject => "the registered tls_client_auth subject is malformed",
            Self::PkceMissing => "only baseline clients that the operator names may do without PKCE",
            Self::UnboundTokens => {
                "unbound tokens are for baseline clients that the operator names as an exception"
            }
            Self::TwoBindings => {
                "at most one of tls_client_certificate_bound_access_tokens and dpop_bound_access_tokens may be true"
            }
            Self::GrantTypes => {
                "grant_types and response_types must name authorization_code and code, and nothing that contradicts them"
            }
            Self::SectorIdentifier => {
                "redirect URIs on several hosts need a sector_identifier_uri whose document lists each of them"
            }
            Self::Url => {
                "client_uri, jwks_uri and sector_identifier_uri must be https URLs without fragment and user"
            }
            Self::Size => "a text or list of the registration is too long or holds control characters",
        }
    }
}

impl fmt::Display for RegistrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())?;
        match self {
            Self::Keys(error) => write!(f, ": {error}"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for RegistrationError {}

impl From<KeyError> for RegistrationError {
    fn from(error: KeyError) -> Self {
        Self::Keys(error)
    }
}

/// The answer at the registration endpoint (RFC 7591, 3.2.2).
impl From<RegistrationError> for OAuthError {
    fn from(error: RegistrationError) -> Self {
        let code = match error {
            RegistrationError::RedirectUri => ErrorCode::InvalidRedirectUri,
            _ => ErrorCode::InvalidClientMetadata,
        };
        Self::new(code, error.description())
    }
}
