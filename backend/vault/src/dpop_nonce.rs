//! Nonces for DPoP proofs (RFC 9449 section 8) that no node has to remember: each is derived from the time.
//! Not here: the proof that bears one, and asking for it by `use_dpop_nonce` (`renkei-oauth`, the server).

use crate::derived::{Purpose, one_time_value};
use crate::keyring::Vault;
use aws_lc_rs::constant_time::verify_slices_are_equal;

/// A nonce is handed out for this long, in seconds, and taken for as long again.
const WINDOW: i64 = 300;

impl Vault {
    /// The nonce of the present time window; `now` in seconds since 1970. It is the same for everybody, on every node.
    pub fn dpop_nonce(&self, now: i64) -> String {
        nonce(self.active_subkeys(), window(now))
    }

    /// Whether `text` is the nonce of the present window or of the one before, under any key of the keyring: nodes of
    /// which some know a new key already understand each other. It takes the same time whatever is right or wrong.
    pub fn is_dpop_nonce(&self, text: &str, now: i64) -> bool {
        let present = window(now);
        let mut found = false;
        for subkeys in self.all_subkeys() {
            for window in [present, present.saturating_sub(1)] {
                let expected = nonce(subkeys, window);
                found |= verify_slices_are_equal(expected.as_bytes(), text.as_bytes()).is_ok();
            }
        }
        found
    }
}

const fn window(now: i64) -> i64 {
    now.div_euclid(WINDOW)
}

fn nonce(subkeys: &crate::keyring::Subkeys, window: i64) -> String {
    one_time_value(subkeys, Purpose::DpopNonce, &[&window.to_be_bytes()])
        .expose()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::tests::vault;
    use proptest::prelude::*;

    /// A time at which a window begins.
    const BEGIN: i64 = 1_795_136_400;

    #[test]
    fn a_nonce_is_good_in_its_window_and_the_next_one() {
        let vault = vault(&[("k1", 7)]);
        for handed_out in [BEGIN, BEGIN + 299] {
            let nonce = vault.dpop_nonce(handed_out);
            for (now, good) in [
                (BEGIN - 1, false),
                (BEGIN, true),
                (BEGIN + 299, true),
                (BEGIN + 300, true),
                (BEGIN + 599, true),
                (BEGIN + 600, false),
                (BEGIN + 600_000, false),
            ] {
                assert_eq!(vault.is_dpop_nonce(&nonce, now), good, "{handed_out} {now}");
            }
        }
    }

    #[test]
    fn what_is_not_our_nonce_is_refused() {
        let vault = vault(&[("k1", 7)]);
        let good = vault.dpop_nonce(BEGIN);
        let foreign = crate::keyring::tests::vault(&[("k1", 8)]).dpop_nonce(BEGIN);
        let of_another_purpose = vault
            .derive(Purpose::CertificateAttempt, &[&(BEGIN / WINDOW).to_be_bytes()])
            .value;
        for bad in [
            "",
            &good[1..],
            &format!("{good} "),
            &good.to_uppercase(),
            &foreign,
            of_another_purpose.expose(),
        ] {
            assert!(!vault.is_dpop_nonce(bad, BEGIN), "{bad}");
        }
    }

    #[test]
    fn a_nonce_has_only_characters_that_the_header_allows() {
        let nonce = vault(&[("k1", 7)]).dpop_nonce(BEGIN);
        // NQCHAR of RFC 6749 appendix A, as RFC 9449 section 8.1 asks.
        let allowed =
            |byte: u8| byte == 0x21 || (0x23..=0x5b).contains(&byte) || (0x5d..=0x7e).contains(&byte);
        assert!(!nonce.is_empty() && nonce.bytes().all(allowed), "{nonce}");
    }

    #[test]
    fn nodes_with_and_without_the_new_key_understand_each_other() {
        let before = vault(&[("k1", 7), ("k2", 9)]);
        let after = vault(&[("k2", 9), ("k1", 7)]);
        assert_ne!(before.dpop_nonce(BEGIN), after.dpop_nonce(BEGIN));
        assert!(after.is_dpop_nonce(&before.dpop_nonce(BEGIN), BEGIN));
        assert!(before.is_dpop_nonce(&after.dpop_nonce(BEGIN), BEGIN));
        let dropped = vault(&[("k2", 9)]);
        assert!(!dropped.is_dpop_nonce(&before.dpop_nonce(BEGIN), BEGIN));
    }

    proptest! {
        #[test]
        fn it_lives_for_five_to_ten_minutes(handed_out in -10_000_000_000_i64..10_000_000_000, after in 0_i64..1_000) {
            let vault = vault(&[("k1", 7)]);
            let good = vault.is_dpop_nonce(&vault.dpop_nonce(handed_out), handed_out + after);
            prop_assert!(good || after > WINDOW);
            prop_assert!(!good || after < 2 * WINDOW);
        }
    }
}
