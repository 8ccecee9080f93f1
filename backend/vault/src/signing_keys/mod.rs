//! The keys with which Renkei signs as an issuer, their public half as JWKs (RFC 7517), and signing a JWT (RFC 7519).
//! Not here: which claims stand in a JWT, and keys of TLS or of partners.
//!
//! Each algorithm may have several keys. Each key has its times, and the clock alone says what it is: `next` (published
//! ahead of its use), `active` (signs), `retiring` (published still, for what it signed), `gone`. So a rotation is one
//! change of the file, by [`SigningKeys::rotate`], and needs no second hand when the time comes.

mod algorithm;
mod document;
mod rotation;
mod schedule;
#[cfg(test)]
mod tests;

pub use algorithm::SigningAlgorithm;
pub use rotation::{Rotation, RotationError, Successor};
pub use schedule::{KeyStatus, Schedule};

use crate::secret_file::{self, SecretFileError};
use document::{Document, KeyText};
use jsonwebtoken::{EncodingKey, Header};
use serde::Serialize;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

/// Why a file of signing keys was refused. No message ever quotes the file.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeysError {
    /// The file cannot or must not be read.
    #[error(transparent)]
    File(#[from] SecretFileError),
    /// It is not TOML of the expected form.
    #[error("the signing keys are not of the expected form (line {line})")]
    Malformed {
        /// Where the first fault lies, counted from 1.
        line: usize,
    },
    /// The key is not PKCS#8 PEM of its algorithm, or too weak.
    #[error("signing key {0} is not a PKCS#8 PEM key for its algorithm")]
    NotAKey(String),
    /// Two keys bear the same id.
    #[error("signing key {0} stands there twice")]
    Twice(String),
    /// The times contradict each other.
    #[error(
        "the times of signing key {0} must follow each other as publish_from, sign_from, sign_until, publish_until, \
         and publish_until needs a sign_until"
    )]
    Times(String),
    /// No key may sign now.
    #[error("none of the signing keys may sign now: look at their sign_from and sign_until")]
    NoActive,
}

/// A JWT could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// No key of this algorithm is active.
    #[error("no {0} key is active")]
    NoKeyFor(SigningAlgorithm),
    /// No key at all is active.
    #[error("no signing key is active")]
    NoKey,
    /// The claims do not serialise, or the library failed.
    #[error("the JWT could not be signed: {0}")]
    Failed(#[from] jsonwebtoken::errors::Error),
}

struct SigningKey {
    kid: String,
    algorithm: SigningAlgorithm,
    schedule: Schedule,
    key: EncodingKey,
    public: Value,
}

impl SigningKey {
    fn of(text: &KeyText) -> Result<Self, SigningKeysError> {
        let kid = &text.kid;
        let unfit = || SigningKeysError::NotAKey(kid.clone());
        let schedule = text
            .schedule()
            .ok_or_else(|| SigningKeysError::Times(kid.clone()))?;
        let key = text
            .alg
            .encoding_key(text.pem.0.as_bytes())
            .map_err(|_| unfit())?;
        let jwk = text.alg.public_jwk(&key, kid).map_err(|_| unfit())?;
        Ok(Self {
            kid: kid.clone(),
            algorithm: text.alg,
            schedule,
            public: serde_json::to_value(jwk).map_err(|_| unfit())?,
            key,
        })
    }
}

/// A key without its secret, for operators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDescription {
    /// Its id.
    pub kid: String,
    /// Its algorithm.
    pub algorithm: SigningAlgorithm,
    /// What it is now.
    pub status: KeyStatus,
    /// Its times.
    pub schedule: Schedule,
}

/// The issuer's keys. They neither print nor serialise; jsonwebtoken clears the private keys when they are dropped.
///
/// Of each algorithm one key signs at a time: of those whose time it is, the one with the latest `sign_from` (of
/// equals, the one that stands last in the file). `now` is in seconds since 1970 throughout.
pub struct SigningKeys {
    keys: Vec<SigningKey>,
}

impl SigningKeys {
    /// Reads `[[key]]` tables of `kid`, `alg` (ES256, PS256, EdDSA), the times `publish_from` (optional), `sign_from`,
    /// `sign_until` (optional), `publish_until` (optional) as RFC 3339 text, and `pem` (PKCS#8, RFC 5958).
    ///
    /// # Errors
    /// [`SigningKeysError`], also where no key may sign now.
    pub fn from_text(text: &str, now: i64) -> Result<Self, SigningKeysError> {
        let keys = Self::read(text)?;
        if keys.active_algorithms(now).is_empty() {
            return Err(SigningKeysError::NoActive);
        }
        Ok(keys)
    }

    /// Reads the keys from a file that only its owner can read.
    pub fn from_file(path: &Path, now: i64) -> Result<Self, SigningKeysError> {
        Self::from_text(&secret_file::read(path)?, now)
    }

    /// Describes the keys of a file's text, even where none of them may sign.
    pub fn describe(text: &str, now: i64) -> Result<Vec<KeyDescription>, SigningKeysError> {
        let keys = Self::read(text)?;
        let description = |key: &SigningKey| {
            let signs = keys
                .active(key.algorithm, now)
                .is_some_and(|active| active.kid == key.kid);
            KeyDescription {
                kid: key.kid.clone(),
                algorithm: key.algorithm,
                status: key.schedule.status(signs, now),
                schedule: key.schedule,
            }
        };
        Ok(keys.keys.iter().map(description).collect())
    }

    fn read(text: &str) -> Result<Self, SigningKeysError> {
        let document = Document::parse(text)?;
        let mut keys: Vec<SigningKey> = Vec::with_capacity(document.keys.len());
        for text in &document.keys {
            if keys.iter().any(|key| key.kid == text.kid) {
                return Err(SigningKeysError::Twice(text.kid.clone()));
            }
            keys.push(SigningKey::of(text)?);
        }
        Ok(Self { keys })
    }

    fn of(&self, algorithm: SigningAlgorithm) -> impl Iterator<Item = &SigningKey> {
        self.keys.iter().filter(move |key| key.algorithm == algorithm)
    }

    fn active(&self, algorithm: SigningAlgorithm, now: i64) -> Option<&SigningKey> {
        self.of(algorithm)
            .filter(|key| key.schedule.may_sign(now))
            .max_by_key(|key| key.schedule.sign_from())
    }

    fn next(&self, algorithm: SigningAlgorithm, now: i64) -> Option<&SigningKey> {
        self.of(algorithm).find(|key| key.schedule.is_next(now))
    }

    /// The published keys, each with `kid`, `alg` and `use`, as the value of `keys` of a JWK set (RFC 7517 section 5).
    pub fn public_jwks(&self, now: i64) -> Vec<Value> {
        self.keys
            .iter()
            .filter(|key| key.schedule.is_published(now))
            .map(|key| key.public.clone())
            .collect()
    }

    /// The algorithms that have a key to sign with, the preferred one first; what metadata may announce.
    pub fn active_algorithms(&self, now: i64) -> Vec<SigningAlgorithm> {
        SigningAlgorithm::ALL
            .into_iter()
            .filter(|algorithm| self.active(*algorithm, now).is_some())
            .collect()
    }

    /// The algorithm of what nobody asked a certain algorithm for: the first of ES256, PS256 and EdDSA that has an
    /// active key. ES256 leads because every client knows it and its signatures are short.
    pub fn default_algorithm(&self, now: i64) -> Option<SigningAlgorithm> {
        self.active_algorithms(now).first().copied()
    }

    /// The id of the key that signs with this algorithm.
    pub fn active_kid(&self, algorithm: SigningAlgorithm, now: i64) -> Option<&str> {
        self.active(algorithm, now).map(|key| key.kid.as_str())
    }

    /// Signs claims as a JWT with the key that is active for `algorithm`, or for the default algorithm; `typ` such as
    /// `JWT` or `oauth-authz-resp+jwt` (RFC 8725 section 3.11).
    ///
    /// # Errors
    /// [`SignError::NoKeyFor`] where the algorithm has no active key, [`SignError::NoKey`] where none has.
    pub fn sign<C: Serialize>(
        &self,
        typ: &str,
        algorithm: Option<SigningAlgorithm>,
        claims: &C,
        now: i64,
    ) -> Result<String, SignError> {
        let algorithm = algorithm
            .or_else(|| self.default_algorithm(now))
            .ok_or(SignError::NoKey)?;
        let active = self
            .active(algorithm, now)
            .ok_or(SignError::NoKeyFor(algorithm))?;
        let mut header = Header::new(algorithm.jose());
        header.typ = Some(typ.to_owned());
        header.kid = Some(active.kid.clone());
        Ok(jsonwebtoken::encode(&header, claims, &active.key)?)
    }

    /// The algorithms whose active key has signed for `every` or longer and has no successor. A key whose end is
    /// settled is never due: the operator is giving the algorithm up.
    pub fn due(&self, now: i64, every: Duration) -> Vec<SigningAlgorithm> {
        let old = |key: &SigningKey| {
            let age = u64::try_from(now.saturating_sub(key.schedule.sign_from())).unwrap_or(0);
            age >= every.as_secs() && key.schedule.sign_until().is_none()
        };
        SigningAlgorithm::ALL
            .into_iter()
            .filter(|algorithm| self.next(*algorithm, now).is_none())
            .filter(|algorithm| self.active(*algorithm, now).is_some_and(old))
            .collect()
    }
}
