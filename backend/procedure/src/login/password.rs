//! ログインパスワード: its form, its Argon2id hash (RFC 9106), and the proof that it matched.
//! Not here: the count of wrong tries and the lock.

use super::certificate::{CertificateFacts, CertificateVerified};
use crate::identity::UserId;
use crate::time::Instant;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash as PhcString;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use renkei_shared::PASSWORD_MAX_CHARS;
use renkei_shared::secret::SecretText;
use serde::{Deserialize, Serialize};

/// The text cannot be a login password: empty, longer than [`PASSWORD_MAX_CHARS`], or with control characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the password is malformed")]
pub struct PasswordMalformed;

/// A password of acceptable form. Only such a one is ever hashed, so a huge text costs nothing.
pub struct TypedPassword(SecretText);

impl TypedPassword {
    /// Checks the form.
    ///
    /// # Errors
    /// [`PasswordMalformed`]; no try is spent.
    pub fn check(typed: SecretText) -> Result<Self, PasswordMalformed> {
        let text = typed.expose();
        let fits = !text.is_empty()
            && text.len() <= PASSWORD_MAX_CHARS.saturating_mul(4)
            && text.chars().count() <= PASSWORD_MAX_CHARS
            && !text.chars().any(char::is_control);
        if fits {
            Ok(Self(typed))
        } else {
            Err(PasswordMalformed)
        }
    }
}

/// An Argon2id hash in PHC string format, as stored.
#[derive(Clone)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Hashes a password (Argon2id, 19 MiB, 2 passes, 1 lane: OWASP's minimum) with a salt of 16 random bytes.
    ///
    /// # Errors
    /// [`PasswordMalformed`] where Argon2 refuses its input; with a checked password it does not.
    pub fn make(password: &TypedPassword, salt: [u8; 16]) -> Result<Self, PasswordMalformed> {
        Argon2::default()
            .hash_password_with_salt(password.0.expose().as_bytes(), &salt)
            .map(|hash: PhcString| Self(hash.to_string()))
            .map_err(|_| PasswordMalformed)
    }

    /// Takes over a stored hash.
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The PHC string, for storage.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Compares in constant time. Takes some 16 ms and 19 MiB: call it on a thread that may block.
    ///
    /// Returns nothing where the password does not match, or the stored hash cannot be read.
    pub fn verify(&self, typed: &TypedPassword) -> Option<PasswordMatch> {
        let stored = PhcString::new(&self.0).ok()?;
        Argon2::default()
            .verify_password(typed.0.expose().as_bytes(), &stored)
            .ok()
            .map(|()| PasswordMatch(()))
    }
}

/// Proof that a typed password matched a stored hash; only [`PasswordHash::verify`] makes it.
pub struct PasswordMatch(());

/// Proof of certificate and password both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordVerified {
    certificate: CertificateVerified,
    at: Instant,
}

impl CertificateVerified {
    /// The second proof completes the login, at this instant.
    #[must_use]
    pub fn with_password(self, _matched: PasswordMatch, at: Instant) -> PasswordVerified {
        PasswordVerified {
            certificate: self,
            at,
        }
    }
}

impl PasswordVerified {
    /// Who has logged in.
    pub const fn user(&self) -> UserId {
        self.certificate.user()
    }

    /// With which certificate.
    pub const fn certificate(&self) -> &CertificateFacts {
        self.certificate.certificate()
    }

    /// When the password completed the login.
    pub const fn at(&self) -> Instant {
        self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Result<TypedPassword, PasswordMalformed> {
        TypedPassword::check(SecretText::new(text.to_owned()))
    }

    #[test]
    fn the_right_password_matches_and_a_wrong_one_does_not() {
        let hash = PasswordHash::make(&typed("correct horse").unwrap(), [7; 16]).unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(hash.verify(&typed("correct horse").unwrap()).is_some());
        assert!(hash.verify(&typed("correct horsf").unwrap()).is_none());
        assert!(
            PasswordHash::from_stored("nonsense".into())
                .verify(&typed("correct horse").unwrap())
                .is_none()
        );
    }

    #[test]
    fn malformed_passwords_are_refused_before_hashing() {
        for text in [
            "",
            "with\u{0}nul",
            "line\nbreak",
            &"x".repeat(129),
            &"x".repeat(10_000),
        ] {
            assert!(typed(text).is_err());
        }
        assert!(typed(&"界".repeat(128)).is_ok());
    }
}
