//! Public keys as they are compared between a certificate and a JWK (RFC 5280, 4.1.2.7; RFC 7518, 6).
//! Not here: whether a key is strong enough (`jwks`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use x509_parser::public_key::PublicKey as ParsedKey;
use x509_parser::x509::SubjectPublicKeyInfo;

const RSA: &str = "1.2.840.113549.1.1.1";
const EC: &str = "1.2.840.10045.2.1";
const P256: &str = "1.2.840.10045.3.1.7";
const ED25519: &str = "1.3.101.112";

/// A public key of one of the three kinds that we know, in one form whatever it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PublicKey {
    /// Both numbers big-endian, without leading zeros.
    Rsa {
        /// The modulus.
        modulus: Vec<u8>,
        /// The exponent.
        exponent: Vec<u8>,
    },
    /// The coordinates, 32 bytes each.
    P256 {
        /// The point, uncompressed: x, then y.
        point: Vec<u8>,
    },
    /// The 32 bytes of RFC 8032.
    Ed25519(Vec<u8>),
}

impl PublicKey {
    /// The key of a certificate; `None` for a kind that no registered key has.
    pub(super) fn from_certificate(info: &SubjectPublicKeyInfo<'_>) -> Option<Self> {
        let data = &info.subject_public_key.data;
        match info.algorithm.algorithm.to_id_string().as_str() {
            RSA => match info.parsed().ok()? {
                ParsedKey::RSA(key) => Some(Self::Rsa {
                    modulus: number(key.modulus),
                    exponent: number(key.exponent),
                }),
                _ => None,
            },
            EC => {
                let curve = info.algorithm.parameters.as_ref()?.as_oid().ok()?;
                let point = data.strip_prefix(&[4])?;
                (curve.to_id_string() == P256 && point.len() == 64).then(|| Self::P256 {
                    point: point.to_vec(),
                })
            }
            ED25519 => (data.len() == 32).then(|| Self::Ed25519(data.to_vec())),
            _ => None,
        }
    }

    /// The key of a JWK; `None` for a kind that cannot be registered.
    pub(super) fn from_jwk(jwk: &Value) -> Option<Self> {
        let text = |name: &str| jwk.get(name)?.as_str();
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        match (text("kty")?, text("crv")) {
            ("RSA", _) => Some(Self::Rsa {
                modulus: number(&bytes("n")?),
                exponent: number(&bytes("e")?),
            }),
            ("EC", Some("P-256")) => Some(Self::P256 {
                point: [bytes("x")?, bytes("y")?].concat(),
            }),
            ("OKP", Some("Ed25519")) => Some(Self::Ed25519(bytes("x")?)),
            _ => None,
        }
    }
}

fn number(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().skip_while(|byte| *byte == 0).collect()
}
