//! The permission in force that a linkage continues, because its request names it (Grant Management for OAuth 2.0).
//! Not here: what a merged permission comes to (`renkei_procedure::permission`).

use super::StoredLinkage;
use crate::services::Services;
use renkei_oauth::grant_management::GrantManagement;
use renkei_procedure::identity::{AccountId, UserId};
use renkei_procedure::linkage::Unserved;
use renkei_procedure::permission::Kept;
use renkei_procedure::time::Instant;
use renkei_shared::linkage::Relation;
use renkei_shared::vocabulary::Business;
use renkei_store::{GrantRecord, StoreError};
use std::collections::BTreeSet;

/// A permission that goes on under its name.
pub(super) struct Continued {
    pub(super) grant: GrantRecord,
    pub(super) relation: Relation,
    pub(super) accounts: BTreeSet<AccountId>,
}

impl Continued {
    /// What it permits.
    pub(super) fn businesses(&self) -> BTreeSet<Business> {
        let scopes = self.grant.businesses.iter();
        scopes.filter_map(|scope| Business::from_scope(scope)).collect()
    }

    /// What stays of it, where it is merged with.
    pub(super) fn kept(&self) -> Option<Kept> {
        (self.relation == Relation::Merge).then(|| Kept {
            businesses: self.businesses(),
            accounts: self.accounts.clone(),
            from_date: self.grant.from_date,
        })
    }
}

/// What the linkage of this customer continues; nothing, where its request names no permission.
pub(super) async fn continued(
    app: &Services,
    state: &StoredLinkage,
    user: UserId,
    now: Instant,
) -> Result<Result<Option<Continued>, Unserved>, StoreError> {
    let (grant_id, relation) = match state.request.grant_management() {
        None | Some(GrantManagement::Create) => return Ok(Ok(None)),
        Some(GrantManagement::Merge(grant_id)) => (grant_id, Relation::Merge),
        Some(GrantManagement::Replace(grant_id)) => (grant_id, Relation::Replace),
    };
    let grants = app.store.grants();
    let partner = &state.linkage.terms().partner;
    let Some(grant) = grants.find_public(partner, grant_id.as_str(), now).await? else {
        return Ok(Err(Unserved::GrantEnded));
    };
    if grant.user_id != user {
        return Ok(Err(Unserved::GrantOfAnother));
    }
    let accounts = grants.accounts(grant.id).await?;
    Ok(Ok(Some(Continued {
        accounts: accounts.iter().map(|account| account.id).collect(),
        grant,
        relation,
    })))
}
