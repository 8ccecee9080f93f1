//! The signature algorithms of our own keys (RFC 7518 section 3.1, RFC 8037 section 3.1), and fresh keys for them.
//! Not here: which algorithms a partner may sign with (`renkei-oauth`).

use crate::CryptographyFailed;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SecureRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// The signature algorithms that FAPI 2.0 Security Profile section 5.4 allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SigningAlgorithm {
    /// ECDSA on P-256 with SHA-256.
    ES256,
    /// RSASSA-PSS with SHA-256, 2048 bits or more.
    PS256,
    /// Ed25519 (RFC 8037).
    EdDSA,
}

impl SigningAlgorithm {
    /// All of them, the one that is preferred first.
    pub const ALL: [Self; 3] = [Self::ES256, Self::PS256, Self::EdDSA];

    /// The `alg` of JOSE headers and metadata.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ES256 => "ES256",
            Self::PS256 => "PS256",
            Self::EdDSA => "EdDSA",
        }
    }

    /// The algorithm of this name, written exactly so.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    pub(super) const fn jose(self) -> Algorithm {
        match self {
            Self::ES256 => Algorithm::ES256,
            Self::PS256 => Algorithm::PS256,
            Self::EdDSA => Algorithm::EdDSA,
        }
    }

    pub(super) fn encoding_key(self, pem: &[u8]) -> jsonwebtoken::errors::Result<EncodingKey> {
        match self {
            Self::ES256 => EncodingKey::from_ec_pem(pem),
            Self::PS256 => EncodingKey::from_rsa_pem(pem),
            Self::EdDSA => EncodingKey::from_ed_pem(pem),
        }
    }

    pub(super) fn public_jwk(self, key: &EncodingKey, kid: &str) -> jsonwebtoken::errors::Result<Jwk> {
        let mut jwk = Jwk::from_encoding_key(key, self.jose())?;
        jwk.common.key_id = Some(kid.to_owned());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(jwk)
    }

    /// A fresh private key as PKCS#8 in PEM; RSA of 3072 bits, good beyond 2030 (NIST SP 800-57 part 1, table 2).
    pub(super) fn generate_pem(
        self,
        rng: &dyn SecureRandom,
    ) -> Result<Zeroizing<String>, CryptographyFailed> {
        let der = Zeroizing::new(match self {
            Self::ES256 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, rng)?
                .as_ref()
                .to_vec(),
            Self::PS256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa3072)?;
                AsDer::<Pkcs8V1Der<'_>>::as_der(&pair)?.as_ref().to_vec()
            }
            Self::EdDSA => Ed25519KeyPair::generate_pkcs8v1(rng)?.as_ref().to_vec(),
        });
        let encoding = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
        Ok(Zeroizing::new(pem::encode_config(
            &pem::Pem::new("PRIVATE KEY", der.as_slice()),
            encoding,
        )))
    }
}

impl From<SigningAlgorithm> for Algorithm {
    fn from(algorithm: SigningAlgorithm) -> Self {
        algorithm.jose()
    }
}

impl fmt::Display for SigningAlgorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
