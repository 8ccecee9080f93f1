//! Access tokens at protected resources under both schemes, `Bearer` and `DPoP`, and the challenges of both (RFC 9449, 7).
//! Not here: what the token permits, and whether its key or certificate is the right one (`sender_constraint`).
//!
//! The order of things:
//! 1. [`PresentedToken::from_headers`];
//! 2. [`PresentedToken::proof`], to be recorded against replay as at the token endpoint;
//! 3. the server looks the token up and runs [`crate::sender_constraint::Confirmation::check`] with the certificate and
//!    the proof;
//! 4. a refusal goes out through [`PresentedToken::refuse`], so that the scheme which was used is told why.

use http::{HeaderMap, HeaderValue, StatusCode};

use super::{DpopError, Expectation, PendingProof};
use crate::bearer::{self, BearerError};
use crate::jwks::ALGORITHM_NAMES;
use crate::opaque::OpaqueValue;

/// How an access token is presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// RFC 6750, 2.1. Certificate-bound tokens are presented so too (RFC 8705, 3).
    Bearer,
    /// RFC 9449, 7.1: a proof goes with it.
    Dpop,
}

/// An access token as presented, not yet believed.
#[derive(Clone, Debug)]
pub struct PresentedToken {
    scheme: Scheme,
    token: OpaqueValue,
}

impl PresentedToken {
    /// Reads `Authorization: Bearer <token>` or `Authorization: DPoP <token>`.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, AccessError> {
        let unclear = |error: BearerError| AccessError {
            scheme: None,
            reason: error.into(),
        };
        let (name, rest) = bearer::authorization(headers).map_err(unclear)?;
        let scheme = if name.eq_ignore_ascii_case("bearer") {
            Scheme::Bearer
        } else if name.eq_ignore_ascii_case("dpop") {
            Scheme::Dpop
        } else {
            return Err(unclear(BearerError::MissingToken));
        };
        let token = bearer::read_token(rest).map_err(|error| AccessError {
            scheme: Some(scheme),
            reason: error.into(),
        })?;
        Ok(Self { scheme, token })
    }

    /// The scheme.
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The token, to be looked up by its hash.
    pub const fn token(&self) -> &OpaqueValue {
        &self.token
    }

    /// The proof that the scheme `DPoP` demands, made for this request and this token; nothing under `Bearer`, where a
    /// proof has no meaning.
    pub fn proof(
        &self,
        headers: &HeaderMap,
        expectation: &Expectation<'_>,
    ) -> Result<Option<PendingProof>, AccessError> {
        match self.scheme {
            Scheme::Bearer => Ok(None),
            Scheme::Dpop => super::read_header(headers)
                .and_then(|proof| {
                    let proof = proof.ok_or(DpopError::InvalidProof("the DPoP header is missing"))?;
                    super::verify(proof, expectation, Some(&self.token))
                })
                .map(Some)
                .map_err(|error| self.refuse(error)),
        }
    }

    /// The refusal of this token.
    pub fn refuse(&self, reason: impl Into<RefusalReason>) -> AccessError {
        AccessError {
            scheme: Some(self.scheme),
            reason: reason.into(),
        }
    }
}

/// Why access is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefusalReason {
    /// The token, or how it came (RFC 6750, 3.1).
    #[error(transparent)]
    Token(#[from] BearerError),
    /// The proof (RFC 9449, 7.1).
    #[error(transparent)]
    Proof(#[from] DpopError),
}

/// A refusal at a protected resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct AccessError {
    /// `None` where the request does not say clearly.
    scheme: Option<Scheme>,
    reason: RefusalReason,
}

impl AccessError {
    /// Why.
    pub const fn reason(&self) -> RefusalReason {
        self.reason
    }

    /// The HTTP status (RFC 6750, 3.1; RFC 9449, 7.1).
    pub const fn status(&self) -> StatusCode {
        match self.reason {
            RefusalReason::Token(error) => error.status(),
            RefusalReason::Proof(_) => StatusCode::UNAUTHORIZED,
        }
    }

    /// The error code, if one is due.
    pub const fn code(&self) -> Option<&'static str> {
        match self.reason {
            RefusalReason::Token(error) => error.code(),
            RefusalReason::Proof(error) => Some(error.code().as_str()),
        }
    }

    /// The values of `WWW-Authenticate`, one a scheme. The scheme that was used carries the error, both where that is
    /// unclear (RFC 9449, 7.2).
    pub fn challenges(&self) -> [HeaderValue; 2] {
        let error = match self.reason {
            RefusalReason::Token(error) => error.challenge_parameters(),
            RefusalReason::Proof(error) => {
                let (code, description) = (error.code().as_str(), error.description());
                format!(", error=\"{code}\", error_description=\"{description}\"")
            }
        };
        let told = |scheme| {
            if self.scheme.is_none_or(|used| used == scheme) {
                error.as_str()
            } else {
                ""
            }
        };
        let algorithms = ALGORITHM_NAMES.join(" ");
        let dpop = format!(
            "DPoP realm=\"renkei\", algs=\"{algorithms}\"{}",
            told(Scheme::Dpop)
        );
        [
            bearer::challenge(told(Scheme::Bearer)),
            // All parts are literals in visible ASCII; the fallback is the bare scheme.
            HeaderValue::try_from(dpop).unwrap_or(HeaderValue::from_static("DPoP")),
        ]
    }
}

#[cfg(test)]
mod tests {
    use http::header::AUTHORIZATION;

    use super::*;

    fn read(values: &[&str]) -> Result<PresentedToken, AccessError> {
        let headers = values
            .iter()
            .map(|value| (AUTHORIZATION, HeaderValue::from_str(value).unwrap()))
            .collect();
        PresentedToken::from_headers(&headers)
    }

    #[test]
    fn reads_both_schemes() {
        for (value, scheme) in [
            ("Bearer abc-._~+/==", Scheme::Bearer),
            ("bearer  abc-._~+/==", Scheme::Bearer),
            ("DPoP abc-._~+/==", Scheme::Dpop),
            ("dpop abc-._~+/==", Scheme::Dpop),
        ] {
            let presented = read(&[value]).unwrap();
            assert_eq!(presented.scheme(), scheme);
            assert_eq!(presented.token().expose(), "abc-._~+/==");
        }
    }

    #[test]
    fn refuses_everything_else() {
        let huge = format!("DPoP {}", "a".repeat(100_000));
        for (values, scheme, reason) in [
            (&[][..], None, BearerError::MissingToken),
            (&["Basic YTpi"], None, BearerError::MissingToken),
            (&["DPoPabc"], None, BearerError::MissingToken),
            (&["Bearer abc", "DPoP abc"], None, BearerError::InvalidRequest),
            (&["DPoP abc", "DPoP abc"], None, BearerError::InvalidRequest),
            (&["DPoP"], Some(Scheme::Dpop), BearerError::InvalidRequest),
            (&["DPoP a b"], Some(Scheme::Dpop), BearerError::InvalidRequest),
            (
                &["Bearer a\"b"],
                Some(Scheme::Bearer),
                BearerError::InvalidRequest,
            ),
            (&[&huge], Some(Scheme::Dpop), BearerError::InvalidRequest),
        ] {
            let error = read(values).unwrap_err();
            let expected = AccessError {
                scheme,
                reason: RefusalReason::Token(reason),
            };
            assert_eq!(error, expected, "{:?}", &values[..values.len().min(2)]);
        }
    }

    #[test]
    fn the_scheme_that_was_used_is_told_why() {
        const BEARER: &str = "Bearer realm=\"renkei\"";
        const DPOP: &str = "DPoP realm=\"renkei\", algs=\"PS256 ES256 EdDSA\"";
        let by_bearer = read(&["Bearer a"]).unwrap();
        let by_dpop = read(&["DPoP a"]).unwrap();
        for (error, status, bearer, dpop) in [
            (read(&[]).unwrap_err(), 401, "", ""),
            (
                read(&["Bearer a", "DPoP a"]).unwrap_err(),
                400,
                "invalid_request",
                "invalid_request",
            ),
            (
                by_bearer.refuse(BearerError::InvalidToken),
                401,
                "invalid_token",
                "",
            ),
            (
                by_dpop.refuse(BearerError::InvalidToken),
                401,
                "",
                "invalid_token",
            ),
            (
                by_dpop.refuse(BearerError::InsufficientScope("balance")),
                403,
                "",
                "insufficient_scope",
            ),
            (by_dpop.refuse(DpopError::UseNonce), 401, "", "use_dpop_nonce"),
            (
                by_dpop.refuse(DpopError::InvalidProof("htm is wrong")),
                401,
                "",
                "invalid_dpop_proof",
            ),
        ] {
            assert_eq!(error.status().as_u16(), status, "{error}");
            let challenges = error.challenges();
            for (challenge, bare, code) in [(&challenges[0], BEARER, bearer), (&challenges[1], DPOP, dpop)] {
                let text = challenge.to_str().unwrap();
                if code.is_empty() {
                    assert_eq!(text, bare);
                } else {
                    assert!(text.starts_with(&format!("{bare}, error=\"{code}\"")), "{text}");
                    assert_eq!(error.code(), Some(code));
                }
            }
        }
    }
}
