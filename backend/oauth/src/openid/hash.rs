//! `at_hash`: the left half of the hash of a token (OpenID Connect Core 1.0, 3.1.3.6).
//! Not here: `c_hash`, due only where an id_token travels beside its code (3.3.2.11), and `s_hash` of FAPI 1.0, which
//! protects the same answer. With `code` alone, PKCE, `iss` and JARM do that work.

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;

/// The left half of the hash, base64url, by the hash function of the id_token's signature: SHA-256 for PS256 and ES256,
/// SHA-512 for Ed25519, which is what client libraries compute.
pub(super) fn left_half(token: &str, signed_by: Algorithm) -> String {
    let function = if signed_by == Algorithm::EdDSA {
        &SHA512
    } else {
        &SHA256
    };
    let hash = digest(function, token.as_bytes());
    let (left, _) = hash.as_ref().split_at(hash.as_ref().len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_openid_connect_core() {
        // OpenID Connect Core 1.0, A.3: access token and at_hash.
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        for algorithm in [Algorithm::PS256, Algorithm::ES256] {
            assert_eq!(left_half(token, algorithm), "77QmUPtjPfzWtF2AnpK9RQ");
        }
        assert_eq!(left_half(token, Algorithm::EdDSA).len(), 43, "half of SHA-512");
    }
}
