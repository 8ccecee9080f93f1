//! Hashes as they are stored and looked up: 32 bytes.
//! Not here: hashing; whoever calls has hashed already.

use sea_orm::sea_query::ColumnType;
use std::fmt;

/// A SHA-256 hash, never the value behind it. What is hashed has at least 256 bits of entropy (a token, a code,
/// a certificate) or is public; an unkeyed hash of a password or a PIN must not be made.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sha256Digest([u8; 32]);

impl Sha256Digest {
    /// Takes over a hash that was made elsewhere.
    pub const fn new(hash: [u8; 32]) -> Self {
        Self(hash)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Sha256Digest {
    fn from(hash: [u8; 32]) -> Self {
        Self(hash)
    }
}

impl fmt::Debug for Sha256Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Sha256Digest(..)")
    }
}

super::column_value!(Sha256Digest, as Vec<u8>, ColumnType::Binary(32), Bytes,
    store: |value| value.0.to_vec(),
    load: |stored| stored.try_into().ok().map(Sha256Digest));
