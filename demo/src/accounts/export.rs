//! The statement as CSV for spreadsheets: UTF-8 with a byte-order mark, and no cell that becomes a formula.
//! Not here: the pages.

use std::borrow::Cow;

use super::{Direction, StatementEntry, iso};

/// Spreadsheets take a file for UTF-8 only with this.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// A text that begins so may be taken for a formula (OWASP, CSV injection), full-width forms included.
const FORMULA_STARTS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// The rows as a CSV file.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn statement_csv(entries: &[StatementEntry]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    writer.write_record(["日付", "摘要", "相手先", "メモ", "入金", "出金", "残高"])?;
    for entry in entries {
        let amount = entry.amount.as_str();
        let (deposit, withdrawal) = match entry.kind {
            Direction::Deposit => (amount, ""),
            Direction::Withdrawal => ("", amount),
        };
        let text = |value: &Option<String>| harmless(value.as_deref().unwrap_or_default()).into_owned();
        writer.write_record([
            iso(entry.booked_on),
            text(&entry.summary),
            text(&entry.counterparty),
            text(&entry.memo),
            number(deposit),
            number(withdrawal),
            number(entry.balance_after.as_str()),
        ])?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// A leading apostrophe makes a spreadsheet take the cell as text.
fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA_STARTS) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// A number may begin with a minus sign; anything else is treated as text.
fn number(text: &str) -> String {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        text.to_owned()
    } else {
        harmless(text).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(summary: &str, counterparty: &str, kind: &str) -> StatementEntry {
        serde_json::from_value(serde_json::json!({
            "booked_on": "2027-01-05", "kind": kind, "amount": "1000", "balance_after": "-500",
            "summary": summary, "counterparty": counterparty, "memo": null
        }))
        .unwrap()
    }

    fn csv(entries: &[StatementEntry]) -> String {
        String::from_utf8(statement_csv(entries).unwrap()).unwrap()
    }

    #[test]
    fn the_file() {
        let text = csv(&[
            entry("振込", "髙﨑\"商店\", 札幌", "deposit"),
            entry("電気", "ﾎｸﾃﾞﾝ", "withdrawal"),
        ]);
        assert_eq!(
            text,
            "\u{feff}日付,摘要,相手先,メモ,入金,出金,残高\r\n\
             2027-01-05,振込,\"髙﨑\"\"商店\"\", 札幌\",,1000,,-500\r\n\
             2027-01-05,電気,ﾎｸﾃﾞﾝ,,,1000,-500\r\n"
        );
    }

    #[test]
    fn no_cell_is_a_formula() {
        for evil in [
            "=HYPERLINK(\"x\")",
            "+1",
            "-1+1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "＝1",
            "＋1",
            "－1",
            "＠x",
        ] {
            let text = csv(&[entry(evil, evil, "deposit")]);
            let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
            let record = reader.records().next().unwrap().unwrap();
            assert_eq!(&record[1], format!("'{evil}"));
            assert_eq!(&record[2], format!("'{evil}"));
        }
    }
}
