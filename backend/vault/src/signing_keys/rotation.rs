//! Fresh signing keys: a first file, and a successor that is published before it signs.
//! Not here: when the loaded keys sign (`SigningKeys`), and who asks for a rotation (the server's command line and its
//! housekeeping).

#[cfg(test)]
mod tests;

use super::algorithm::SigningAlgorithm;
use super::document::{Document, KeyText, PemText, Unwritable, time};
use super::{SigningKeys, SigningKeysError};
use crate::CryptographyFailed;
use crate::secret_file::{self, SecretFileError};
use aws_lc_rs::rand::SecureRandom;
use jsonwebtoken::jwk::ThumbprintHash;
use std::path::Path;
use std::time::Duration;
use zeroize::Zeroizing;

/// Why no file of signing keys was made, or no key rotated. No message ever quotes the file.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The present file, or the one that would come of it, is not good.
    #[error(transparent)]
    Keys(#[from] SigningKeysError),
    /// The algorithm's next key is waiting already.
    #[error("a rotation of {algorithm} is under way already: key {kid} is to sign next")]
    UnderWay {
        /// The algorithm.
        algorithm: SigningAlgorithm,
        /// The key that waits.
        kid: String,
    },
    /// A time would lie outside the years 0 to 9999.
    #[error("overlap or retention is too long")]
    TooLong,
    /// No key could be made.
    #[error(transparent)]
    Cryptography(#[from] CryptographyFailed),
}

impl From<SecretFileError> for RotationError {
    fn from(error: SecretFileError) -> Self {
        Self::Keys(error.into())
    }
}

impl From<Unwritable> for RotationError {
    fn from(_: Unwritable) -> Self {
        Self::TooLong
    }
}

/// A fresh key, and whom it follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Successor {
    /// Its algorithm.
    pub algorithm: SigningAlgorithm,
    /// Its id.
    pub kid: String,
    /// From when it signs, in seconds since 1970.
    pub sign_from: i64,
    /// The key that signs until then; none where the algorithm had none.
    pub replaces: Option<String>,
}

impl SigningKeys {
    /// The text of a new file with a fresh key for each algorithm, signing from `now` (seconds since 1970), for
    /// [`secret_file::write_new`]. A key's `kid` is its thumbprint (RFC 7638).
    pub fn generate(now: i64, rng: &dyn SecureRandom) -> Result<Zeroizing<String>, RotationError> {
        let keys = SigningAlgorithm::ALL
            .into_iter()
            .map(|algorithm| fresh(algorithm, now, rng))
            .collect::<Result<_, _>>()?;
        Ok(Document { keys }.to_text()?)
    }

    /// The file's text with a fresh key for `algorithm`: published at once, signing after `overlap` (earlier where the
    /// present key's end was settled already and comes first). The present key signs until then and stays published
    /// for `retention` more. Keys that are no longer published are dropped; comments are lost.
    ///
    /// `overlap` is to exceed the time for which partners keep the key set, `retention` the life of what is signed.
    ///
    /// # Errors
    /// [`RotationError`]; [`RotationError::UnderWay`] where the algorithm's next key stands there already.
    pub fn rotate(
        text: &str,
        algorithm: SigningAlgorithm,
        overlap: Duration,
        retention: Duration,
        now: i64,
        rng: &dyn SecureRandom,
    ) -> Result<(Zeroizing<String>, Successor), RotationError> {
        let present = Self::read(text)?;
        if let Some(next) = present.next(algorithm, now) {
            return Err(RotationError::UnderWay {
                algorithm,
                kid: next.kid.clone(),
            });
        }
        let signing = present.active(algorithm, now);
        let settled_end = signing.and_then(|key| key.schedule.sign_until());
        let begins = later(now, overlap)?.min(settled_end.unwrap_or(i64::MAX));
        let ends = later(begins, retention)?;

        let mut document = Document::parse(text)?;
        document
            .keys
            .retain(|key| key.schedule().is_some_and(|schedule| !schedule.is_gone(now)));
        for key in document.keys.iter_mut().filter(|key| key.alg == algorithm) {
            let ends_by_then = key
                .sign_until
                .is_some_and(|until| until.unix_timestamp() < begins);
            if !ends_by_then {
                key.sign_until = Some(time(begins)?);
                let published_until = key
                    .publish_until
                    .map_or(ends, |until| until.unix_timestamp().max(ends));
                key.publish_until = Some(time(published_until)?);
            }
        }
        let successor = Successor {
            algorithm,
            sign_from: begins,
            replaces: signing.map(|key| key.kid.clone()),
            kid: {
                let key = fresh(algorithm, begins, rng)?;
                let kid = key.kid.clone();
                document.keys.push(key);
                kid
            },
        };
        let text = document.to_text()?;
        // What the server would refuse at its next start must not replace what works.
        Self::from_text(&text, now)?;
        Ok((text, successor))
    }
}

fn fresh(
    algorithm: SigningAlgorithm,
    sign_from: i64,
    rng: &dyn SecureRandom,
) -> Result<KeyText, RotationError> {
    let pem = algorithm.generate_pem(rng)?;
    let kid = algorithm
        .encoding_key(pem.as_bytes())
        .and_then(|key| algorithm.public_jwk(&key, ""))
        .and_then(|jwk| jwk.thumbprint(ThumbprintHash::SHA256))
        .map_err(|_| CryptographyFailed)?;
    Ok(KeyText {
        kid,
        alg: algorithm,
        publish_from: None,
        sign_from: time(sign_from)?,
        sign_until: None,
        publish_until: None,
        pem: PemText(pem.to_string()),
    })
}

fn later(unix_seconds: i64, duration: Duration) -> Result<i64, Unwritable> {
    i64::try_from(duration.as_secs())
        .ok()
        .and_then(|seconds| unix_seconds.checked_add(seconds))
        .ok_or(Unwritable)
}

/// A rotation as an operator, a timer or the server's schedule asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// Which algorithm; none: every one that has an active key.
    pub algorithm: Option<SigningAlgorithm>,
    /// Only where [`SigningKeys::due`] says so for this age; none: in any case.
    pub if_older_than: Option<Duration>,
    /// For how long the fresh key is published before it signs.
    pub overlap: Duration,
    /// For how long the present key is published after it has stopped signing.
    pub retention: Duration,
}

impl Rotation {
    /// A day: partners that fetch the key set daily know the key before it signs, and it stays until all that it
    /// signed has long expired.
    pub const DAY: Duration = Duration::from_hours(24);

    /// Rewrites the file, all or nothing, and tells what is new in it; nothing, where nothing was due. Blocking.
    ///
    /// # Errors
    /// [`RotationError`]; the file is then as it was.
    pub fn carry_out(
        &self,
        path: &Path,
        now: i64,
        rng: &dyn SecureRandom,
    ) -> Result<Vec<Successor>, RotationError> {
        let mut successors = Vec::new();
        secret_file::rewrite(path, |text| {
            let mut rewritten = None;
            for algorithm in self.algorithms(text, now)? {
                let text = rewritten.as_deref().map_or(text, String::as_str);
                let (text, successor) =
                    SigningKeys::rotate(text, algorithm, self.overlap, self.retention, now, rng)?;
                successors.push(successor);
                rewritten = Some(text);
            }
            Ok::<_, RotationError>(rewritten)
        })?;
        Ok(successors)
    }

    fn algorithms(&self, text: &str, now: i64) -> Result<Vec<SigningAlgorithm>, SigningKeysError> {
        let keys = SigningKeys::read(text)?;
        let mut algorithms = match self.algorithm {
            Some(algorithm) => vec![algorithm],
            None => keys.active_algorithms(now),
        };
        if let Some(age) = self.if_older_than {
            let due = keys.due(now, age);
            algorithms.retain(|algorithm| due.contains(algorithm));
        }
        Ok(algorithms)
    }
}
