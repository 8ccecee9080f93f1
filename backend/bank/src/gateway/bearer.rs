//! The token with which Renkei shows the gateway who it is (RFC 6750 section 2.1).
//! Not here: access tokens that Renkei gives to partners (`renkei-oauth`).

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

const SHORTEST: usize = 32;

/// A bearer token of at least 32 characters of `a-z A-Z 0-9 - . _ ~ + /`, then `=` (RFC 6750 section 2.1). It does
/// not print and is cleared from memory when dropped.
#[derive(Clone)]
pub struct BearerToken(Zeroizing<String>);

/// The text cannot be a bearer token, or one so short that it can be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the gateway's token must be at least 32 characters of a-z A-Z 0-9 - . _ ~ + / =")]
pub struct NotABearerToken;

impl BearerToken {
    /// Takes over a token, such as the text of a file; white space around it is dropped.
    pub fn new(text: &str) -> Result<Self, NotABearerToken> {
        let token = text.trim();
        let fits = token
            .trim_end_matches('=')
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte));
        if fits && token.len() >= SHORTEST {
            Ok(Self(Zeroizing::new(token.to_owned())))
        } else {
            Err(NotABearerToken)
        }
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }

    /// Compares without telling by its duration how much of the token was right.
    pub(super) fn is(&self, presented: &str) -> bool {
        self.0.as_bytes().ct_eq(presented.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_long_and_has_no_other_characters() {
        let good = "0123456789abcdefghijklmnopqrstuvwxyzABC-._~+/==";
        let token = BearerToken::new(&format!(" {good}\n")).unwrap();
        assert!(token.is(good) && !token.is(&good[1..]) && !token.is(""));
        for wrong in [
            "",
            "short",
            "0123456789abcdefghijklmnop\u{e9}qrstuvwxyz",
            "0123456789abcdef ghijklmnopqrstuvwxyz",
        ] {
            assert!(BearerToken::new(wrong).is_err(), "{wrong}");
        }
    }
}
