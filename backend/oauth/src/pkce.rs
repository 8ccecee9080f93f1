//! Proof Key for Code Exchange, method S256 only (RFC 7636).
//! Not here: the method `plain`, which RFC 9700 2.1.1 and FAPI 2.0 forbid.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::OAuthError;
use crate::opaque::sha256;
use crate::parameters::Parameters;

/// An S256 code challenge: the SHA-256 of a verifier, base64url without padding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeChallenge([u8; 32]);

/// The text is not the base64url form of a SHA-256 hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed code challenge")]
pub struct MalformedChallenge;

impl CodeChallenge {
    /// Reads a challenge (RFC 7636, 4.2).
    pub fn parse(text: &str) -> Result<Self, MalformedChallenge> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| MalformedChallenge)?;
        Ok(Self(bytes.try_into().map_err(|_| MalformedChallenge)?))
    }

    /// Takes `code_challenge` and `code_challenge_method` out of an authorization request. Both are
    /// required: an absent method would mean `plain` (RFC 7636, 4.3).
    pub fn from_parameters(parameters: &Parameters) -> Result<Self, OAuthError> {
        let challenge =
            parameters.require("code_challenge", "code_challenge is missing; PKCE is required")?;
        if parameters.get("code_challenge_method") != Some("S256") {
            return Err(OAuthError::invalid_request("code_challenge_method must be S256"));
        }
        Self::parse(challenge)
            .map_err(|_| OAuthError::invalid_request("code_challenge must be 43 characters of base64url"))
    }

    /// Whether this verifier made the challenge; in constant time (RFC 7636, 4.6).
    pub fn matches(&self, verifier: &CodeVerifier) -> bool {
        verify_slices_are_equal(&self.0, &sha256(verifier.0.as_bytes())).is_ok()
    }
}

impl From<CodeChallenge> for String {
    fn from(challenge: CodeChallenge) -> Self {
        URL_SAFE_NO_PAD.encode(challenge.0)
    }
}

impl TryFrom<String> for CodeChallenge {
    type Error = MalformedChallenge;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

/// A code verifier: 43 to 128 unreserved characters (RFC 7636, 4.1). It never prints itself.
#[derive(Clone)]
pub struct CodeVerifier(Zeroizing<String>);

impl CodeVerifier {
    /// Reads a verifier; `None` when it breaks the grammar.
    pub fn parse(text: &str) -> Option<Self> {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
        ((43..=128).contains(&text.len()) && text.bytes().all(unreserved))
            .then(|| Self(Zeroizing::new(text.to_owned())))
    }
}

impl std::fmt::Debug for CodeVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeVerifier(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_rfc_matches() {
        let challenge = CodeChallenge::parse(CHALLENGE).unwrap();
        assert!(challenge.matches(&CodeVerifier::parse(VERIFIER).unwrap()));
        assert_eq!(String::from(challenge), CHALLENGE);
    }

    #[test]
    fn another_verifier_does_not_match() {
        let challenge = CodeChallenge::parse(CHALLENGE).unwrap();
        let other = CodeVerifier::parse(&VERIFIER.replace('d', "e")).unwrap();
        assert!(!challenge.matches(&other));
        // The challenge itself as verifier would be the method `plain`.
        assert!(!challenge.matches(&CodeVerifier::parse(CHALLENGE).unwrap()));
    }

    #[test]
    fn challenges_that_are_refused() {
        for text in [
            "",
            "short",
            &CHALLENGE[1..],
            &format!("{CHALLENGE}="),
            &format!("{CHALLENGE}A"),
            &CHALLENGE.replace('-', "+"),
        ] {
            assert!(CodeChallenge::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn verifiers_that_are_refused() {
        for text in [
            "",
            &VERIFIER[1..],
            &"a".repeat(129),
            &format!("{}=", &VERIFIER[1..]),
            &format!("{} ", &VERIFIER[1..]),
        ] {
            assert!(CodeVerifier::parse(text).is_none(), "{text}");
        }
        assert!(CodeVerifier::parse(&"~".repeat(128)).is_some());
    }

    #[test]
    fn the_method_must_be_said_and_be_s256() {
        for (query, good) in [
            (
                format!("code_challenge={CHALLENGE}&code_challenge_method=S256"),
                true,
            ),
            (format!("code_challenge={CHALLENGE}"), false),
            (
                format!("code_challenge={CHALLENGE}&code_challenge_method=plain"),
                false,
            ),
            (
                format!("code_challenge={CHALLENGE}&code_challenge_method=s256"),
                false,
            ),
            ("code_challenge_method=S256".to_owned(), false),
        ] {
            let outcome = CodeChallenge::from_parameters(&Parameters::from_query(&query));
            assert_eq!(outcome.is_ok(), good, "{query}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in "\\PC{0,140}") {
            let _ = CodeChallenge::parse(&text);
            let _ = CodeVerifier::parse(&text);
        }
    }
}
