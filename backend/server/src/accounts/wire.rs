//! What the accounts API says: amounts as decimal strings of yen, dates as ISO 8601, names as the core has them.
//! Not here: where the values come from.

use serde::Serialize;
use utoipa::ToSchema;

/// The accounts of a permission.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountList {
    /// The accounts, in the cooperative's order.
    pub accounts: Vec<Account>,
}

/// One account of a permission.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Account {
    /// Stable for this partner: it survives a new linkage, a new certificate and a merger of branches.
    pub account_id: String,
    /// 店番, 3 digits.
    #[schema(example = "001")]
    pub branch_code: String,
    /// 店名.
    pub branch_name: String,
    /// 科目: 1 ordinary (普通), 2 current (当座), 4 savings (貯蓄).
    #[schema(example = "1")]
    pub account_type: String,
    /// 口座番号, 7 digits.
    #[schema(example = "2000002")]
    pub account_number: String,
    /// The customer's own label.
    pub memo: Option<String>,
    /// The account's holder.
    pub holder_name: String,
    /// What may be asked of it: `balance`, `statement`, `transfers`.
    pub businesses: Vec<&'static str>,
    /// Whether inquiries are possible.
    pub status: AccountStatus,
}

/// Whether inquiries are possible.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AccountStatus {
    /// They are.
    Available,
    /// The core no longer accepts the PIN on file: the customer must register it again.
    RegistrationRequired,
}

/// 残高照会.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BalanceAnswer {
    /// The account.
    pub account_id: String,
    /// Balance, decimal text.
    #[schema(example = "1234567")]
    pub current: String,
    /// What can be withdrawn, decimal text.
    pub available: String,
    /// Always `JPY` (ISO 4217).
    #[schema(example = "JPY")]
    pub currency: &'static str,
    /// When the core reckoned it, RFC 3339.
    pub as_of: String,
}

/// 入出金明細照会: one page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatementAnswer {
    /// The account.
    pub account_id: String,
    /// First day asked for.
    pub from: String,
    /// Last day asked for, inclusive.
    pub to: String,
    /// The first day that the permission covers, where it does not cover all.
    pub permitted_from: Option<String>,
    /// From this day on the core has history; days before it are unknown, not empty.
    pub history_from: String,
    /// Rows, oldest first.
    pub entries: Vec<StatementRow>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

/// One row of a statement.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatementRow {
    /// Unique within the account, and stable.
    pub entry_id: String,
    /// 取扱日.
    pub booked_on: String,
    /// 起算日.
    pub value_on: String,
    /// `deposit` or `withdrawal`.
    pub kind: &'static str,
    /// Decimal text, never negative.
    pub amount: String,
    /// Balance after the row, decimal text.
    pub balance_after: String,
    /// 摘要.
    pub summary: String,
    /// The other party as the core has it, half-width kana and rare characters included.
    pub counterparty: Option<String>,
    /// EDI information of a transfer.
    pub memo: Option<String>,
}

/// 振込入金明細照会: one page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TransfersAnswer {
    /// The account.
    pub account_id: String,
    /// First day asked for.
    pub from: String,
    /// Last day asked for, inclusive.
    pub to: String,
    /// The first day that the permission covers, where it does not cover all.
    pub permitted_from: Option<String>,
    /// From this day on the core has history.
    pub history_from: String,
    /// Rows, oldest first.
    pub entries: Vec<TransferRow>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

/// One incoming transfer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TransferRow {
    /// The same id as in the statement.
    pub entry_id: String,
    /// 取扱日.
    pub booked_on: String,
    /// Decimal text.
    pub amount: String,
    /// 振込依頼人名.
    pub sender_name: String,
    /// 仕向銀行.
    pub sender_bank: String,
    /// 仕向支店.
    pub sender_branch: String,
    /// 摘要.
    pub summary: String,
    /// EDI information.
    pub edi: Option<String>,
}
