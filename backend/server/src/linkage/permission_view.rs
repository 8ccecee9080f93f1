//! What the customer is asked to decide, 手順2 and 手順5, beside what an earlier permission already says.
//! Not here: rules; a view only says what is.

use super::StoredLinkage;
use super::continuation::{Continued, continued};
use super::inquiry_accounts::{KnownAccounts, label};
use crate::services::Services;
use crate::web::problem::Problem;
use renkei_procedure::identity::{AccountId, UserId};
use renkei_procedure::linkage::BusinessesChosen;
use renkei_procedure::permission::{PERMISSION_DAYS, PermissionPeriod, first_day, last_day_before};
use renkei_procedure::time::{Instant, JapanDate};
use renkei_shared::linkage::{
    AccountStanding, BusinessSelectionView, EarlierPermission, PermissionAccount, PermissionView, Relation,
};
use renkei_shared::vocabulary::Business;
use renkei_store::{GrantRecord, InquiryAccountRecord};
use std::collections::BTreeSet;

/// Data of 手順2.
pub(super) async fn business_selection_view(
    app: &Services,
    state: &StoredLinkage,
    user: UserId,
    now: Instant,
) -> Result<BusinessSelectionView, Problem> {
    // Where it has ended since the login, the permission page will say so.
    let continued = continued(app, state, user, now).await?.ok().flatten();
    let permitted = continued.as_ref().map(Continued::businesses).unwrap_or_default();
    Ok(BusinessSelectionView {
        businesses: state.linkage.terms().businesses.iter().copied().collect(),
        permitted: permitted.into_iter().collect(),
        continues: continued.map(|continued| earlier(&continued.grant, continued.relation)),
    })
}

/// Data of 手順5.
pub(super) async fn permission_view(
    app: &Services,
    state: &StoredLinkage,
    chosen: &BusinessesChosen,
    accounts: KnownAccounts,
    now: Instant,
) -> Result<PermissionView, Problem> {
    let terms = state.linkage.terms();
    let user = chosen.login().user();
    let grants = app.store.grants();
    let continued = continued(app, state, user, now).await?.ok().flatten();
    let kept = continued.as_ref().and_then(Continued::kept);
    let businesses: BTreeSet<Business> = match &kept {
        Some(kept) => chosen.businesses().union(&kept.businesses).copied().collect(),
        None => chosen.businesses().clone(),
    };
    let mut rows = offered(&accounts, |account| match (&continued, &kept) {
        (_, Some(kept)) if kept.accounts.contains(&account) => AccountStanding::Kept,
        // A choice that was made before is proposed again, unless the partner names the accounts that it wants.
        (Some(continued), None) if terms.accounts.is_none() && !continued.accounts.contains(&account) => {
            AccountStanding::LeftOut
        }
        _ => AccountStanding::Included,
    });
    if let Some((continued, kept)) = continued.as_ref().zip(kept.as_ref()) {
        // What stays is shown, wherever it comes from.
        let shown: BTreeSet<String> = rows.iter().map(|row| row.account_id.clone()).collect();
        let others = grants.accounts(continued.grant.id).await?;
        let others = others.iter().filter(|record| kept.accounts.contains(&record.id));
        let others = others.map(|record| row(record, AccountStanding::Kept));
        rows.extend(others.filter(|row| !shown.contains(&row.account_id)));
    }
    let replaced = match &continued {
        Some(continued) => Some(earlier(&continued.grant, continued.relation)),
        None => grants
            .in_force(user, &terms.partner, now)
            .await?
            .map(|grant| earlier(&grant, Relation::Anew)),
    };
    let held_from = history_from(now, app.config.procedure.history_months);
    Ok(PermissionView {
        businesses: businesses.into_iter().collect(),
        accounts: rows,
        period_days: PERMISSION_DAYS,
        last_day: PermissionPeriod::from(now).last_day().to_string(),
        history_from: held_from
            .max(first_day(terms.from_date, kept.as_ref()))
            .map(|day| day.to_string()),
        replaces: replaced,
    })
}

/// The registered accounts of those that may be permitted.
fn offered(
    accounts: &KnownAccounts,
    standing: impl Fn(AccountId) -> AccountStanding,
) -> Vec<PermissionAccount> {
    accounts
        .records
        .iter()
        .filter(|record| {
            accounts.standing.is_registered(record.id) || standing(record.id) == AccountStanding::Kept
        })
        .map(|record| row(record, standing(record.id)))
        .collect()
}

fn row(record: &InquiryAccountRecord, standing: AccountStanding) -> PermissionAccount {
    PermissionAccount {
        account_id: record.id.to_string(),
        label: label(record),
        memo: record.memo.clone(),
        standing,
    }
}

fn earlier(grant: &GrantRecord, relation: Relation) -> EarlierPermission {
    EarlierPermission {
        relation,
        permitted_on: grant.permitted_at.japan_date().to_string(),
        last_day: last_day_before(grant.expires_at).to_string(),
    }
}

/// The first day of the month so many months back: from there the core keeps statements.
fn history_from(now: Instant, months: u32) -> Option<JapanDate> {
    let today = now.japan_date().date();
    let months_ad = today
        .year()
        .checked_mul(12)?
        .checked_add(i32::from(u8::from(today.month())))?
        .checked_sub(1)?;
    let begin = months_ad.checked_sub(i32::try_from(months).ok()?)?;
    let month = time::Month::try_from(u8::try_from(begin.rem_euclid(12)).ok()?.checked_add(1)?).ok()?;
    time::Date::from_calendar_date(begin.div_euclid(12), month, 1)
        .ok()
        .map(JapanDate::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_begins_with_a_month() {
        let now = Instant::from_unix_seconds(1_795_300_000); // 2026-11-22 in Japan
        assert_eq!(history_from(now, 13).unwrap().to_string(), "2025-10-01");
        assert_eq!(history_from(now, 0).unwrap().to_string(), "2026-11-01");
        assert_eq!(history_from(now, 11).unwrap().to_string(), "2025-12-01");
    }
}
