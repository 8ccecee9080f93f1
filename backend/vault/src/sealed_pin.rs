//! Sealed inquiry PINs: what the database keeps so that later inquiries can show the core the PIN.
//! Not here: whether a PIN is right, and when a seal is to be thrown away (the core refused it: the server deletes it).
//!
//! The text is `v1.<key id>.<nonce>.<ciphertext and tag>`, the last two in base64url without padding. AES-256-GCM with
//! a random 96-bit nonce is good for 2^32 seals under one key (NIST SP 800-38D section 8.3), far beyond any number of
//! accounts; user and account are associated data, so that a seal moved to another row does not open.

use crate::CryptographyFailed;
use crate::keyring::{KeyId, UnknownKey, Vault};
use aws_lc_rs::aead::{Aad, NONCE_LEN, Nonce};
use aws_lc_rs::rand::SecureRandom;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use renkei_procedure::identity::{AccountId, UserId};
use renkei_procedure::inquiry_pin::InquiryPin;
use renkei_procedure::pin_check::PinToKeep;
use std::fmt;
use zeroize::Zeroizing;

const VERSION: &str = "v1";
const DOMAIN: &[u8] = b"renkei/sealed-inquiry-pin";

/// A sealed PIN, as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedPin {
    text: String,
    key_id: KeyId,
}

impl SealedPin {
    /// Takes a seal from the database.
    ///
    /// # Errors
    /// [`OpenError::Malformed`] where the text is no seal of a known version.
    pub fn from_text(text: impl Into<String>) -> Result<Self, OpenError> {
        let text = text.into();
        let mut fields = text.split('.');
        let (version, key_id) = (fields.next(), fields.next());
        if version != Some(VERSION) || fields.count() != 2 {
            return Err(OpenError::Malformed);
        }
        let key_id = key_id
            .and_then(|id| id.parse().ok())
            .ok_or(OpenError::Malformed)?;
        Ok(Self { text, key_id })
    }

    /// The text to store.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The key it was sealed under.
    pub const fn key_id(&self) -> &KeyId {
        &self.key_id
    }
}

impl fmt::Debug for SealedPin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SealedPin({VERSION}.{}…)", self.key_id)
    }
}

/// Why a sealed PIN did not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It is not the text of a seal.
    #[error("the sealed PIN is malformed")]
    Malformed,
    /// It was sealed under a key that the keyring does not hold.
    #[error(transparent)]
    UnknownKey(#[from] UnknownKey),
    /// It was altered, or sealed for another user or account.
    #[error("the sealed PIN does not open for this user and account")]
    Refused,
}

/// Why a PIN was not sealed anew.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResealError {
    /// The seal that is there does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The new one could not be made.
    #[error(transparent)]
    Cryptography(#[from] CryptographyFailed),
}

impl Vault {
    /// Seals a PIN that may be kept for its account as seen by one user, under the active key.
    pub fn seal(
        &self,
        kept: &PinToKeep,
        user: UserId,
        rng: &dyn SecureRandom,
    ) -> Result<SealedPin, CryptographyFailed> {
        self.seal_anew(kept.pin(), user, kept.account(), rng)
    }

    /// Seals what is sealed already once more, under the active key.
    ///
    /// # Errors
    /// [`ResealError::Open`] where the seal does not open for this user and account.
    pub fn reseal(
        &self,
        sealed: &SealedPin,
        user: UserId,
        account: AccountId,
        rng: &dyn SecureRandom,
    ) -> Result<SealedPin, ResealError> {
        let pin = self.open(sealed, user, account)?;
        Ok(self.seal_anew(&pin, user, account, rng)?)
    }

    fn seal_anew(
        &self,
        pin: &InquiryPin,
        user: UserId,
        account: AccountId,
        rng: &dyn SecureRandom,
    ) -> Result<SealedPin, CryptographyFailed> {
        let key_id = self.active_key().clone();
        let sealing = &self.active_subkeys().sealing;
        let mut nonce = [0; NONCE_LEN];
        rng.fill(&mut nonce)?;
        let mut buffer = Zeroizing::new(*pin.expose());
        let tag = sealing.seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(associated_data(user, account)),
            buffer.as_mut_slice(),
        )?;
        let ciphertext = [buffer.as_slice(), tag.as_ref()].concat();
        let text = format!(
            "{VERSION}.{key_id}.{}.{}",
            URL_SAFE_NO_PAD.encode(nonce),
            URL_SAFE_NO_PAD.encode(ciphertext)
        );
        Ok(SealedPin { text, key_id })
    }

    /// Opens what [`Vault::seal`] made for the same user and account.
    pub fn open(
        &self,
        sealed: &SealedPin,
        user: UserId,
        account: AccountId,
    ) -> Result<InquiryPin, OpenError> {
        let sealing = &self.subkeys(&sealed.key_id)?.sealing;
        let mut fields = sealed
            .text
            .split('.')
            .skip(2)
            .map(|field| URL_SAFE_NO_PAD.decode(field));
        let (Some(Ok(nonce)), Some(Ok(ciphertext))) = (fields.next(), fields.next()) else {
            return Err(OpenError::Malformed);
        };
        let nonce = Nonce::try_assume_unique_for_key(&nonce).map_err(|_| OpenError::Malformed)?;
        let mut buffer = Zeroizing::new(ciphertext);
        let opened = sealing
            .open_in_place(
                nonce,
                Aad::from(associated_data(user, account)),
                buffer.as_mut_slice(),
            )
            .map_err(|_| OpenError::Refused)?;
        std::str::from_utf8(opened)
            .ok()
            .and_then(|digits| InquiryPin::parse(digits).ok())
            .ok_or(OpenError::Malformed)
    }

    /// Whether the seal should be made anew because another key is active by now.
    pub fn needs_resealing(&self, sealed: &SealedPin) -> bool {
        sealed.key_id() != self.active_key()
    }
}

/// Fixed lengths throughout, hence unambiguous: label, version, 16 bytes of user, 16 of account.
fn associated_data(user: UserId, account: AccountId) -> Vec<u8> {
    [DOMAIN, VERSION.as_bytes(), user.as_bytes(), account.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::tests::vault;
    use aws_lc_rs::rand::SystemRandom;
    use proptest::prelude::*;
    use renkei_procedure::pin_check::{CoreVerdict, judge};

    fn user(byte: u8) -> UserId {
        UserId::from_random([byte; 16])
    }

    fn account(byte: u8) -> AccountId {
        AccountId::from_random([byte; 16])
    }

    fn seal(vault: &Vault, pin: &str) -> SealedPin {
        let accepted = judge(account(2), InquiryPin::parse(pin).unwrap(), CoreVerdict::Accepted);
        let Ok(accepted) = accepted else {
            panic!("accepted")
        };
        vault.seal(&accepted, user(1), &SystemRandom::new()).unwrap()
    }

    fn refusal(vault: &Vault, sealed: &SealedPin, user: UserId, account: AccountId) -> OpenError {
        match vault.open(sealed, user, account) {
            Ok(_) => panic!("opened"),
            Err(error) => error,
        }
    }

    #[test]
    fn a_seal_opens_for_its_user_and_account_only() {
        let vault = vault(&[("k1", 7)]);
        let sealed = seal(&vault, "0042");
        let stored = SealedPin::from_text(sealed.as_str()).unwrap();
        assert_eq!(
            vault.open(&stored, user(1), account(2)).unwrap().expose(),
            b"0042"
        );
        assert_eq!(refusal(&vault, &stored, user(3), account(2)), OpenError::Refused);
        assert_eq!(refusal(&vault, &stored, user(1), account(3)), OpenError::Refused);
        // Swapped ids are other ids, too.
        let (swapped_user, swapped_account) = (
            UserId::from(account(2).as_uuid()),
            AccountId::from(user(1).as_uuid()),
        );
        assert_eq!(
            refusal(&vault, &stored, swapped_user, swapped_account),
            OpenError::Refused
        );
    }

    #[test]
    fn the_same_pin_never_looks_the_same() {
        let vault = vault(&[("k1", 7)]);
        let (one, two) = (seal(&vault, "1234"), seal(&vault, "1234"));
        assert_ne!(one.as_str(), two.as_str());
        assert!(one.as_str().starts_with("v1.k1."));
        assert!(!format!("{one:?}").contains(one.as_str()));
    }

    #[test]
    fn rotation_opens_old_seals_and_asks_for_new_ones() {
        let sealed = seal(&vault(&[("k1", 7)]), "1234");
        let rotated = vault(&[("k2", 9), ("k1", 7)]);
        assert_eq!(
            rotated.open(&sealed, user(1), account(2)).unwrap().expose(),
            b"1234"
        );
        assert!(rotated.needs_resealing(&sealed));
        let anew = rotated
            .reseal(&sealed, user(1), account(2), &SystemRandom::new())
            .unwrap();
        assert!(!rotated.needs_resealing(&anew));
        assert_eq!(
            rotated.open(&anew, user(1), account(2)).unwrap().expose(),
            b"1234"
        );
        assert_eq!(
            rotated.reseal(&sealed, user(1), account(3), &SystemRandom::new()),
            Err(ResealError::Open(OpenError::Refused))
        );
        assert!(matches!(
            refusal(&vault(&[("k2", 9)]), &sealed, user(1), account(2)),
            OpenError::UnknownKey(UnknownKey(id)) if id.as_str() == "k1"
        ));
        // A key of the same name but other bytes is not the key.
        assert_eq!(
            refusal(&vault(&[("k1", 8)]), &sealed, user(1), account(2)),
            OpenError::Refused
        );
    }

    #[test]
    fn other_texts_are_no_seals() {
        for text in [
            "",
            "v1",
            "v1.k1",
            "v1.k1.AAAA",
            "v2.k1.AAAA.AAAA",
            "v1.k 1.AAAA.AAAA",
            "v1.k1.AAAA.AAAA.AAAA",
        ] {
            assert_eq!(
                SealedPin::from_text(text).unwrap_err(),
                OpenError::Malformed,
                "{text}"
            );
        }
        let vault = vault(&[("k1", 7)]);
        for text in ["v1.k1.AAAA.AAAA", "v1.k1.!.!", "v1.k1.."] {
            let sealed = SealedPin::from_text(text).unwrap();
            assert_eq!(
                refusal(&vault, &sealed, user(1), account(2)),
                OpenError::Malformed,
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn whatever_is_sealed_opens_and_no_altered_byte_passes(pin in "[0-9]{4}", place in 0_usize..20, flip in 1_u8..=255) {
            let vault = vault(&[("k1", 7)]);
            let sealed = seal(&vault, &pin);
            let opened = vault.open(&sealed, user(1), account(2)).unwrap();
            prop_assert_eq!(opened.expose().as_slice(), pin.as_bytes());

            let (head, ciphertext) = sealed.as_str().rsplit_once('.').unwrap();
            let mut bytes = URL_SAFE_NO_PAD.decode(ciphertext).unwrap();
            prop_assert_eq!(bytes.len(), 20);
            bytes[place] ^= flip;
            let altered = SealedPin::from_text(format!("{head}.{}", URL_SAFE_NO_PAD.encode(bytes))).unwrap();
            prop_assert_eq!(vault.open(&altered, user(1), account(2)).err(), Some(OpenError::Refused));
        }
    }
}
