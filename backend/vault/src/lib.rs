//! The secrets that Renkei keeps or makes: sealed inquiry PINs, one-time values, signing keys, and the keys beneath them.
//! Not here: where sealed values are stored (`renkei-store`), TLS keys (`renkei-tls`), login passwords (Argon2id, in the server).

pub mod derived;
pub mod dpop_nonce;
pub mod keyring;
pub mod sealed_pin;
pub mod secret_file;
pub mod signing_keys;

/// The cryptographic library or its source of randomness failed; nothing about the input is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cryptographic library failed")]
pub struct CryptographyFailed;

impl From<aws_lc_rs::error::Unspecified> for CryptographyFailed {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self
    }
}
