//! The reference number of a permission: what a customer files, and reads to support on the telephone.
//! Not here: `grant_id`, by which the partner knows the permission (`renkei-oauth`).

use crate::identity::GrantId;
use crate::time::{Instant, JapanDate};
use data_encoding::BASE32_NOPAD;
use std::fmt;
use std::str::FromStr;

/// Bytes of the grant's id that the number shows: 40 bits, so that of a million permissions of one day hardly any two
/// share a number. It authorizes nothing.
const SHOWN: usize = 5;

/// The day of the permission (Japan time) and eight characters of the grant's id: `20261201-K7QX-M2PD`.
///
/// The characters are those of base32 (RFC 4648 section 6), which has no 0, 1, 8 and 9 to be taken for letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    day: JapanDate,
    characters: String,
}

impl Reference {
    /// The number of a grant, always the same.
    pub fn of(grant: GrantId, permitted_at: Instant) -> Self {
        // The first bytes of a random UUID (RFC 9562 section 5.4) are random throughout.
        let shown = grant.as_bytes().first_chunk::<SHOWN>();
        Self {
            day: permitted_at.japan_date(),
            characters: BASE32_NOPAD.encode(shown.map_or(&[], |shown| shown.as_slice())),
        }
    }

    /// The day on which the permission was given.
    pub const fn day(&self) -> JapanDate {
        self.day
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.day.to_string().replace('-', "");
        let (first, second) = self.characters.split_at(self.characters.len() / 2);
        write!(formatter, "{day}-{first}-{second}")
    }
}

/// The text is not a reference number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a reference number: it looks like 20261201-K7QX-M2PD")]
pub struct UnknownReference;

impl FromStr for Reference {
    type Err = UnknownReference;

    /// Reads it as people write it: in lower case, with other hyphens or none, with a zero for an O, a one for an I.
    fn from_str(text: &str) -> Result<Self, UnknownReference> {
        let written: String = text
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|character| character.to_ascii_uppercase())
            .collect();
        let (day, characters) = written.split_at_checked(8).ok_or(UnknownReference)?;
        let (year, rest) = day.split_at_checked(4).ok_or(UnknownReference)?;
        let (month, day) = rest.split_at_checked(2).ok_or(UnknownReference)?;
        let day = JapanDate::parse(&format!("{year}-{month}-{day}")).ok_or(UnknownReference)?;
        let characters = characters.replace('0', "O").replace('1', "I");
        match BASE32_NOPAD.decode(characters.as_bytes()) {
            Ok(bytes) if bytes.len() == SHOWN => Ok(Self { day, characters }),
            _ => Err(UnknownReference),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn grant(first: u8) -> GrantId {
        let mut random = [0x5a; 16];
        random[0] = first;
        GrantId::from_random(random)
    }

    #[test]
    fn it_names_the_day_in_japan_and_the_grant() {
        // 2026-11-30T15:00:00Z is midnight in Japan.
        let midnight = Instant::from_unix_seconds(1_796_050_800);
        assert_eq!(
            Reference::of(grant(0), midnight).to_string(),
            "20261201-ABNF-UWS2"
        );
        assert_ne!(
            Reference::of(grant(0), midnight),
            Reference::of(grant(1), midnight)
        );
    }

    #[test]
    fn it_is_read_as_people_write_it() {
        let reference: Reference = "20261201-OI23-M2PD".parse().unwrap();
        for text in ["20261201OI23M2PD", "20261201-oi23-m2pd", " 20261201 0123 m2pd "] {
            assert_eq!(text.parse(), Ok(reference.clone()), "{text}");
        }
        for text in [
            "",
            "20261201",
            "20261301-K7QX-M2PD",
            "20261201-K7QX-M2P",
            "20261201-K7QX-M2PDA",
            "20261201-K7QX-M2P8",
            "２０２６1201-K7QX-M2PD",
        ] {
            assert_eq!(text.parse::<Reference>(), Err(UnknownReference), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_number_is_read_back(random: [u8; 16], seconds in 0i64..4_000_000_000) {
            let reference = Reference::of(GrantId::from_random(random), Instant::from_unix_seconds(seconds));
            prop_assert_eq!(reference.to_string().parse(), Ok(reference));
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = text.parse::<Reference>();
        }
    }
}
