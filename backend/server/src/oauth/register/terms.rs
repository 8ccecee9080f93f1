//! The operator's terms for partners that register themselves: who they are, and what they may have at most.
//! Not here: the initial access token that carries them (`cli`), and what partners say of themselves (`renkei_oauth::registration`).

use crate::oauth::clients::{UnusablePartner, check_scopes, profile};
use renkei_oauth::registration::RegistrationTerms;
use renkei_oauth::scope::Scopes;
use renkei_store::{BusinessesMode, PartnerProfile};
use serde::{Deserialize, Serialize};

/// What an initial access token stands for: in the operator's file, and on file with token and partner. What customers
/// are told about a partner comes from here, never from the partner.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Terms {
    /// The service's name.
    pub(crate) name: String,
    /// The company's legal name.
    pub(crate) legal_name: String,
    /// 登録番号 of the electronic payment intermediary.
    pub(crate) registration_number: String,
    /// What the data is used for.
    pub(crate) purpose: String,
    /// Where complaints go.
    pub(crate) complaint_contact: String,
    profile: Profile,
    businesses: Businesses,
    /// The scopes that a partner may register at most.
    scopes: Scopes,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Profile {
    Fapi2,
    Baseline,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Businesses {
    Choose,
    Fixed,
}

impl Terms {
    /// Whether a partner could live under them.
    pub(crate) fn check(&self) -> Result<(), UnusablePartner> {
        check_scopes(&self.scopes)
    }

    /// The rules that partners live under.
    pub(crate) const fn profile(&self) -> PartnerProfile {
        match self.profile {
            Profile::Fapi2 => PartnerProfile::Fapi2,
            Profile::Baseline => PartnerProfile::Baseline,
        }
    }

    /// Whether the customer chooses the businesses.
    pub(crate) const fn businesses(&self) -> BusinessesMode {
        match self.businesses {
            Businesses::Choose => BusinessesMode::Choose,
            Businesses::Fixed => BusinessesMode::Fixed,
        }
    }

    /// What a registration is held to; a partner whom the operator has moved to another profile since, to that.
    pub(crate) fn for_registration(&self, current: PartnerProfile) -> RegistrationTerms {
        RegistrationTerms {
            profile: profile(current),
            scopes: self.scopes.clone(),
        }
    }
}
