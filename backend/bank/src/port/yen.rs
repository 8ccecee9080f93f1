//! An amount of yen as decimal text, which no JSON number type can round.
//! Not here: reckoning with amounts; Renkei passes on what the core says.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Whole yen as text, such as `1234567` or `-500`: no separators, no leading zeros, no plus sign, at most 18 digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Yen(String);

impl Yen {
    /// The amount as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text is no amount of yen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an amount of whole yen in decimal text")]
pub struct NotYen;

impl TryFrom<String> for Yen {
    type Error = NotYen;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let digits = text.strip_prefix('-').unwrap_or(&text);
        let is_number = (1..=18).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let one_spelling = text == "0" || !digits.starts_with('0');
        if is_number && one_spelling {
            Ok(Self(text))
        } else {
            Err(NotYen)
        }
    }
}

impl From<i64> for Yen {
    fn from(amount: i64) -> Self {
        Self(amount.to_string())
    }
}

impl From<Yen> for String {
    fn from(yen: Yen) -> Self {
        yen.0
    }
}

impl fmt::Display for Yen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_one_spelling() {
        for good in ["0", "1", "-1", "1234567", "999999999999999999"] {
            assert_eq!(Yen::try_from(good.to_owned()).unwrap().as_str(), good);
        }
        for wrong in [
            "",
            "-",
            "-0",
            "00",
            "01",
            "-01",
            "+1",
            "1.0",
            "1,000",
            "１",
            " 1",
            "1e3",
            "1000000000000000000",
        ] {
            assert_eq!(Yen::try_from(wrong.to_owned()), Err(NotYen), "{wrong}");
        }
    }
}
