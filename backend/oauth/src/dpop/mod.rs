//! DPoP proofs: reading the header and verifying that the key's holder made this very request (RFC 9449, 4).
//! Not here: the memory of used proofs, and making nonces, which the server does.
//!
//! The order of things, at the token endpoint and for pushed requests:
//! 1. [`from_request`] answers a [`PendingProof`], or nothing where no proof came;
//! 2. the server records [`PendingProof::proof_use`] in its replay store and says to [`PendingProof::recorded`] whether
//!    it was new;
//! 3. the [`VerifiedProof`] goes to [`crate::sender_constraint::SenderConstraint`], and its thumbprint to
//!    [`crate::token::CodeRedemption::check`] and [`crate::authorization::AuthorizationRequest::bind_to_key`].
//!
//! At protected resources [`resource::PresentedToken::proof`] takes the place of the first step.
//! An answer with [`DpopError::UseNonce`] carries a fresh nonce in the header [`NONCE_HEADER`].

pub mod resource;
mod target_uri;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, Method};
use serde::Deserialize;

pub use self::target_uri::TargetUri;
use crate::error::{ErrorCode, OAuthError};
use crate::jwks::JwkThumbprint;
use crate::opaque::OpaqueValue;
use crate::signed_jwt::{JwtError, NumericDate, SignedJwt, is_recordable_jti};

/// The request header with the proof (RFC 9449, 4.1).
pub const PROOF_HEADER: &str = "DPoP";
/// The response header with a nonce for the next proofs (RFC 9449, 8).
pub const NONCE_HEADER: &str = "DPoP-Nonce";
/// How old a proof may be, in seconds (RFC 9449, 11.1: brief).
pub const MAX_AGE: i64 = 60;
/// The longest nonce that is looked at, in bytes.
const MAX_NONCE: usize = 255;
const TYPES: [Option<&str>; 1] = [Some("dpop+jwt")];

/// Why a proof is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DpopError {
    /// `invalid_dpop_proof`, with what is wrong for the client's developer.
    InvalidProof(&'static str),
    /// `use_dpop_nonce`: the proof bears none of our present nonces.
    UseNonce,
}

impl DpopError {
    /// The error code (RFC 9449, 5 and 8).
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::InvalidProof(_) => ErrorCode::InvalidDpopProof,
            Self::UseNonce => ErrorCode::UseDpopNonce,
        }
    }

    /// What is wrong; fit for `error_description`.
    pub const fn description(self) -> &'static str {
        match self {
            Self::InvalidProof(description) => description,
            Self::UseNonce => "the DPoP proof needs the nonce of the DPoP-Nonce header",
        }
    }
}

impl std::fmt::Display for DpopError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.description())
    }
}

impl std::error::Error for DpopError {}

impl From<DpopError> for OAuthError {
    fn from(error: DpopError) -> Self {
        Self::new(error.code(), error.description())
    }
}

/// Whether proofs need a nonce of ours (RFC 9449, 8 and 9).
#[derive(Clone, Copy)]
pub enum NonceRule<'a> {
    /// None was handed out, so a proof's `nonce` means nothing.
    NotRequired,
    /// The function says whether a nonce is ours and still good. It sees at most 255 bytes of anything.
    Required(&'a (dyn Fn(&str) -> bool + Sync)),
    /// The same function, but a proof without `nonce` passes: nonces are handed out, and not every client is made to use
    /// one yet.
    Offered(&'a (dyn Fn(&str) -> bool + Sync)),
}

impl NonceRule<'_> {
    fn admits(self, nonce: Option<&str>) -> bool {
        let good =
            |is_ours: &dyn Fn(&str) -> bool| nonce.map(|nonce| nonce.len() <= MAX_NONCE && is_ours(nonce));
        match self {
            Self::NotRequired => true,
            Self::Required(is_ours) => good(is_ours).unwrap_or(false),
            Self::Offered(is_ours) => good(is_ours).unwrap_or(true),
        }
    }
}

impl std::fmt::Debug for NonceRule<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotRequired => "NotRequired",
            Self::Required(_) => "Required(..)",
            Self::Offered(_) => "Offered(..)",
        })
    }
}

/// The request that a proof must have been made for.
#[derive(Clone, Copy, Debug)]
pub struct Expectation<'a> {
    /// The method of the request.
    pub method: &'a Method,
    /// The URIs under which this endpoint is known: with mTLS aliases there are two (RFC 8705, 5).
    pub uris: &'a [TargetUri],
    /// Whether a nonce is needed.
    pub nonce: NonceRule<'a>,
    /// Seconds since the epoch.
    pub now: i64,
}

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: NumericDate,
    ath: Option<String>,
    nonce: Option<String>,
}

/// The proof of a request to the authorization server, if it brought one (RFC 9449, 5 and 10.1).
pub fn from_request(
    headers: &HeaderMap,
    expectation: &Expectation<'_>,
) -> Result<Option<PendingProof>, DpopError> {
    read_header(headers)?
        .map(|proof| verify(proof, expectation, None))
        .transpose()
}

/// The text of the `DPoP` header, of which there may be one (RFC 9449, 4.3, item 1).
///
/// # Errors
/// [`DpopError::InvalidProof`] when it comes twice or is not ASCII.
pub fn read_header(headers: &HeaderMap) -> Result<Option<&str>, DpopError> {
    let mut values = headers.get_all(PROOF_HEADER).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(DpopError::InvalidProof("more than one DPoP header"));
    }
    let text = value
        .to_str()
        .map_err(|_| DpopError::InvalidProof("the DPoP header is not ASCII"))?;
    Ok(Some(text))
}

/// Verifies a proof (RFC 9449, 4.3) but for its replay. With an access token, `ath` must be its hash; without one, `ath`
/// means nothing.
pub fn verify(
    proof: &str,
    expectation: &Expectation<'_>,
    access_token: Option<&OpaqueValue>,
) -> Result<PendingProof, DpopError> {
    let refuse_if = |condition: bool, description| {
        if condition {
            Err(DpopError::InvalidProof(description))
        } else {
            Ok(())
        }
    };
    let invalid = |error: JwtError| DpopError::InvalidProof(error.description());
    let jwt = SignedJwt::read(proof, &TYPES).map_err(invalid)?;
    let (claims, key) = jwt.verify_by_embedded::<Claims>().map_err(invalid)?;
    refuse_if(
        !is_recordable_jti(&claims.jti),
        "jti must be 1 to 255 characters without NUL",
    )?;
    refuse_if(
        claims.htm != expectation.method.as_str(),
        "htm is not the method of this request",
    )?;
    let target = TargetUri::parse(&claims.htu);
    let is_ours = target.is_some_and(|target| expectation.uris.contains(&target));
    refuse_if(!is_ours, "htu is not the URI of this request")?;
    let expires = claims.iat.seconds().saturating_add(MAX_AGE);
    refuse_if(expires < expectation.now, "iat is too old; is the clock right?")?;
    refuse_if(
        claims.iat.is_ahead(expectation.now),
        "iat lies ahead; is the clock right?",
    )?;
    if let Some(token) = access_token {
        let hash = URL_SAFE_NO_PAD.encode(token.sha256());
        refuse_if(
            claims.ath.is_none_or(|ath| ath != hash),
            "ath is not the hash of this access token",
        )?;
    }
    if !expectation.nonce.admits(claims.nonce.as_deref()) {
        return Err(DpopError::UseNonce);
    }
    Ok(PendingProof(ProofUse {
        thumbprint: key.thumbprint(),
        jti: claims.jti,
        keep_until: expires.saturating_add(1),
    }))
}

/// The use of a proof, to be recorded atomically: unique by key and `jti` (RFC 9449, 11.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofUse {
    /// The key.
    pub thumbprint: JwkThumbprint,
    /// The proof's identifier, at most 255 characters of any kind.
    pub jti: String,
    /// Seconds since the epoch; from then on the proof is refused by its age and the record may go.
    pub keep_until: i64,
}

/// A good proof that still needs the replay check.
#[derive(Debug)]
pub struct PendingProof(ProofUse);

impl PendingProof {
    /// What to record.
    pub const fn proof_use(&self) -> &ProofUse {
        &self.0
    }

    /// Finishes the verification: `first_use` says that the record was new.
    pub fn recorded(self, first_use: bool) -> Result<VerifiedProof, DpopError> {
        if first_use {
            Ok(VerifiedProof {
                thumbprint: self.0.thumbprint,
            })
        } else {
            Err(DpopError::InvalidProof("the DPoP proof was used before"))
        }
    }
}

/// Shows that the sender of a request holds the private key. Only this module makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifiedProof {
    thumbprint: JwkThumbprint,
}

impl VerifiedProof {
    /// The key.
    pub const fn thumbprint(&self) -> JwkThumbprint {
        self.thumbprint
    }

    #[cfg(test)]
    pub(crate) const fn for_tests(thumbprint: JwkThumbprint) -> Self {
        Self { thumbprint }
    }
}

#[cfg(test)]
mod tests;
