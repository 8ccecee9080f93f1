//! The keyring: named 256-bit keys, one of them active, and the subkeys made from each for one purpose apiece.
//! Not here: what the subkeys do (`sealed_pin`, `derived`), and keys that sign (`signing_keys`).
//!
//! Rotation: add a key under `[keys]` with a new id, name it in `active`, restart. What was sealed or derived under
//! the earlier key stays good as long as that key stands in the file.

use crate::CryptographyFailed;
use crate::derived::Purpose;
use crate::secret_file::{self, SecretFileError};
use aws_lc_rs::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use aws_lc_rs::rand::SecureRandom;
use aws_lc_rs::{hkdf, hmac};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const KEY_LENGTH: usize = 32;
/// Application-wide salt of HKDF-Extract (RFC 5869 section 3.1: it need not be secret).
const SALT: &[u8] = b"renkei/vault/v1";
const SEALED_PIN_LABEL: &[u8] = b"renkei/vault/v1/sealed-pin/aes-256-gcm";

/// The name of a key in the keyring: 1 to 32 of `a-z A-Z 0-9 - _`, so that it fits into sealed texts. It is
/// no secret: what was sealed or derived is stored with it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId(String);

impl KeyId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for KeyId {
    type Err = InvalidKeyId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=32).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidKeyId)
        }
    }
}

impl TryFrom<String> for KeyId {
    type Error = InvalidKeyId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> Self {
        id.0
    }
}

/// The text cannot name a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key id is 1 to 32 of the characters a-z A-Z 0-9 - _")]
pub struct InvalidKeyId;

/// Why a keyring was refused. No message ever quotes the file: what stands there is secret.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The file cannot or must not be read.
    #[error(transparent)]
    File(#[from] SecretFileError),
    /// The environment variable is absent or not UTF-8.
    #[error("the environment variable {0} is not set")]
    NoVariable(String),
    /// It is not TOML of the form `active = "id"` and `[keys] id = "base64"`.
    #[error("the keyring is not of the expected form (line {line})")]
    Malformed {
        /// Where the first fault lies, counted from 1.
        line: usize,
    },
    /// A key has a name that cannot be one.
    #[error("the keyring names a key in a form that is not allowed: {0}")]
    KeyId(#[from] InvalidKeyId),
    /// A key is not 32 bytes in base64.
    #[error("key {0} of the keyring is not 32 bytes in base64")]
    NotAKey(KeyId),
    /// `active` names no key under `[keys]`.
    #[error("the keyring's active key {0} is not among its keys")]
    NoActiveKey(KeyId),
    /// Subkeys could not be derived.
    #[error(transparent)]
    Cryptography(#[from] CryptographyFailed),
}

/// A key was asked for that the keyring does not hold (any more).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the keyring holds no key {0}")]
pub struct UnknownKey(pub KeyId);

/// The keyring, ready for use. It neither prints nor serialises; aws-lc clears the subkeys when they are dropped.
pub struct Vault {
    active: KeyId,
    active_subkeys: Arc<Subkeys>,
    keys: BTreeMap<KeyId, Arc<Subkeys>>,
}

/// What is made of one key of the keyring; the key itself is not kept.
pub(crate) struct Subkeys {
    pub(crate) sealing: LessSafeKey,
    derivation: [hmac::Key; Purpose::ALL.len()],
}

impl Subkeys {
    fn new(key: &[u8; KEY_LENGTH]) -> Result<Self, CryptographyFailed> {
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, SALT).extract(key);
        let sealing = LessSafeKey::new(UnboundKey::new(
            &AES_256_GCM,
            expand(&root, SEALED_PIN_LABEL)?.as_slice(),
        )?);
        let mut derivation = Vec::with_capacity(Purpose::ALL.len());
        for purpose in Purpose::ALL {
            let subkey = expand(&root, purpose.label().as_bytes())?;
            derivation.push(hmac::Key::new(hmac::HMAC_SHA256, subkey.as_slice()));
        }
        Ok(Self {
            sealing,
            derivation: derivation.try_into().map_err(|_| CryptographyFailed)?,
        })
    }

    pub(crate) const fn derivation(&self, purpose: Purpose) -> &hmac::Key {
        &self.derivation[purpose as usize]
    }
}

struct SubkeyLength;

impl hkdf::KeyType for SubkeyLength {
    fn len(&self) -> usize {
        KEY_LENGTH
    }
}

fn expand(root: &hkdf::Prk, label: &[u8]) -> Result<Zeroizing<[u8; KEY_LENGTH]>, CryptographyFailed> {
    let mut subkey = Zeroizing::new([0; KEY_LENGTH]);
    root.expand(&[label], SubkeyLength)?.fill(subkey.as_mut_slice())?;
    Ok(subkey)
}

#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
struct KeyText(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyringText {
    active: String,
    keys: BTreeMap<String, KeyText>,
}

impl Vault {
    /// Reads the keyring's text: `active = "k1"` and, under `[keys]`, `k1 = "<32 bytes in base64>"`.
    pub fn from_text(text: &str) -> Result<Self, KeyringError> {
        let parsed: KeyringText = toml::from_str(text).map_err(|error| KeyringError::Malformed {
            line: line_of(text, &error),
        })?;
        let active: KeyId = parsed.active.parse()?;
        let mut keys = BTreeMap::new();
        for (id, key_text) in &parsed.keys {
            let id: KeyId = id.parse()?;
            let bytes = STANDARD.decode(&key_text.0).map(Zeroizing::new);
            let key = match bytes
                .as_deref()
                .map(|bytes| <&[u8; KEY_LENGTH]>::try_from(bytes.as_slice()))
            {
                Ok(Ok(key)) => Arc::new(Subkeys::new(key)?),
                _ => return Err(KeyringError::NotAKey(id)),
            };
            keys.insert(id, key);
        }
        match keys.get(&active).cloned() {
            Some(active_subkeys) => Ok(Self {
                active,
                active_subkeys,
                keys,
            }),
            None => Err(KeyringError::NoActiveKey(active)),
        }
    }

    /// Reads the keyring from a file that only its owner can read.
    pub fn from_file(path: &Path) -> Result<Self, KeyringError> {
        Self::from_text(&secret_file::read(path)?)
    }

    /// Reads the keyring from an environment variable that holds the same text as the file would.
    pub fn from_environment(variable: &str) -> Result<Self, KeyringError> {
        let text = std::env::var(variable).map_err(|_| KeyringError::NoVariable(variable.to_owned()))?;
        Self::from_text(&Zeroizing::new(text))
    }

    /// The text of a new keyring with one fresh key, for [`secret_file::write_new`].
    pub fn generate(id: &KeyId, rng: &dyn SecureRandom) -> Result<Zeroizing<String>, CryptographyFailed> {
        let mut key = Zeroizing::new([0; KEY_LENGTH]);
        rng.fill(key.as_mut_slice())?;
        let encoded = Zeroizing::new(STANDARD.encode(key.as_slice()));
        Ok(Zeroizing::new(format!(
            "# Renkei's keyring. Whoever has it can open the sealed inquiry PINs: keep it out of back-ups of the database.\n\
             # To rotate, add a key under [keys] and name it here; keep the earlier ones while anything sealed needs them.\n\
             active = \"{id}\"\n\n[keys]\n{id} = \"{}\"\n",
            encoded.as_str()
        )))
    }

    /// The key under which new values are sealed and derived. Whoever has to derive the same values again later keeps
    /// this id from the start and goes by [`Vault::derive_under`], so that a new active key does not part them.
    pub const fn active_key(&self) -> &KeyId {
        &self.active
    }

    pub(crate) fn active_subkeys(&self) -> &Subkeys {
        &self.active_subkeys
    }

    pub(crate) fn all_subkeys(&self) -> impl Iterator<Item = &Subkeys> {
        self.keys.values().map(Arc::as_ref)
    }

    pub(crate) fn subkeys(&self, id: &KeyId) -> Result<&Subkeys, UnknownKey> {
        self.keys
            .get(id)
            .map(Arc::as_ref)
            .ok_or_else(|| UnknownKey(id.clone()))
    }
}

/// Where parsing stopped. The parser's own message quotes the text, so it is not passed on.
pub(crate) fn line_of(text: &str, error: &toml::de::Error) -> usize {
    let offset = error.span().map_or(0, |span| span.start);
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use aws_lc_rs::rand::SystemRandom;

    /// A keyring whose keys are known bytes; the first is active.
    pub(crate) fn vault(keys: &[(&str, u8)]) -> Vault {
        let lines: Vec<String> = keys
            .iter()
            .map(|(id, byte)| format!("{id} = \"{}\"", STANDARD.encode([*byte; 32])))
            .collect();
        Vault::from_text(&format!(
            "active = \"{}\"\n[keys]\n{}\n",
            keys[0].0,
            lines.join("\n")
        ))
        .unwrap()
    }

    fn refusal(text: &str) -> KeyringError {
        match Vault::from_text(text) {
            Ok(_) => panic!("accepted: {text}"),
            Err(error) => error,
        }
    }

    #[test]
    fn a_generated_keyring_is_read_back_and_is_never_the_same() {
        let id: KeyId = "k1".parse().unwrap();
        let (one, two) = (
            Vault::generate(&id, &SystemRandom::new()).unwrap(),
            Vault::generate(&id, &SystemRandom::new()).unwrap(),
        );
        assert_ne!(one.as_str(), two.as_str());
        assert_eq!(Vault::from_text(&one).unwrap().active_key(), &id);

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault-keys.toml");
        secret_file::write_new(&path, &one).unwrap();
        assert_eq!(Vault::from_file(&path).unwrap().active_key(), &id);
    }

    #[test]
    fn the_environment_is_read_and_judged_like_a_file() {
        assert!(matches!(
            Vault::from_environment("RENKEI_NO_SUCH_VARIABLE"),
            Err(KeyringError::NoVariable(_))
        ));
        // Cargo sets this one, so its text is what gets judged.
        assert!(matches!(
            Vault::from_environment("CARGO_PKG_NAME"),
            Err(KeyringError::Malformed { line: 1 })
        ));
    }

    #[test]
    fn refusals_say_what_is_wrong_and_quote_no_key() {
        let key = STANDARD.encode([7; 32]);
        let no_active = format!("active = \"k2\"\n[keys]\nk1 = \"{key}\"\n");
        assert!(matches!(refusal(&no_active), KeyringError::NoActiveKey(id) if id.as_str() == "k2"));
        let short = format!("active = \"k1\"\n[keys]\nk1 = \"{}\"\n", STANDARD.encode([7; 31]));
        assert!(matches!(refusal(&short), KeyringError::NotAKey(_)));
        let bad_id = format!("active = \"k1\"\n[keys]\n\"k.1\" = \"{key}\"\n");
        assert!(matches!(refusal(&bad_id), KeyringError::KeyId(_)));
        for malformed in [
            format!("active = \"k1\"\n[keys]\nk1 = {key}\n"),
            format!("active = \"k1\"\nkeys = \"{key}\"\n"),
            format!("active = \"k1\"\nother = \"{key}\"\n[keys]\nk1 = \"{key}\"\n"),
        ] {
            let error = refusal(&malformed);
            assert!(matches!(error, KeyringError::Malformed { .. }));
            assert!(!format!("{error} {error:?}").contains(&key[..8]), "{error:?}");
        }
        assert!(matches!(
            refusal("active = \"k1\"\n\n[keys]\nk1 = 3\n"),
            KeyringError::Malformed { line: 4 }
        ));
    }

    #[test]
    fn every_purpose_has_its_own_place() {
        for (place, purpose) in Purpose::ALL.into_iter().enumerate() {
            assert_eq!(purpose as usize, place);
        }
    }
}
