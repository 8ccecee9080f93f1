//! An account as the core lists it, and its balance.
//! Not here: Renkei's own ids and the registration status of an account.

use super::{Yen, required_rfc3339};
use renkei_procedure::identity::CoreAccountKey;
use renkei_procedure::time::Instant;
use renkei_shared::vocabulary::{AccountLabel, AccountType};
use serde::{Deserialize, Serialize};

/// An inquiry account in the core.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoreAccount {
    /// The core's stable key; unlike branch and number it survives mergers.
    pub key: CoreAccountKey,
    /// 店番, 3 digits.
    pub branch_code: String,
    /// 店名, such as `インターネット支店`.
    pub branch_name: String,
    /// 科目, on the wire its one-digit code.
    pub account_type: AccountType,
    /// 口座番号, 7 digits.
    pub account_number: String,
    /// 口座名義, exactly as the core keeps it.
    pub holder_name: String,
    /// 口座メモ: the customer's own label, up to 20 full-width characters, exactly as the core keeps it.
    pub memo: Option<String>,
}

impl CoreAccount {
    /// How the customer knows the account.
    pub fn label(&self) -> AccountLabel {
        AccountLabel {
            branch_name: self.branch_name.clone(),
            branch_code: self.branch_code.clone(),
            account_type: self.account_type,
            account_number: self.account_number.clone(),
        }
    }
}

/// 残高.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// 現在残高; negative where an overdraft is drawn.
    pub current: Yen,
    /// 支払可能残高: without deposits that are not yet cleared.
    pub available: Yen,
    /// The instant it holds for, to the second.
    #[serde(with = "required_rfc3339")]
    pub as_of: Instant,
}
