//! JSON Web Tokens that somebody else signed: form, header, key, signature, times (RFC 7515, RFC 7519, RFC 8725).
//! Not here: what the claims mean, and our own signatures, which the server makes with its vault.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Number, Value};

use crate::jwks::{ALGORITHM_NAMES, ALGORITHMS, ClientKeys, PublicJwk};
use crate::parameters::MAX_LARGE_VALUE;

/// How far clocks may differ, in seconds (FAPI 2.0 Security Profile, 5.3.2.1: 10 accepted, more than 60 refused).
pub const CLOCK_TOLERANCE: i64 = 10;
/// The longest JWT that is read, in bytes: one with a large RSA key in its header fits twice.
pub const MAX_LENGTH: usize = 8 * 1024;

/// Why a JWT is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JwtError {
    /// It is longer than [`MAX_LENGTH`].
    TooLong,
    /// It is no JWS in compact form; an encrypted one is none either.
    Malformed,
    /// Its `alg` is none of [`ALGORITHM_NAMES`].
    Algorithm,
    /// It has critical header parameters; we know none (RFC 7515, 4.1.11).
    Critical,
    /// It was made for another purpose (RFC 8725, 3.11).
    Type,
    /// Its key is not known, not embedded where it must be, private, weak, or for another algorithm.
    Key,
    /// The signature is not that key's.
    Signature,
    /// A claim is missing, doubled or of the wrong type.
    Claims,
}

impl JwtError {
    /// What is wrong, for the client's developer; fit for `error_description`.
    pub const fn description(self) -> &'static str {
        match self {
            Self::TooLong => "the JWT is too long",
            Self::Malformed => "not a signed JWT in compact form",
            Self::Algorithm => "the JWT must be signed with PS256, ES256 or EdDSA",
            Self::Critical => "the JWT has critical header parameters that are not supported",
            Self::Type => "the JWT has the typ of another purpose",
            Self::Key => "the key of the JWT is missing, unknown, private or not for its algorithm",
            Self::Signature => "the signature of the JWT is wrong",
            Self::Claims => "a claim of the JWT is missing, repeated or of the wrong type",
        }
    }
}

impl std::fmt::Display for JwtError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.description())
    }
}

impl std::error::Error for JwtError {}

/// What of the header counts. Keys that it merely points to (jku, x5u) or certifies (x5c) are never looked at.
#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    jwk: Option<Value>,
    #[serde(default, deserialize_with = "even_null")]
    crit: Option<Value>,
}

fn even_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// A JWT whose header passed the rules. Its claims come out only against a good signature.
#[derive(Clone, Debug)]
pub struct SignedJwt<'a> {
    message: &'a str,
    payload: &'a str,
    signature: &'a str,
    algorithm: Algorithm,
    kid: Option<String>,
    jwk: Option<Value>,
}

impl<'a> SignedJwt<'a> {
    /// Reads the header. `accepted_types` are the values of `typ`, compared without regard to case, that the purpose
    /// allows; `None` among them allows a JWT without `typ` (RFC 8725, 3.11 and 3.12).
    pub fn read(text: &'a str, accepted_types: &[Option<&str>]) -> Result<Self, JwtError> {
        Self::of_at_most(MAX_LENGTH, text, accepted_types)
    }

    /// The same for a JWT that may be longer: a request object holds what a whole request may hold.
    pub fn read_large(text: &'a str, accepted_types: &[Option<&str>]) -> Result<Self, JwtError> {
        Self::of_at_most(MAX_LARGE_VALUE, text, accepted_types)
    }

    fn of_at_most(longest: usize, text: &'a str, accepted_types: &[Option<&str>]) -> Result<Self, JwtError> {
        let parts = Parts::of(text, longest)?;
        let header: Header = decode(parts.header).ok_or(JwtError::Malformed)?;
        let algorithm = algorithm_named(&header.alg).ok_or(JwtError::Algorithm)?;
        if header.crit.is_some() {
            return Err(JwtError::Critical);
        }
        let accepted = accepted_types
            .iter()
            .any(|accepted| match (accepted, &header.typ) {
                (Some(accepted), Some(typ)) => typ.eq_ignore_ascii_case(accepted),
                (None, None) => true,
                _ => false,
            });
        if !accepted {
            return Err(JwtError::Type);
        }
        Ok(Self {
            message: parts.message,
            payload: parts.payload,
            signature: parts.signature,
            algorithm,
            kid: header.kid,
            jwk: header.jwk,
        })
    }

    /// The algorithm that the header names; verification holds the key to it.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The claims, if a registered key signed them: the one that `kid` names, else the only one for the algorithm.
    /// A key that the header brings counts for nothing.
    pub fn verify_by_registered<C: DeserializeOwned>(&self, keys: &ClientKeys) -> Result<C, JwtError> {
        self.verify_by(self.key_among(keys).ok_or(JwtError::Key)?)
    }

    /// Which of these keys must have signed: the one that `kid` names, else the only one for the algorithm.
    pub fn key_among<'k>(&self, keys: &'k ClientKeys) -> Option<&'k PublicJwk> {
        keys.find(self.kid.as_deref(), self.algorithm)
    }

    /// The claims and the key, if the public key in the header signed them (RFC 7515, 4.1.3). Whose key it is remains
    /// to be asked.
    pub fn verify_by_embedded<C: DeserializeOwned>(&self) -> Result<(C, PublicJwk), JwtError> {
        let jwk = self.jwk.as_ref().ok_or(JwtError::Key)?;
        let key = PublicJwk::from_value(jwk).map_err(|_| JwtError::Key)?;
        let claims = self.verify_by(&key)?;
        Ok((claims, key))
    }

    /// The claims, if this very key signed them.
    pub fn verify_by<C: DeserializeOwned>(&self, key: &PublicJwk) -> Result<C, JwtError> {
        #[cfg(test)]
        SIGNATURES_VERIFIED.with(|count| count.set(count.get() + 1));
        // RFC 8725, 3.1: the key says which algorithm it serves, not the header.
        if key.algorithm() != self.algorithm {
            return Err(JwtError::Key);
        }
        let verified =
            jsonwebtoken::crypto::verify(self.signature, self.message.as_bytes(), key.key(), self.algorithm);
        if !matches!(verified, Ok(true)) {
            return Err(JwtError::Signature);
        }
        decode(self.payload).ok_or(JwtError::Claims)
    }
}

/// Claims before any verification, only to look up whose keys are to verify them.
pub(crate) fn unverified_claims<C: DeserializeOwned>(text: &str) -> Option<C> {
    decode(Parts::of(text, MAX_LENGTH).ok()?.payload)
}

/// The `kid` that a JWT names, before any verification: only to see whether a key set that is kept may have become old.
pub fn claimed_key_id(text: &str) -> Option<String> {
    decode::<Header>(Parts::of(text, MAX_LARGE_VALUE).ok()?.header)?.kid
}

/// The compact serialisation (RFC 7515, 7.1).
struct Parts<'a> {
    message: &'a str,
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str, longest: usize) -> Result<Self, JwtError> {
        if text.len() > longest {
            return Err(JwtError::TooLong);
        }
        let (message, signature) = text.rsplit_once('.').ok_or(JwtError::Malformed)?;
        let (header, payload) = message.split_once('.').ok_or(JwtError::Malformed)?;
        if payload.contains('.') {
            return Err(JwtError::Malformed);
        }
        Ok(Self {
            message,
            header,
            payload,
            signature,
        })
    }
}

fn decode<T: DeserializeOwned>(part: &str) -> Option<T> {
    // RFC 7515, 5.2: UTF-8 as a whole. Serde does not look into members that it skips.
    let json = String::from_utf8(URL_SAFE_NO_PAD.decode(part).ok()?).ok()?;
    // Serde would take an array for a struct.
    let is_object = json.trim_ascii_start().starts_with('{');
    is_object.then(|| serde_json::from_str(&json).ok())?
}

fn algorithm_named(name: &str) -> Option<Algorithm> {
    let known = ALGORITHM_NAMES.iter().zip(ALGORITHMS);
    known
        .filter(|(known, _)| **known == name)
        .map(|(_, algorithm)| algorithm)
        .next()
}

/// Whether a `jti` can be kept in a replay store: 1 to 255 characters and no NUL, which not every database bears.
pub(crate) fn is_recordable_jti(jti: &str) -> bool {
    !jti.is_empty() && jti.chars().count() <= 255 && !jti.contains('\0')
}

/// A `NumericDate` in whole seconds since the epoch: a fraction is cut off (RFC 7519, 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "Number")]
pub struct NumericDate(i64);

impl TryFrom<Number> for NumericDate {
    type Error = &'static str;

    fn try_from(number: Number) -> Result<Self, Self::Error> {
        if let Some(whole) = number.as_i64() {
            return Ok(Self(whole));
        }
        let float = number
            .as_f64()
            .filter(|float| float.is_finite() && float.abs() < 1e15)
            .ok_or("not a NumericDate")?;
        // In this range each whole number is exact.
        #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
        Ok(Self(float.floor() as i64))
    }
}

impl NumericDate {
    /// The seconds.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Whether an `exp` is over, the clocks' difference granted.
    pub const fn is_over(self, now: i64) -> bool {
        self.0.saturating_add(CLOCK_TOLERANCE) <= now
    }

    /// Whether an `iat` or `nbf` lies ahead by more than the clocks may differ.
    pub const fn is_ahead(self, now: i64) -> bool {
        self.0 > now.saturating_add(CLOCK_TOLERANCE)
    }
}

#[cfg(test)]
thread_local! {
    /// How many signatures this test has verified.
    pub(crate) static SIGNATURES_VERIFIED: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
mod tests;
