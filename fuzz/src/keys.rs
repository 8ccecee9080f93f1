//! Keys whose private halves the fuzzer holds, so that it gets past the signature (RFC 7518, 3; RFC 8037).
//! Not here: keys that guard anything. These are published with the sources.

use std::sync::LazyLock;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _, RSA_PSS_2048_8192_SHA256, RSA_PSS_SHA256, RsaKeyPair, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use renkei_oauth::jwks::{JwkThumbprint, PublicJwk};
use serde_json::{Value, json};

/// A key pair.
pub struct KnownKey {
    pair: Pair,
    jwk: Value,
    thumbprint: JwkThumbprint,
}

enum Pair {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Ps256(RsaKeyPair),
}

static KEYS: LazyLock<[KnownKey; 3]> = LazyLock::new(|| {
    let es256 = include_bytes!("../keys/es256.pk8");
    let ps256 = include_bytes!("../keys/ps256.pk8");
    [
        KnownKey::of(Pair::Es256(
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, es256).unwrap(),
        )),
        KnownKey::of(Pair::EdDsa(
            Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap(),
        )),
        KnownKey::of(Pair::Ps256(RsaKeyPair::from_pkcs8(ps256).unwrap())),
    ]
});

static STRANGER: LazyLock<Ed25519KeyPair> =
    LazyLock::new(|| Ed25519KeyPair::from_seed_unchecked(&[2; 32]).unwrap());

/// The keys that clients have registered: one for each algorithm.
pub fn all() -> &'static [KnownKey; 3] {
    &KEYS
}

/// The key for the algorithm of that name.
pub fn named(algorithm: &str) -> Option<&'static KnownKey> {
    KEYS.iter().find(|key| key.algorithm() == algorithm)
}

/// A signature by a key that nobody has registered.
pub fn sign_as_stranger(message: &[u8]) -> Vec<u8> {
    STRANGER.sign(message).as_ref().to_vec()
}

/// Algorithm confusion: an HMAC under the text of a public key (RFC 8725, 2.1).
pub fn authenticate_by_public_key(message: &[u8]) -> Vec<u8> {
    let secret = KEYS[0].jwk.to_string();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::sign(&key, message).as_ref().to_vec()
}

impl KnownKey {
    fn of(pair: Pair) -> Self {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let jwk = match &pair {
            Pair::Es256(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "kid": "ES256", "x": encode(x), "y": encode(y)})
            }
            Pair::EdDsa(pair) => {
                let x = encode(pair.public_key().as_ref());
                json!({"kty": "OKP", "crv": "Ed25519", "kid": "EdDSA", "x": x})
            }
            Pair::Ps256(pair) => {
                let public: RsaPublicKeyComponents<Vec<u8>> = pair.public_key().into();
                json!({"kty": "RSA", "kid": "PS256", "n": encode(&public.n), "e": encode(&public.e)})
            }
        };
        let thumbprint = PublicJwk::from_value(&jwk).unwrap().thumbprint();
        Self {
            pair,
            jwk,
            thumbprint,
        }
    }

    /// The name of its algorithm, which is its `kid` too.
    pub const fn algorithm(&self) -> &'static str {
        match self.pair {
            Pair::Es256(_) => "ES256",
            Pair::EdDsa(_) => "EdDSA",
            Pair::Ps256(_) => "PS256",
        }
    }

    /// The public key.
    pub const fn jwk(&self) -> &Value {
        &self.jwk
    }

    /// The public key's name (RFC 7638).
    pub const fn thumbprint(&self) -> JwkThumbprint {
        self.thumbprint
    }

    /// A good signature.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Es256(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Pair::EdDsa(pair) => pair.sign(message).as_ref().to_vec(),
            Pair::Ps256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PSS_SHA256, &random, message, &mut signature)
                    .unwrap();
                signature
            }
        }
    }

    /// Whether this key made the signature: asked of the primitive, not of the code under test.
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let (algorithm, public): (&'static dyn VerificationAlgorithm, &[u8]) = match &self.pair {
            Pair::Es256(pair) => (&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref()),
            Pair::EdDsa(pair) => (&ED25519, pair.public_key().as_ref()),
            Pair::Ps256(pair) => (&RSA_PSS_2048_8192_SHA256, pair.public_key().as_ref()),
        };
        UnparsedPublicKey::new(algorithm, public)
            .verify(message, signature)
            .is_ok()
    }
}
