//! Opaque values that we hand out and later recognise by their hash: codes, tokens, request URIs (RFC 6749, 10.10).
//! Not here: where they are stored, and where their randomness comes from.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

/// A code, token or reference in the clear. It shows itself nowhere but through [`OpaqueValue::expose`].
#[derive(Clone)]
pub struct OpaqueValue(Zeroizing<String>);

impl OpaqueValue {
    /// A new value from 256 bits that nobody can guess: random, or derived under a secret key.
    pub fn from_secret_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// A value as somebody presented it; it may be anything.
    pub fn presented(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The value itself, for the one answer that hands it out.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored and looked up in its place. The value has 256 bits, so no salt is needed.
    pub fn sha256(&self) -> [u8; 32] {
        sha256(self.0.as_bytes())
    }
}

impl std::fmt::Debug for OpaqueValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpaqueValue(..)")
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, bytes).as_ref());
    out
}

/// Reads a SHA-256 as RFCs write it: 43 characters of base64url without padding.
pub(crate) fn sha256_from_base64url(text: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_recognised_by_its_hash_and_never_printed() {
        let issued = OpaqueValue::from_secret_bytes(&[7; 32]);
        let presented = OpaqueValue::presented(issued.expose());
        assert_eq!(issued.sha256(), presented.sha256());
        assert_eq!(issued.expose().len(), 43);
        assert!(!format!("{issued:?}").contains(issued.expose()));
    }
}
