//! Who can help with a problem.
//! Not here: with which one; that is a column of the catalogue.

/// Who can help with a problem: whom support sends the customer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Helper {
    /// Nobody is needed: the customer gets on by doing what the remedy says.
    Customer,
    /// The master user or an administrator of the customer's company.
    Administrator,
    /// The cooperative, at its counter or help desk.
    Cooperative,
    /// The partner: its request or its software is at fault.
    Partner,
}

impl Helper {
    /// In Japanese, as the vocabulary has it.
    pub const fn ja(self) -> &'static str {
        match self {
            Self::Customer => "利用者",
            Self::Administrator => "マスター・管理者",
            Self::Cooperative => "信用組合",
            Self::Partner => "API連携先",
        }
    }

    /// In English.
    pub const fn en(self) -> &'static str {
        match self {
            Self::Customer => "the customer",
            Self::Administrator => "the company's master or administrator",
            Self::Cooperative => "the cooperative",
            Self::Partner => "the partner",
        }
    }
}
