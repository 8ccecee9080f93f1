//! The words of the domain that travel: businesses, account types, registration status, locales.
//! Not here: anything that decides; a word only knows its label and its wire form.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The languages of the pages and of every explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// 日本語, the language of the procedure guide.
    #[default]
    Ja,
    /// English.
    En,
}

impl Language {
    /// BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }
}

/// 業務: what the partner may use. On the wire of OAuth each one is a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Business {
    /// 残高照会
    Balance,
    /// 入出金明細照会
    Statement,
    /// 振込入金明細照会
    Transfers,
}

impl Business {
    /// Every business, in the order in which the pages show them.
    pub const ALL: [Self; 3] = [Self::Balance, Self::Statement, Self::Transfers];

    /// The OAuth scope (RFC 6749 section 3.3) that stands for this business.
    pub const fn scope(self) -> &'static str {
        match self {
            Self::Balance => "balance",
            Self::Statement => "statement",
            Self::Transfers => "transfers",
        }
    }

    /// The business that a scope token stands for, if it stands for one.
    pub fn from_scope(scope: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|business| business.scope() == scope)
    }

    /// The label as the cooperative writes it.
    pub const fn label(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Balance, Language::Ja) => "残高照会",
            (Self::Statement, Language::Ja) => "入出金明細照会",
            (Self::Transfers, Language::Ja) => "振込入金明細照会",
            (Self::Balance, Language::En) => "Balance inquiry",
            (Self::Statement, Language::En) => "Statement of deposits and withdrawals",
            (Self::Transfers, Language::En) => "Incoming transfers",
        }
    }
}

/// Every scope (RFC 6749 section 3.3): the list of accounts, one for each business, the login (OpenID Connect Core 1.0,
/// 3.1.2.1), and a partner's own access to its grants (Grant Management for OAuth 2.0, 6.1).
pub const SCOPES: [&str; 7] = [
    "accounts",
    Business::Balance.scope(),
    Business::Statement.scope(),
    Business::Transfers.scope(),
    "openid",
    "grant_management_query",
    "grant_management_revoke",
];

/// 科目: the type of an account, with its one-digit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AccountType {
    /// 普通, code 1.
    #[serde(rename = "1")]
    Ordinary,
    /// 当座, code 2.
    #[serde(rename = "2")]
    Current,
    /// 貯蓄, code 4.
    #[serde(rename = "4")]
    Savings,
}

impl AccountType {
    /// The one-digit code of the Japanese bank transfer formats.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ordinary => "1",
            Self::Current => "2",
            Self::Savings => "4",
        }
    }

    /// The type behind a one-digit code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Ordinary, Self::Current, Self::Savings]
            .into_iter()
            .find(|kind| kind.code() == code)
    }

    /// The label as the cooperative writes it.
    pub const fn label(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Ordinary, Language::Ja) => "普通",
            (Self::Current, Language::Ja) => "当座",
            (Self::Savings, Language::Ja) => "貯蓄",
            (Self::Ordinary, Language::En) => "Ordinary",
            (Self::Current, Language::En) => "Current",
            (Self::Savings, Language::En) => "Savings",
        }
    }
}

/// How a customer knows an account: branch, type, number. All text, never numbers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AccountLabel {
    /// 店名, such as `インターネット支店`.
    pub branch_name: String,
    /// 店番, 3 digits.
    pub branch_code: String,
    /// 科目.
    pub account_type: AccountType,
    /// 口座番号, 7 digits.
    pub account_number: String,
}

impl AccountLabel {
    /// The account as the pages show it, such as `インターネット支店(001) 普通 2000002`.
    pub fn display(&self, language: Language) -> String {
        format!(
            "{}({}) {} {}",
            self.branch_name,
            self.branch_code,
            self.account_type.label(language),
            self.account_number
        )
    }
}

impl fmt::Display for AccountLabel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.display(Language::Ja))
    }
}

/// 登録状況 of an inquiry account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationStatus {
    /// 未登録: no inquiry PIN is on file with Renkei.
    Unregistered,
    /// 登録済み: registered before this procedure.
    Registered,
    /// 登録済み*: registered during this very procedure.
    RegisteredNow,
}

impl RegistrationStatus {
    /// Whether inquiries can be made for the account.
    pub const fn is_registered(self) -> bool {
        matches!(self, Self::Registered | Self::RegisteredNow)
    }

    /// The label of the seed, the asterisk included.
    pub const fn label(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Unregistered, Language::Ja) => "未登録",
            (Self::Registered, Language::Ja) => "登録済み",
            (Self::RegisteredNow, Language::Ja) => "登録済み*",
            (Self::Unregistered, Language::En) => "Not registered",
            (Self::Registered, Language::En) => "Registered",
            (Self::RegisteredNow, Language::En) => "Registered*",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_reads_as_in_the_procedure_guide() {
        let label = AccountLabel {
            branch_name: "インターネット支店".into(),
            branch_code: "001".into(),
            account_type: AccountType::Ordinary,
            account_number: "2000002".into(),
        };
        assert_eq!(label.to_string(), "インターネット支店(001) 普通 2000002");
        assert_eq!(
            serde_json::to_value(&label).unwrap(),
            serde_json::json!({"branch_name": "インターネット支店", "branch_code": "001", "account_type": "1", "account_number": "2000002"})
        );
    }

    #[test]
    fn scopes_and_businesses_are_one_to_one() {
        for business in Business::ALL {
            assert_eq!(Business::from_scope(business.scope()), Some(business));
            assert_eq!(serde_json::to_value(business).unwrap(), business.scope());
        }
        assert_eq!(Business::from_scope("accounts"), None);
    }
}
