//! What a checked request asks for, in the procedure's words: businesses, accounts, the first day. What does not exist
//! here is refused before anybody logs in. Not here: the form of a request (`renkei_oauth::authorization`).

use crate::services::Services;
use renkei_oauth::authorization::AuthorizationRequest;
use renkei_oauth::authorization_details::AuthorizationDetails;
use renkei_oauth::error::{ErrorCode, OAuthError};
use renkei_oauth::grant_management::invalid_grant_id;
use renkei_procedure::identity::{AccountId, PublicAccountId};
use renkei_procedure::linkage::{BusinessPolicy, PartnerTerms};
use renkei_procedure::time::JapanDate;
use renkei_shared::vocabulary::Business;
use renkei_store::{BusinessesMode, PartnerRecord, StoreError};
use std::collections::BTreeSet;

/// Why a request has no terms.
pub(crate) enum TermsError {
    /// It asks for what does not exist.
    Refused(OAuthError),
    /// We failed.
    Store(StoreError),
}

impl From<OAuthError> for TermsError {
    fn from(error: OAuthError) -> Self {
        Self::Refused(error)
    }
}

impl From<StoreError> for TermsError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The terms of a partner's request, where it can be met by some customer.
pub(crate) async fn terms(
    app: &Services,
    partner: &PartnerRecord,
    request: &AuthorizationRequest,
) -> Result<PartnerTerms, TermsError> {
    let businesses: BTreeSet<Business> = request.scopes().iter().filter_map(Business::from_scope).collect();
    if businesses.is_empty() {
        return Err(OAuthError::new(
            ErrorCode::InvalidScope,
            "at least one of balance, statement, transfers must be asked for",
        )
        .into());
    }
    let details = request.authorization_details();
    let accounts = match details.and_then(AuthorizationDetails::accounts) {
        Some(named) => Some(named_accounts(app, partner, named.iter().map(|id| (*id).into())).await?),
        None => None,
    };
    if let Some(grant) = request.grant_management().and_then(|wanted| wanted.grant_id()) {
        let now = app.ambient.now();
        let found = app.store.grants();
        if found
            .find_public(&partner.client_id, grant.as_str(), now)
            .await?
            .is_none()
        {
            return Err(invalid_grant_id().into());
        }
    }
    Ok(PartnerTerms {
        partner: partner.client_id.clone(),
        policy: match partner.businesses {
            BusinessesMode::Choose => BusinessPolicy::Choose,
            BusinessesMode::Fixed => BusinessPolicy::Fixed,
        },
        businesses,
        accounts,
        from_date: details
            .and_then(AuthorizationDetails::from_date)
            .map(JapanDate::new),
    })
}

/// The accounts behind the ids by which this partner knows them, each of which it must have learnt here.
async fn named_accounts(
    app: &Services,
    partner: &PartnerRecord,
    named: impl Iterator<Item = PublicAccountId>,
) -> Result<BTreeSet<AccountId>, TermsError> {
    let named: Vec<PublicAccountId> = named.collect();
    let known = app
        .store
        .partner_accounts()
        .find_all(&partner.client_id, &named)
        .await?;
    if known.len() == named.len() {
        Ok(known.into_values().collect())
    } else {
        Err(OAuthError::new(
            ErrorCode::InvalidAuthorizationDetails,
            "accounts names an account that is not known to this client",
        )
        .into())
    }
}
