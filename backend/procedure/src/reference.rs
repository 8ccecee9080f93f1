//! 受付番号: the number by which the customer and the cooperative name a permission to each other, on paper and on the
//! telephone. Not here: ids that machines exchange (`identity`).

use crate::time::JapanDate;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Crockford's base 32: neither I, L, O nor U, which are taken for 1, 0 and V.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// `YYYYMMDD`.
const DAY: usize = 8;
/// Digits after the day: 40 random bits. Two permissions of one day hardly share them, and the database sees to it.
const RANDOM: usize = 8;

/// The day of the permission and eight digits, such as `20261122-7K3M-9QXZ`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GrantReference(String);

impl GrantReference {
    /// The number of a permission that is given on this day.
    pub fn make(day: JapanDate, random: [u8; 5]) -> Self {
        let bits = random
            .iter()
            .fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        let digits = (0..RANDOM).rev().filter_map(|place| {
            let index = usize::try_from((bits >> (5 * place)) & 31).ok()?;
            DIGITS.get(index).copied().map(char::from)
        });
        let day = day.to_string().replace('-', "");
        Self::in_groups(&day, &digits.collect::<String>())
    }

    fn in_groups(day: &str, digits: &str) -> Self {
        let (first, second) = digits.split_at_checked(RANDOM / 2).unwrap_or((digits, ""));
        Self(format!("{day}-{first}-{second}"))
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GrantReference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<GrantReference> for String {
    fn from(reference: GrantReference) -> Self {
        reference.0
    }
}

impl TryFrom<String> for GrantReference {
    type Error = NoReference;

    fn try_from(text: String) -> Result<Self, NoReference> {
        text.parse()
    }
}

impl FromStr for GrantReference {
    type Err = NoReference;

    /// Reads it as people write it down: in either case, with or without hyphens, O for 0, I and L for 1.
    fn from_str(text: &str) -> Result<Self, NoReference> {
        let plain = text.chars().filter(|character| !matches!(character, '-' | ' '));
        let plain = plain.map(digit).collect::<Option<String>>().ok_or(NoReference)?;
        let (day, digits) = plain.split_at_checked(DAY).ok_or(NoReference)?;
        if digits.len() == RANDOM && day.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self::in_groups(day, digits))
        } else {
            Err(NoReference)
        }
    }
}

fn digit(character: char) -> Option<char> {
    let upper = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    u8::try_from(upper)
        .ok()
        .filter(|byte| DIGITS.contains(byte))
        .map(char::from)
}

/// The text is no such number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a reference number such as 20261122-7K3M-9QXZ")]
pub struct NoReference;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day() -> JapanDate {
        JapanDate::parse("2026-11-22").unwrap()
    }

    #[test]
    fn it_begins_with_the_day_and_has_groups_that_can_be_read_out() {
        assert_eq!(GrantReference::make(day(), [0; 5]).as_str(), "20261122-0000-0000");
        assert_eq!(
            GrantReference::make(day(), [0xff; 5]).as_str(),
            "20261122-ZZZZ-ZZZZ"
        );
        assert_eq!(
            GrantReference::make(day(), [0, 0, 0, 0, 0x21]).as_str(),
            "20261122-0000-0011"
        );
    }

    #[test]
    fn it_is_found_however_it_was_written_down() {
        let known = GrantReference::make(day(), [0, 0, 0, 0x80, 0x01]);
        assert_eq!(known.as_str(), "20261122-0000-1001");
        for written in ["20261122-0000-1001", "202611220000l00i", " 20261122 ooOO 1O01 "] {
            assert_eq!(written.parse(), Ok(known.clone()), "{written}");
        }
        for wrong in [
            "",
            "20261122",
            "20261122-0000-100",
            "20261122-0000-10011",
            "2026112A-0000-1001",
            "20261122-0000-100U",
            "２０261122-0000-1001",
        ] {
            assert_eq!(wrong.parse::<GrantReference>(), Err(NoReference), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_it_has_made_and_nothing_makes_it_panic(random: [u8; 5], other in ".*") {
            let made = GrantReference::make(day(), random);
            prop_assert_eq!(made.as_str().parse(), Ok(made.clone()));
            drop(other.parse::<GrantReference>());
        }

        #[test]
        fn different_bits_are_different_numbers(one: [u8; 5], other: [u8; 5]) {
            let same = GrantReference::make(day(), one) == GrantReference::make(day(), other);
            prop_assert_eq!(same, one == other);
        }
    }
}
