//! 入出金明細: rows, their positions, and how pages of them are asked for.
//! Not here: cursors as partners see them (the accounts API wraps a position).

use super::Yen;
use renkei_procedure::time::JapanDate;
use serde::{Deserialize, Serialize};

/// The most rows that one page may hold.
pub const MAX_STATEMENT_LIMIT: u32 = 1_000;

/// Where a row stands for ever: new rows only come after it, none comes between. Ordered as the rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntryPosition {
    /// The day it was booked.
    pub date: JapanDate,
    /// Its number within the day, rising strictly, with gaps allowed.
    pub sequence: u32,
}

/// Which rows are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementKind {
    /// 入出金明細: all of them.
    All,
    /// 振込入金明細: those with [`TransferDetails`].
    IncomingTransfers,
}

/// A request for one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementQuery {
    /// Which rows.
    pub kind: StatementKind,
    /// The first day, itself included; where the history begins later, from there.
    pub from: JapanDate,
    /// The last day, itself included.
    pub to: JapanDate,
    /// Only rows after this one: [`StatementPage::next`] of the page before.
    pub after: Option<EntryPosition>,
    /// The most rows to answer: 1 to [`MAX_STATEMENT_LIMIT`]; what lies outside counts as the nearer bound.
    pub limit: u32,
}

/// One page, oldest row first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementPage {
    /// The first day the core still has rows of, for this account.
    pub history_from: JapanDate,
    /// The rows, their positions rising strictly.
    pub entries: Vec<StatementEntry>,
    /// The position of the last row here, where more rows follow within the period; otherwise none.
    pub next: Option<EntryPosition>,
}

/// 入金 or 出金.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// 入金.
    Deposit,
    /// 出金.
    Withdrawal,
}

/// A row of the statement. All names are exactly as the core keeps them: 髙, 﨑 and half-width kana stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementEntry {
    /// Where it stands.
    pub position: EntryPosition,
    /// 取扱日.
    pub booked_on: JapanDate,
    /// 起算日: from when it bears interest and can be drawn on.
    pub value_on: JapanDate,
    /// 入金 or 出金.
    pub kind: EntryKind,
    /// How much, never negative.
    pub amount: Yen,
    /// 差引残高 after the row.
    pub balance_after: Yen,
    /// 摘要.
    pub summary: String,
    /// The other party, where the core knows it.
    pub counterparty: Option<String>,
    /// What came with an incoming transfer; for other rows none.
    pub transfer: Option<TransferDetails>,
}

/// 振込入金 as the transfer system delivered it: half-width kana.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferDetails {
    /// 振込依頼人名.
    pub sender_name: String,
    /// 仕向銀行名.
    pub sender_bank: String,
    /// 仕向店名.
    pub sender_branch: String,
    /// EDI情報, up to 20 half-width characters.
    pub edi: Option<String>,
}
