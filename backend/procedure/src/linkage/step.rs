//! The steps, each holding the proofs that the steps before have made; no step can be built without them.
//! Not here: moving between them (`acts`).

use crate::accounts::PinOutcome;
use crate::identity::{AccountId, PartnerId, UserId};
use crate::login::{Login, PasswordVerified};
use crate::permission::Permitted;
use crate::time::{Instant, JapanDate};
use renkei_shared::linkage::EndReason;
use renkei_shared::vocabulary::Business;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Whether the customer chooses the businesses, as the operator has set it for the partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BusinessPolicy {
    /// 認可業務選択 is shown.
    Choose,
    /// 「API連携事業者によっては表示されない場合があります」: all that was asked for, or nothing.
    Fixed,
}

/// What the partner asks for in this linkage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerTerms {
    /// The partner.
    pub partner: PartnerId,
    /// The operator's setting.
    pub policy: BusinessPolicy,
    /// The businesses that the request names and the partner is registered for.
    pub businesses: BTreeSet<Business>,
    /// The accounts that the request names; without any the customer chooses freely.
    pub accounts: Option<BTreeSet<AccountId>>,
    /// The first day of statements that the request asks for; without one, all that there are.
    pub from_date: Option<JapanDate>,
}

/// What came of the PINs entered so far in this linkage, the latest for each account.
pub type RowOutcomes = BTreeMap<AccountId, PinOutcome>;

/// Proof of login and of a choice of businesses, with what happened to PINs since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessesChosen {
    pub(super) login: PasswordVerified,
    pub(super) businesses: BTreeSet<Business>,
    pub(super) outcomes: RowOutcomes,
}

impl BusinessesChosen {
    /// Who has logged in.
    pub const fn login(&self) -> &PasswordVerified {
        &self.login
    }

    /// What was chosen.
    pub const fn businesses(&self) -> &BTreeSet<Business> {
        &self.businesses
    }

    /// What came of each PIN entered in this linkage.
    pub const fn outcomes(&self) -> &RowOutcomes {
        &self.outcomes
    }

    /// Whether this account was registered during this very procedure (登録済み*).
    pub fn registered_now(&self, account: AccountId) -> bool {
        self.outcomes.get(&account) == Some(&PinOutcome::Accepted)
    }
}

/// Where the linkage stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// 手順1
    Login(Login),
    /// 手順2
    BusinessSelection(PasswordVerified),
    /// 手順3
    PinRegistration(BusinessesChosen),
    /// 手順4
    PinResult(BusinessesChosen),
    /// 手順5
    Permission {
        /// The proofs.
        chosen: BusinessesChosen,
        /// Whether 手順3 and 手順4 were shown, for the count of pages.
        pins_shown: bool,
    },
    /// Permitted, on the way back to the partner.
    Returning {
        /// The permission.
        permitted: Permitted,
        /// How many codes were issued: a later one exists only because the earlier one expired unredeemed.
        code_number: u32,
        /// When the current code was issued.
        code_issued_at: Instant,
        /// Whether 手順3 and 手順4 were shown.
        pins_shown: bool,
    },
    /// Over.
    Ended(EndReason),
}

impl Step {
    pub(super) const fn begin() -> Self {
        Self::Login(Login::begin())
    }

    /// The user whom the proofs name.
    pub(super) fn user(&self) -> Option<UserId> {
        match self {
            Self::Login(login) => login
                .awaiting_password()
                .map(crate::login::CertificateVerified::user),
            Self::BusinessSelection(login) => Some(login.user()),
            Self::PinRegistration(chosen) | Self::PinResult(chosen) | Self::Permission { chosen, .. } => {
                Some(chosen.login.user())
            }
            Self::Returning { permitted, .. } => Some(permitted.user()),
            Self::Ended(_) => None,
        }
    }
}
