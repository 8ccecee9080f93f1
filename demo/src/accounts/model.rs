//! The accounts API's answers. Fields that are not needed are not read, so that new ones do no harm.
//! Not here: the bank's own types; a partner has only the description.

use serde::Deserialize;
use time::Date;

/// An account of the permission.
#[derive(Clone, Debug, Deserialize)]
pub struct Account {
    /// Stable for this partner, across new linkages.
    pub account_id: String,
    /// 店番.
    pub branch_code: String,
    /// Name of the branch.
    #[serde(default)]
    pub branch_name: Option<String>,
    /// 科目, as a code.
    pub account_type: String,
    /// 口座番号.
    pub account_number: String,
    /// 口座メモ.
    #[serde(default)]
    pub memo: Option<String>,
    /// `available` or `registration_required`.
    #[serde(default)]
    pub status: Option<String>,
}

impl Account {
    /// The account as people write it: `インターネット支店(001) 普通 2000002`.
    pub fn label(&self) -> String {
        let branch = self.branch_name.as_deref().unwrap_or("支店");
        format!(
            "{branch}({}) {} {}",
            self.branch_code,
            self.type_label(),
            self.account_number
        )
    }

    /// 科目 in words; an unknown code stays as it is.
    pub fn type_label(&self) -> &str {
        match self.account_type.as_str() {
            "1" => "普通",
            "2" => "当座",
            "4" => "貯蓄",
            other => other,
        }
    }

    /// Whether the bank says that the PIN must be registered again.
    pub fn needs_registration(&self) -> bool {
        self.status.as_deref() == Some("registration_required")
    }
}

#[derive(Deserialize)]
pub(super) struct AccountList {
    pub(super) accounts: Vec<Account>,
}

/// An amount as the bank writes it: a decimal string, never a float.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Money(String);

impl Money {
    /// The amount as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// With commas between thousands; what is no number stays as it is.
    pub fn grouped(&self) -> String {
        let (sign, rest) = match self.0.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", self.0.as_str()),
        };
        let (whole, fraction) = rest
            .split_once('.')
            .map_or((rest, None), |(whole, part)| (whole, Some(part)));
        if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit()) {
            return self.0.clone();
        }
        let mut grouped = String::from(sign);
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        if let Some(fraction) = fraction {
            grouped.push('.');
            grouped.push_str(fraction);
        }
        grouped
    }
}

/// The balance of an account.
#[derive(Clone, Debug, Deserialize)]
pub struct Balance {
    /// 現在残高.
    pub current: Money,
    /// 支払可能残高.
    #[serde(default)]
    pub available: Option<Money>,
    /// When it was so, RFC 3339.
    pub as_of: String,
}

/// A range of days, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// In or out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// 入金.
    Deposit,
    /// 出金.
    Withdrawal,
}

/// A row of the statement.
#[derive(Clone, Debug, Deserialize)]
pub struct StatementEntry {
    /// The day it was booked.
    #[serde(with = "iso_date")]
    pub booked_on: Date,
    /// In or out.
    pub kind: Direction,
    /// How much.
    pub amount: Money,
    /// 残高 afterwards.
    pub balance_after: Money,
    /// 摘要.
    #[serde(default)]
    pub summary: Option<String>,
    /// 相手先, as it came.
    #[serde(default)]
    pub counterparty: Option<String>,
    /// More text.
    #[serde(default)]
    pub memo: Option<String>,
}

/// An incoming transfer.
#[derive(Clone, Debug, Deserialize)]
pub struct TransferEntry {
    /// The day it was booked.
    #[serde(with = "iso_date")]
    pub booked_on: Date,
    /// How much.
    pub amount: Money,
    /// 振込依頼人, as it came.
    #[serde(default)]
    pub sender_name: Option<String>,
    /// 仕向銀行.
    #[serde(default)]
    pub sender_bank: Option<String>,
    /// 仕向支店.
    #[serde(default)]
    pub sender_branch: Option<String>,
    /// 摘要.
    #[serde(default)]
    pub summary: Option<String>,
    /// EDI情報.
    #[serde(default)]
    pub edi: Option<String>,
}

/// All rows of a range.
#[derive(Clone, Debug)]
pub struct Statement {
    /// From when on the bank has history.
    pub history_from: Option<Date>,
    /// The rows in the bank's order.
    pub entries: Vec<StatementEntry>,
}

/// All incoming transfers of a range.
#[derive(Clone, Debug)]
pub struct Transfers {
    /// From when on the bank has history.
    pub history_from: Option<Date>,
    /// The rows in the bank's order.
    pub entries: Vec<TransferEntry>,
}

#[derive(Deserialize)]
pub(super) struct Page<E> {
    pub(super) entries: Vec<E>,
    #[serde(default)]
    pub(super) next_cursor: Option<String>,
    #[serde(default, with = "optional_iso_date")]
    pub(super) history_from: Option<Date>,
}

/// RFC 9457, as far as it is used.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Problem {
    pub(super) code: String,
    pub(super) title: String,
    pub(super) detail: String,
}

mod iso_date {
    use serde::{Deserialize as _, Deserializer, de};
    use time::Date;

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let text = String::deserialize(deserializer)?;
        crate::accounts::parse_iso(&text).ok_or_else(|| de::Error::custom("not a date"))
    }
}

mod optional_iso_date {
    use serde::{Deserialize as _, Deserializer, de};
    use time::Date;

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| crate::accounts::parse_iso(&text).ok_or_else(|| de::Error::custom("not a date")))
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_as_text() {
        for (amount, shown) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("1234567", "1,234,567"),
            ("-1234", "-1,234"),
            (
                "123456789012345678901234567890",
                "123,456,789,012,345,678,901,234,567,890",
            ),
            ("1234.50", "1,234.50"),
            ("", ""),
            ("x", "x"),
        ] {
            assert_eq!(Money(amount.to_owned()).grouped(), shown);
        }
    }

    #[test]
    fn a_page_with_new_and_missing_fields() {
        let page: Page<StatementEntry> = serde_json::from_str(
            r#"{"account_id":"a","from":"2027-01-01","to":"2027-01-31","history_from":"2025-12-01","next_cursor":null,
                "new":{}, "entries":[{"entry_id":"e","booked_on":"2027-01-05","value_on":"2027-01-05","kind":"deposit",
                "amount":"1000","balance_after":"2000","summary":"振込","counterparty":"ｶ)サッポロ","new":1}]}"#,
        )
        .unwrap();
        assert_eq!(page.entries[0].counterparty.as_deref(), Some("ｶ)サッポロ"));
        assert_eq!(page.history_from, Some(time::macros::date!(2025 - 12 - 01)));
        assert!(
            serde_json::from_str::<Page<StatementEntry>>(r#"{"entries":[{"booked_on":"tomorrow"}]}"#)
                .is_err()
        );
    }

    #[test]
    fn labels() {
        let account: Account = serde_json::from_str(
            r#"{"account_id":"a","branch_code":"001","branch_name":"インターネット支店","account_type":"1",
                "account_number":"2000002","status":"registration_required"}"#,
        )
        .unwrap();
        assert_eq!(account.label(), "インターネット支店(001) 普通 2000002");
        assert!(account.needs_registration());
    }
}
