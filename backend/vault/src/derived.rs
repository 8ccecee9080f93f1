//! One-time values: derived ones, which a repeated act can answer again though nothing is stored in the clear, and random ones.
//! Not here: how long a value lives and how often it works; its owner stores the fingerprint and decides.

use crate::CryptographyFailed;
use crate::keyring::{KeyId, Subkeys, UnknownKey, Vault};
use aws_lc_rs::rand::SecureRandom;
use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const VALUE_LENGTH: usize = 32;

/// What a value is derived for. Each purpose has a key of its own, so that no value of one can serve as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The authorization code (RFC 6749 section 4.1.2).
    AuthorizationCode,
    /// The token in the address of the certificate listener.
    CertificateAttempt,
    /// The cookie that binds a linkage to one browser.
    LinkageCookie,
    /// The cookie of a customer's login to 「連携中のサービス」.
    CustomerCookie,
    /// The nonce that a DPoP proof must bear (RFC 9449 section 8); [`Vault::dpop_nonce`].
    DpopNonce,
}

impl Purpose {
    pub(crate) const ALL: [Self; 5] = [
        Self::AuthorizationCode,
        Self::CertificateAttempt,
        Self::LinkageCookie,
        Self::CustomerCookie,
        Self::DpopNonce,
    ];

    /// The HKDF info (RFC 5869 section 3.2). Never change one: outstanding values would die.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "renkei/vault/v1/derived/authorization-code",
            Self::CertificateAttempt => "renkei/vault/v1/derived/certificate-attempt",
            Self::LinkageCookie => "renkei/vault/v1/derived/linkage-cookie",
            Self::CustomerCookie => "renkei/vault/v1/derived/customer-cookie",
            Self::DpopNonce => "renkei/vault/v1/derived/dpop-nonce",
        }
    }
}

/// 256 bits as base64url without padding (43 characters): a code, a token or a cookie's value. It does not print,
/// compare or serialise, and its memory is cleared when it is dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct OneTimeValue(String);

impl OneTimeValue {
    fn from_bytes(bytes: &[u8]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The text, for the one answer that carries it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored in its stead.
    pub fn fingerprint(&self) -> [u8; 32] {
        fingerprint(&self.0)
    }
}

impl fmt::Debug for OneTimeValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OneTimeValue(…)")
    }
}

/// A derived value and the key it was derived under, which must be kept to derive it again.
#[derive(Debug, Clone)]
pub struct DerivedValue {
    /// The key to name in [`Vault::derive_under`] next time.
    pub key_id: KeyId,
    /// The value.
    pub value: OneTimeValue,
}

impl Vault {
    /// Derives the value of `parts` under the active key: HMAC-SHA256 (RFC 2104) over an unambiguous encoding, in
    /// which `["ab", "c"]` and `["a", "bc"]` differ.
    pub fn derive(&self, purpose: Purpose, parts: &[&[u8]]) -> DerivedValue {
        let value = one_time_value(self.active_subkeys(), purpose, parts);
        DerivedValue {
            key_id: self.active_key().clone(),
            value,
        }
    }

    /// Derives the value again under the key that [`Vault::derive`] named, although another may be active by now.
    ///
    /// # Errors
    /// [`UnknownKey`] where the key has been taken out of the keyring; its values are dead.
    pub fn derive_under(
        &self,
        key_id: &KeyId,
        purpose: Purpose,
        parts: &[&[u8]],
    ) -> Result<OneTimeValue, UnknownKey> {
        self.subkeys(key_id)
            .map(|subkeys| one_time_value(subkeys, purpose, parts))
    }
}

pub(crate) fn one_time_value(subkeys: &Subkeys, purpose: Purpose, parts: &[&[u8]]) -> OneTimeValue {
    let mut context = hmac::Context::with_key(subkeys.derivation(purpose));
    context.update(&length_prefix(parts.len()));
    for part in parts {
        context.update(&length_prefix(part.len()));
        context.update(part);
    }
    OneTimeValue::from_bytes(context.sign().as_ref())
}

const fn length_prefix(length: usize) -> [u8; 8] {
    (length as u64).to_be_bytes()
}

/// A random value of 256 bits, for access and refresh tokens, request URIs and the like.
pub fn random_token(rng: &dyn SecureRandom) -> Result<OneTimeValue, CryptographyFailed> {
    let mut bytes = Zeroizing::new([0_u8; VALUE_LENGTH]);
    rng.fill(bytes.as_mut_slice())?;
    Ok(OneTimeValue::from_bytes(bytes.as_slice()))
}

/// SHA-256 of a token, which is what the database keeps of it. Only for values that nobody can guess: **never** for a
/// password or a PIN, of which all 10,000 are tried in a blink.
pub fn fingerprint(text: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::tests::vault;
    use aws_lc_rs::rand::SystemRandom;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn text(vault: &Vault, purpose: Purpose, parts: &[&[u8]]) -> String {
        vault.derive(purpose, parts).value.expose().to_owned()
    }

    #[test]
    fn derivation_is_stable_and_known() {
        let value = text(
            &vault(&[("k1", 7)]),
            Purpose::AuthorizationCode,
            &[b"linkage", &1_u64.to_be_bytes()],
        );
        assert_eq!(value.len(), 43);
        // Computed independently (Python's hmac and hashlib); a change of it would kill values that are under way.
        assert_eq!(value, "vbokVEYSBRpkBo78hqaSll4u7hNl65_Flmp-tR3_TAQ");
    }

    #[test]
    fn purposes_keys_and_parts_never_share_a_value() {
        let (one, two) = (vault(&[("k1", 7)]), vault(&[("k1", 8)]));
        let mut seen = BTreeSet::new();
        for vault in [&one, &two] {
            for purpose in Purpose::ALL {
                for parts in [
                    &[&b"ab"[..], b"c"][..],
                    &[b"a", b"bc"],
                    &[b"abc"],
                    &[b"abc", b""],
                    &[],
                ] {
                    assert!(seen.insert(text(vault, purpose, parts)), "{purpose:?} {parts:?}");
                }
            }
        }
    }

    #[test]
    fn rotation_keeps_outstanding_values_good() {
        let before = vault(&[("k1", 7)]);
        let outstanding = before.derive(Purpose::LinkageCookie, &[b"x"]);
        let rotated = vault(&[("k2", 9), ("k1", 7)]);
        let again = rotated
            .derive_under(&outstanding.key_id, Purpose::LinkageCookie, &[b"x"])
            .unwrap();
        assert_eq!(again.expose(), outstanding.value.expose());
        assert_eq!(
            rotated.derive(Purpose::LinkageCookie, &[b"x"]).key_id.as_str(),
            "k2"
        );

        let dropped = vault(&[("k2", 9)]);
        assert_eq!(
            dropped
                .derive_under(&outstanding.key_id, Purpose::LinkageCookie, &[b"x"])
                .unwrap_err(),
            UnknownKey(outstanding.key_id)
        );
    }

    #[test]
    fn a_run_keeps_the_key_that_it_began_with() {
        /// What is stored of something that derives several values in the course of days.
        #[derive(serde::Serialize, serde::Deserialize)]
        struct Run {
            key: KeyId,
        }
        let cookie = |vault: &Vault, run: &Run, counter: u64| {
            let counter = counter.to_be_bytes();
            let value = vault.derive_under(&run.key, Purpose::LinkageCookie, &[b"run", &counter]);
            value.unwrap().expose().to_owned()
        };

        let before = vault(&[("k1", 7)]);
        let run = Run {
            key: before.active_key().clone(),
        };
        let stored = serde_json::to_string(&run).unwrap();
        assert_eq!(stored, r#"{"key":"k1"}"#);

        // A restart with a new active key, in the middle of the run.
        let after = vault(&[("k2", 9), ("k1", 7)]);
        let read: Run = serde_json::from_str(&stored).unwrap();
        for counter in 1..4 {
            assert_eq!(cookie(&after, &read, counter), cookie(&before, &run, counter));
        }
        assert_ne!(
            cookie(&after, &read, 1),
            text(&after, Purpose::LinkageCookie, &[b"run", &1_u64.to_be_bytes()])
        );
        assert!(serde_json::from_str::<Run>(r#"{"key":"k.1"}"#).is_err());
    }

    #[test]
    fn values_do_not_print() {
        let derived = vault(&[("k1", 7)]).derive(Purpose::CustomerCookie, &[b"x"]);
        assert!(!format!("{derived:?}").contains(derived.value.expose()));
    }

    #[test]
    fn random_tokens_are_256_bits_and_differ() {
        let rng = SystemRandom::new();
        let tokens: BTreeSet<String> = (0..100)
            .map(|_| random_token(&rng).unwrap().expose().to_owned())
            .collect();
        assert_eq!(tokens.len(), 100);
        assert!(
            tokens
                .iter()
                .all(|token| URL_SAFE_NO_PAD.decode(token).unwrap().len() == VALUE_LENGTH)
        );
    }

    #[test]
    fn the_fingerprint_is_sha_256() {
        // FIPS 180-4 example: SHA-256("abc").
        let expected = [
            0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
            0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
        ];
        assert_eq!(fingerprint("abc"), expected);
    }

    proptest! {
        #[test]
        fn different_parts_give_different_values(
            one in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..4), 0..4),
            two in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..4), 0..4),
        ) {
            let vault = vault(&[("k1", 7)]);
            let parts = |list: &[Vec<u8>]| text(&vault, Purpose::LinkageCookie, &list.iter().map(Vec::as_slice).collect::<Vec<_>>());
            prop_assert_eq!(one == two, parts(&one) == parts(&two));
        }
    }
}
