//! The keys with which Renkei signs as an issuer, their public half as JWKs (RFC 7517), and signing a JWT (RFC 7519).
//! Not here: which claims stand in a JWT, and keys of TLS or of partners.
//!
//! Rotation: publish a new key as `next` until every partner has fetched it, then make it `active` and the earlier one
//! `retiring`; drop that when the last thing it signed has expired.

use crate::CryptographyFailed;
use crate::keyring::line_of;
use crate::secret_file::{self, SecretFileError};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SecureRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::{Deserialize, Serialize};
use std::path::Path;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The signature algorithms that FAPI 2.0 Security Profile section 5.4 allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SigningAlgorithm {
    /// ECDSA on P-256 with SHA-256; the default.
    ES256,
    /// RSASSA-PSS with SHA-256, 2048 bits or more.
    PS256,
    /// Ed25519 (RFC 8037).
    EdDSA,
}

impl SigningAlgorithm {
    /// The `alg` of JOSE headers and metadata.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ES256 => "ES256",
            Self::PS256 => "PS256",
            Self::EdDSA => "EdDSA",
        }
    }

    const fn jose(self) -> Algorithm {
        match self {
            Self::ES256 => Algorithm::ES256,
            Self::PS256 => Algorithm::PS256,
            Self::EdDSA => Algorithm::EdDSA,
        }
    }

    fn encoding_key(self, pem: &[u8]) -> jsonwebtoken::errors::Result<EncodingKey> {
        match self {
            Self::ES256 => EncodingKey::from_ec_pem(pem),
            Self::PS256 => EncodingKey::from_rsa_pem(pem),
            Self::EdDSA => EncodingKey::from_ed_pem(pem),
        }
    }
}

/// Where a key stands in its life. All of them are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyStatus {
    /// Published ahead of its use.
    Next,
    /// Signs.
    Active,
    /// Signs no more, but what it signed is still about.
    Retiring,
}

/// Why a file of signing keys was refused. No message ever quotes the file.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeysError {
    /// The file cannot or must not be read.
    #[error(transparent)]
    File(#[from] SecretFileError),
    /// It is not TOML of the expected form.
    #[error("the signing keys are not of the expected form (line {line})")]
    Malformed {
        /// Where the first fault lies, counted from 1.
        line: usize,
    },
    /// The key is not PKCS#8 PEM of its algorithm, or too weak.
    #[error("signing key {0} is not a PKCS#8 PEM key for its algorithm")]
    NotAKey(String),
    /// Two keys bear the same id.
    #[error("signing key {0} stands there twice")]
    Twice(String),
    /// Not exactly one key is active.
    #[error("exactly one signing key must be active, not {0}")]
    NotOneActive(usize),
}

/// A JWT could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The claims do not serialise, or the library failed.
    #[error("the JWT could not be signed: {0}")]
    Failed(#[from] jsonwebtoken::errors::Error),
}

#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
struct PemText(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyText {
    kid: String,
    alg: SigningAlgorithm,
    status: KeyStatus,
    pem: PemText,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SigningKeysText {
    #[serde(rename = "key")]
    keys: Vec<KeyText>,
}

struct SigningKey {
    kid: String,
    algorithm: SigningAlgorithm,
    key: EncodingKey,
}

/// The issuer's keys. They neither print nor serialise; jsonwebtoken clears the private key when it is dropped.
pub struct SigningKeys {
    active: SigningKey,
    public: Vec<Jwk>,
}

impl SigningKeys {
    /// Reads `[[key]]` tables of `kid`, `alg` (ES256, PS256, EdDSA), `status` (next, active, retiring) and `pem`
    /// (PKCS#8, RFC 5958).
    pub fn from_text(text: &str) -> Result<Self, SigningKeysError> {
        let parsed: SigningKeysText = toml::from_str(text).map_err(|error| SigningKeysError::Malformed {
            line: line_of(text, &error),
        })?;
        let mut public: Vec<Jwk> = Vec::with_capacity(parsed.keys.len());
        let mut active = Vec::with_capacity(1);
        for KeyText {
            kid,
            alg,
            status,
            pem,
        } in parsed.keys
        {
            let unfit = |_| SigningKeysError::NotAKey(kid.clone());
            let key = alg.encoding_key(pem.0.as_bytes()).map_err(unfit)?;
            if public.iter().any(|jwk| jwk.common.key_id.as_ref() == Some(&kid)) {
                return Err(SigningKeysError::Twice(kid));
            }
            public.push(public_jwk(&key, alg, &kid).map_err(unfit)?);
            if status == KeyStatus::Active {
                active.push(SigningKey {
                    kid,
                    algorithm: alg,
                    key,
                });
            }
        }
        match <[SigningKey; 1]>::try_from(active) {
            Ok([active]) => Ok(Self { active, public }),
            Err(others) => Err(SigningKeysError::NotOneActive(others.len())),
        }
    }

    /// Reads the keys from a file that only its owner can read.
    pub fn from_file(path: &Path) -> Result<Self, SigningKeysError> {
        Self::from_text(&secret_file::read(path)?)
    }

    /// The text of a new file with one fresh active key, for [`secret_file::write_new`]; its `kid` is the key's
    /// thumbprint (RFC 7638).
    pub fn generate(
        algorithm: SigningAlgorithm,
        rng: &dyn SecureRandom,
    ) -> Result<Zeroizing<String>, CryptographyFailed> {
        let pem = generate_pem(algorithm, rng)?;
        let kid = algorithm
            .encoding_key(pem.as_bytes())
            .and_then(|key| public_jwk(&key, algorithm, ""))
            .and_then(|jwk| jwk.thumbprint(ThumbprintHash::SHA256))
            .map_err(|_| CryptographyFailed)?;
        Ok(Zeroizing::new(format!(
            "# Renkei's signing keys. status: next (published ahead), active (signs; exactly one), retiring.\n\
             [[key]]\nkid = \"{kid}\"\nalg = \"{}\"\nstatus = \"active\"\npem = \"\"\"\n{}\"\"\"\n",
            algorithm.name(),
            pem.as_str()
        )))
    }

    /// The public keys, each with `kid`, `alg` and `use`, as the value of `keys` of a JWK set (RFC 7517 section 5).
    pub fn public_jwks(&self) -> Result<Vec<serde_json::Value>, serde_json::Error> {
        self.public.iter().map(serde_json::to_value).collect()
    }

    /// The id of the key that signs.
    pub fn active_kid(&self) -> &str {
        &self.active.kid
    }

    /// The algorithm of the key that signs.
    pub const fn active_algorithm(&self) -> SigningAlgorithm {
        self.active.algorithm
    }

    /// Signs claims as a JWT; `typ` such as `JWT` or `oauth-authz-resp+jwt` (RFC 8725 section 3.11).
    pub fn sign<C: Serialize>(&self, typ: &str, claims: &C) -> Result<String, SignError> {
        let mut header = Header::new(self.active.algorithm.jose());
        header.typ = Some(typ.to_owned());
        header.kid = Some(self.active.kid.clone());
        Ok(jsonwebtoken::encode(&header, claims, &self.active.key)?)
    }
}

fn public_jwk(
    key: &EncodingKey,
    algorithm: SigningAlgorithm,
    kid: &str,
) -> jsonwebtoken::errors::Result<Jwk> {
    let mut jwk = Jwk::from_encoding_key(key, algorithm.jose())?;
    jwk.common.key_id = Some(kid.to_owned());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    Ok(jwk)
}

fn generate_pem(
    algorithm: SigningAlgorithm,
    rng: &dyn SecureRandom,
) -> Result<Zeroizing<String>, CryptographyFailed> {
    let der = Zeroizing::new(match algorithm {
        SigningAlgorithm::ES256 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, rng)?
            .as_ref()
            .to_vec(),
        SigningAlgorithm::PS256 => {
            let pair = RsaKeyPair::generate(KeySize::Rsa3072)?;
            AsDer::<Pkcs8V1Der<'_>>::as_der(&pair)?.as_ref().to_vec()
        }
        SigningAlgorithm::EdDSA => Ed25519KeyPair::generate_pkcs8v1(rng)?.as_ref().to_vec(),
    });
    let encoding = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    Ok(Zeroizing::new(pem::encode_config(
        &pem::Pem::new("PRIVATE KEY", der.as_slice()),
        encoding,
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::rand::SystemRandom;
    use jsonwebtoken::{DecodingKey, TokenData, Validation};
    use serde_json::{Value, json};

    fn generate(algorithm: SigningAlgorithm) -> String {
        SigningKeys::generate(algorithm, &SystemRandom::new())
            .unwrap()
            .to_string()
    }

    fn refusal(text: &str) -> SigningKeysError {
        match SigningKeys::from_text(text) {
            Ok(_) => panic!("accepted"),
            Err(error) => error,
        }
    }

    #[test]
    fn what_each_algorithm_signs_its_public_jwk_verifies() {
        for algorithm in [
            SigningAlgorithm::ES256,
            SigningAlgorithm::PS256,
            SigningAlgorithm::EdDSA,
        ] {
            let keys = SigningKeys::from_text(&generate(algorithm)).unwrap();
            let token = keys
                .sign("JWT", &json!({"iss": "https://localhost:8443"}))
                .unwrap();

            let [public] = keys.public_jwks().unwrap().try_into().unwrap();
            assert_eq!(public["kid"], keys.active_kid());
            assert_eq!(public["alg"], algorithm.name());
            assert_eq!(public["use"], "sig");
            for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
                assert_eq!(public.get(private), None, "{algorithm:?} publishes {private}");
            }

            let jwk: Jwk = serde_json::from_value(public).unwrap();
            let mut validation = Validation::new(algorithm.jose());
            validation.required_spec_claims.clear();
            let read: TokenData<Value> =
                jsonwebtoken::decode(&token, &DecodingKey::from_jwk(&jwk).unwrap(), &validation).unwrap();
            assert_eq!(read.claims["iss"], "https://localhost:8443");
            assert_eq!(read.header.kid.as_deref(), Some(keys.active_kid()));

            let other = SigningKeys::from_text(&generate(algorithm)).unwrap();
            let other: Jwk = serde_json::from_value(other.public_jwks().unwrap().remove(0)).unwrap();
            let foreign =
                jsonwebtoken::decode::<Value>(&token, &DecodingKey::from_jwk(&other).unwrap(), &validation);
            assert!(foreign.is_err(), "{algorithm:?}");
        }
    }

    #[test]
    fn keys_of_every_status_are_published_and_only_the_active_one_signs() {
        let (retiring, active) = (
            generate(SigningAlgorithm::ES256),
            generate(SigningAlgorithm::EdDSA),
        );
        let next = generate(SigningAlgorithm::ES256).replace("\"active\"", "\"next\"");
        let text = format!("{}{active}{next}", retiring.replace("\"active\"", "\"retiring\""));
        let keys = SigningKeys::from_text(&text).unwrap();
        assert_eq!(keys.active_algorithm(), SigningAlgorithm::EdDSA);
        let public = keys.public_jwks().unwrap();
        assert_eq!(public.len(), 3);
        assert_eq!(public[1]["kid"], keys.active_kid());
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        let good = generate(SigningAlgorithm::ES256);
        assert!(matches!(
            refusal(&format!("{good}{good}")),
            SigningKeysError::Twice(_)
        ));
        let none = good.replace("\"active\"", "\"next\"");
        assert!(matches!(refusal(&none), SigningKeysError::NotOneActive(0)));
        let two = format!("{good}{}", generate(SigningAlgorithm::EdDSA));
        assert!(matches!(refusal(&two), SigningKeysError::NotOneActive(2)));
        assert!(matches!(
            refusal(&good.replace("ES256", "PS256")),
            SigningKeysError::NotAKey(_)
        ));
        assert!(matches!(
            refusal(&good.replace("ES256", "EdDSA")),
            SigningKeysError::NotAKey(_)
        ));
        assert!(matches!(
            refusal(&good.replace("ES256", "none")),
            SigningKeysError::Malformed { .. }
        ));
        assert!(matches!(refusal(""), SigningKeysError::Malformed { .. }));
    }

    #[test]
    fn refusals_quote_no_key() {
        let good = generate(SigningAlgorithm::ES256);
        let secret = good.lines().find(|line| line.starts_with("MI")).unwrap();
        let error = refusal(&good.replace("pem = \"\"\"", "pem = 3\nother = \"\"\""));
        assert!(!format!("{error} {error:?}").contains(secret));
    }
}
