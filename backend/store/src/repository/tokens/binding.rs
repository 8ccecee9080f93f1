//! To what a token is bound: two columns behind one type.
//! Not here: checking the sender constraint (RFC 8705 section 3, RFC 9449 section 7).

use crate::{Sha256Digest, StoreError};

/// To what a token is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoredBinding {
    /// To nothing: a bearer token.
    Unbound,
    /// To the certificate of this SHA-256 (`x5t#S256`, RFC 8705 section 3.1).
    Certificate(Sha256Digest),
    /// To the key of this JWK thumbprint (`jkt`, RFC 9449 section 6.1).
    Key(Sha256Digest),
}

impl StoredBinding {
    pub(super) fn from_columns(
        x5t_s256: Option<Sha256Digest>,
        jkt: Option<Sha256Digest>,
    ) -> Result<Self, StoreError> {
        match (x5t_s256, jkt) {
            (None, None) => Ok(Self::Unbound),
            (Some(thumbprint), None) => Ok(Self::Certificate(thumbprint)),
            (None, Some(thumbprint)) => Ok(Self::Key(thumbprint)),
            (Some(_), Some(_)) => Err(StoreError::Corrupt("token binding")),
        }
    }

    pub(super) const fn x5t_s256(self) -> Option<Sha256Digest> {
        match self {
            Self::Certificate(thumbprint) => Some(thumbprint),
            Self::Unbound | Self::Key(_) => None,
        }
    }

    pub(super) const fn jkt(self) -> Option<Sha256Digest> {
        match self {
            Self::Key(thumbprint) => Some(thumbprint),
            Self::Unbound | Self::Certificate(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_is_one_thing_or_nothing() {
        let hash = Sha256Digest::new([1; 32]);
        assert_eq!(
            StoredBinding::from_columns(Some(hash), Some(hash)),
            Err(StoreError::Corrupt("token binding"))
        );
        for binding in [
            StoredBinding::Unbound,
            StoredBinding::Certificate(hash),
            StoredBinding::Key(hash),
        ] {
            let read = StoredBinding::from_columns(binding.x5t_s256(), binding.jkt());
            assert_eq!(read, Ok(binding));
        }
    }
}
