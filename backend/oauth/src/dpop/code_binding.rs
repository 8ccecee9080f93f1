//! Codes that only the holder of a DPoP key can redeem (RFC 9449, 10).
//! Not here: where the key's name is kept between the authorization request and the token request.

use super::VerifiedProof;
use crate::error::{ErrorCode, OAuthError};
use crate::jwks::JwkThumbprint;

/// The key that the code of a pushed request will be bound to: the one that `dpop_jkt` names, or the one that made the
/// proof beside the request (RFC 9449, 10.1).
///
/// # Errors
/// `invalid_request` where both come and differ.
pub fn of_pushed_request(
    dpop_jkt: Option<JwkThumbprint>,
    proof: Option<&VerifiedProof>,
) -> Result<Option<JwkThumbprint>, OAuthError> {
    match (dpop_jkt, proof.map(VerifiedProof::thumbprint)) {
        (Some(named), Some(proven)) if named != proven => Err(OAuthError::new(
            ErrorCode::InvalidRequest,
            "dpop_jkt is not the key of the DPoP proof",
        )),
        (named, proven) => Ok(named.or(proven)),
    }
}

/// Checks the redemption of a code that may be bound to a key. Do this before the code is spent, as with
/// [`crate::token::CodeRedemption::check`].
///
/// # Errors
/// `invalid_grant` where the proof is missing or made by another key.
pub fn check(bound_to: Option<JwkThumbprint>, proof: Option<&VerifiedProof>) -> Result<(), OAuthError> {
    match (bound_to, proof.map(VerifiedProof::thumbprint)) {
        (None, _) => Ok(()),
        (Some(bound), Some(proven)) if bound == proven => Ok(()),
        _ => Err(OAuthError::new(
            ErrorCode::InvalidGrant,
            "the code is bound to a DPoP key, and no proof of that key came",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: JwkThumbprint = JwkThumbprint::from_bytes([1; 32]);
    const OTHER: JwkThumbprint = JwkThumbprint::from_bytes([2; 32]);

    #[test]
    fn a_pushed_request_binds_by_name_or_by_proof() {
        for (named, proven, bound) in [
            (None, None, Ok(None)),
            (Some(KEY), None, Ok(Some(KEY))),
            (None, Some(KEY), Ok(Some(KEY))),
            (Some(KEY), Some(KEY), Ok(Some(KEY))),
            (Some(KEY), Some(OTHER), Err(ErrorCode::InvalidRequest)),
        ] {
            let proof = proven.map(VerifiedProof::for_tests);
            let outcome = of_pushed_request(named, proof.as_ref()).map_err(|error| error.code());
            assert_eq!(outcome, bound, "{named:?} {proven:?}");
        }
    }

    #[test]
    fn a_bound_code_serves_its_key_only() {
        for (bound, proven, expected) in [
            (None, None, Ok(())),
            (None, Some(KEY), Ok(())),
            (Some(KEY), Some(KEY), Ok(())),
            (Some(KEY), Some(OTHER), Err(ErrorCode::InvalidGrant)),
            (Some(KEY), None, Err(ErrorCode::InvalidGrant)),
        ] {
            let proof = proven.map(VerifiedProof::for_tests);
            let outcome = check(bound, proof.as_ref()).map_err(|error| error.code());
            assert_eq!(outcome, expected, "{bound:?} {proven:?}");
        }
    }
}
