//! Which public keys may verify signatures: kind, strength and form (RFC 7518, 6; RFC 8037, 2; RFC 8725, 3.4 and 3.5).
//! Not here: the other members of a key, and whose it is.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, EllipticCurveKeyParameters, OctetKeyPairParameters, RSAKeyParameters,
};

/// The Ed25519 points of small order with their coordinate y below p - 1, little-endian: 0, 1 and the two of order 8.
/// Under such a key anybody can make signatures, and the primitive verifies them.
const SMALL_ORDER: [[u8; 32]; 4] = [
    [0; 32],
    [
        1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
        0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

/// The one algorithm that the key serves; `None` for a key that is not accepted.
pub(super) fn suitable_algorithm(parameters: &AlgorithmParameters) -> Option<Algorithm> {
    let (good, algorithm) = match parameters {
        AlgorithmParameters::RSA(key) => (is_good_rsa(key)?, Algorithm::PS256),
        AlgorithmParameters::EllipticCurve(key) => (is_good_p256(key)?, Algorithm::ES256),
        AlgorithmParameters::OctetKeyPair(key) => (is_good_ed25519(key)?, Algorithm::EdDSA),
        _ => return None,
    };
    good.then_some(algorithm)
}

/// 2048 to 8192 bits and an odd exponent above 1. Both numbers come without leading zeros (RFC 7518, 2), so that one
/// key has one thumbprint.
fn is_good_rsa(key: &RSAKeyParameters) -> Option<bool> {
    let (modulus, exponent) = (decode(&key.n)?, decode(&key.e)?);
    let minimal = *modulus.first()? != 0 && *exponent.first()? != 0;
    let sound_exponent = exponent != [1] && exponent.last()? % 2 == 1;
    Some(minimal && sound_exponent && (2048..=8192).contains(&bit_length(&modulus)))
}

/// Two coordinates of 32 bytes; that the point is on the curve, the primitive checks.
fn is_good_p256(key: &EllipticCurveKeyParameters) -> Option<bool> {
    let (x, y) = (decode(&key.x)?, decode(&key.y)?);
    Some(key.curve == EllipticCurve::P256 && x.len() == 32 && y.len() == 32)
}

/// A point in its one encoding (RFC 8032, 5.1.3), not of small order.
fn is_good_ed25519(key: &OctetKeyPairParameters) -> Option<bool> {
    let mut y: [u8; 32] = decode(&key.x)?.try_into().ok()?;
    // The highest bit is the sign of the other coordinate.
    if let Some(last) = y.last_mut() {
        *last &= 0x7f;
    }
    Some(key.curve == EllipticCurve::Ed25519 && is_below_minus_one(&y) && !SMALL_ORDER.contains(&y))
}

/// Whether a little-endian number is less than p - 1 = 2^255 - 20: p - 1 has order 2, and what lies above is no
/// canonical encoding.
fn is_below_minus_one(y: &[u8; 32]) -> bool {
    let [lowest, middle @ .., highest] = y;
    *highest != 0x7f || middle.iter().any(|byte| *byte != 0xff) || *lowest < 0xec
}

fn decode(number: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(number).ok()
}

fn bit_length(number: &[u8]) -> usize {
    let significant = number.iter().skip_while(|byte| **byte == 0).count();
    let first = number.iter().find(|byte| **byte != 0).copied().unwrap_or(0);
    significant * 8 - first.leading_zeros() as usize % 8
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::jwks::{KeyError, PublicJwk};
    use crate::test_clients::TestKey;

    #[test]
    fn bits_are_counted_without_leading_zeros() {
        for (bytes, bits) in [
            (&[][..], 0),
            (&[0, 0], 0),
            (&[1], 1),
            (&[0x80], 8),
            (&[0, 1, 0], 9),
            (&[0xff, 0], 16),
        ] {
            assert_eq!(bit_length(bytes), bits, "{bytes:?}");
        }
    }

    #[test]
    fn ed25519_keys_under_which_anybody_can_sign_are_refused() {
        let high = |lowest: u8| {
            let mut y = [0xff; 32];
            y[0] = lowest;
            y[31] = 0x7f;
            y
        };
        // p - 1 of order 2; then p and p + 1, which are 0 and 1 otherwise written; then the highest number.
        let others = [0xec, 0xed, 0xee, 0xff].map(high);
        for point in SMALL_ORDER.into_iter().chain(others) {
            for sign in [0, 0x80] {
                let mut x = point;
                x[31] |= sign;
                let key = json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(x)});
                assert_eq!(
                    PublicJwk::from_value(&key).unwrap_err(),
                    KeyError::Unsuitable,
                    "{x:?}"
                );
            }
        }
        assert!(PublicJwk::from_value(&TestKey::ed25519("k").public()).is_ok());
        assert!(is_below_minus_one(&high(0xeb)));
    }

    #[test]
    fn rsa_numbers_have_one_form_and_the_exponent_makes_a_signature() {
        let good = TestKey::ps256("k").public();
        assert!(PublicJwk::from_value(&good).is_ok());
        let longer = [vec![0], decode(good["n"].as_str().unwrap()).unwrap()].concat();
        for (name, value) in [
            ("n", URL_SAFE_NO_PAD.encode(longer)),
            ("n", String::new()),
            ("e", URL_SAFE_NO_PAD.encode([0, 1, 0, 1])),
            ("e", URL_SAFE_NO_PAD.encode([1])),
            ("e", URL_SAFE_NO_PAD.encode([1, 0, 0])),
            ("e", URL_SAFE_NO_PAD.encode([0])),
            ("e", String::new()),
        ] {
            let mut key = good.clone();
            key[name] = value.as_str().into();
            assert_eq!(
                PublicJwk::from_value(&key).unwrap_err(),
                KeyError::Unsuitable,
                "{name} = {value}"
            );
        }
    }
}
