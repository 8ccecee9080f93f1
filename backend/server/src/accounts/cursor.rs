//! Cursors: where a page of rows ended, and of which question, so that the next page goes on exactly there.
//! Not here: what a position is (`renkei_bank::port`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use renkei_bank::port::{EntryPosition, StatementKind};
use renkei_procedure::time::JapanDate;
use serde::{Deserialize, Serialize};

/// No cursor of ours is longer.
const LONGEST: usize = 512;

/// The question that a cursor belongs to, and the last row of the page before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cursor {
    #[serde(rename = "a")]
    pub(super) account_id: String,
    #[serde(rename = "k")]
    pub(super) kind: StatementKind,
    #[serde(rename = "f")]
    pub(super) from: JapanDate,
    #[serde(rename = "t")]
    pub(super) to: JapanDate,
    #[serde(rename = "p")]
    pub(super) after: EntryPosition,
}

impl Cursor {
    pub(super) fn encode(&self) -> Result<String, serde_json::Error> {
        Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(self)?))
    }

    /// None where the text is no cursor of ours. A forged one can only ask what its sender may ask anyway.
    pub(super) fn decode(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let day = |text| JapanDate::parse(text).unwrap();
        let cursor = Cursor {
            account_id: "0b0e7c1e-9a53-4c8e-8d6e-0d8a3a1f2b3c".into(),
            kind: StatementKind::All,
            from: day("2026-10-01"),
            to: day("2026-10-31"),
            after: EntryPosition {
                date: day("2026-10-15"),
                sequence: 2_999,
            },
        };
        assert_eq!(Cursor::decode(&cursor.encode().unwrap()), Some(cursor));
    }

    proptest! {
        #[test]
        fn nothing_else_is_a_cursor(text in ".*") {
            prop_assert_eq!(Cursor::decode(&text), None);
        }
    }
}
