//! 情報アクセス許可: what a customer permits, and for how long.
//! Not here: tokens and codes, by which a partner makes use of it (`renkei-oauth`).

use crate::identity::{AccountId, UserId};
use crate::time::{Instant, JapanDate};
use renkei_shared::vocabulary::Business;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// 一定期間(90日).
pub const PERMISSION_DAYS: u16 = 90;

/// 許可期間: from the moment of permission through the end (Japan time) of the 90th day after that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionPeriod {
    permitted_at: Instant,
    expires_at: Instant,
}

impl PermissionPeriod {
    /// The period of a permission that is given now, on day D: `expires_at` is 00:00 Japan time of D+91, exclusive.
    pub fn from(now: Instant) -> Self {
        let end = now.japan_date().plus_days(PERMISSION_DAYS).plus_days(1).begin();
        Self {
            permitted_at: now,
            expires_at: end,
        }
    }

    /// When the permission was given.
    pub const fn permitted_at(&self) -> Instant {
        self.permitted_at
    }

    /// The first instant at which it is no longer in force.
    pub const fn expires_at(&self) -> Instant {
        self.expires_at
    }

    /// The last day on which it is in force: D+90, as the pages show it.
    pub fn last_day(&self) -> JapanDate {
        last_day_before(self.expires_at)
    }
}

/// The last calendar day in Japan of something that ends, exclusively, at the given instant.
pub fn last_day_before(expires_at: Instant) -> JapanDate {
    Instant::from_unix_micros(expires_at.unix_micros().saturating_sub(1)).japan_date()
}

/// A permission as given by the customer: who, what, which accounts, how long. Only
/// [`Linkage::permit`](crate::linkage::Linkage::permit) makes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permitted {
    pub(crate) user: UserId,
    pub(crate) businesses: BTreeSet<Business>,
    pub(crate) accounts: BTreeSet<AccountId>,
    pub(crate) period: PermissionPeriod,
    pub(crate) from_date: Option<JapanDate>,
    pub(crate) logged_in_at: Instant,
}

/// What an earlier permission brings into the one that it is merged with: all of it stays, whatever is chosen beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// Businesses permitted before.
    pub businesses: BTreeSet<Business>,
    /// Accounts permitted before.
    pub accounts: BTreeSet<AccountId>,
    /// The first day of statements permitted before; without one, all that there are.
    pub from_date: Option<JapanDate>,
}

/// The first day of statements of a permission that asks for `wanted` on top of what is kept: the earlier of the two,
/// and none where either has none.
pub fn first_day(wanted: Option<JapanDate>, kept: Option<&Kept>) -> Option<JapanDate> {
    match kept {
        None => wanted,
        Some(kept) => wanted
            .zip(kept.from_date)
            .map(|(wanted, before)| wanted.min(before)),
    }
}

impl Permitted {
    /// Who permitted.
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// What.
    pub const fn businesses(&self) -> &BTreeSet<Business> {
        &self.businesses
    }

    /// For which accounts.
    pub const fn accounts(&self) -> &BTreeSet<AccountId> {
        &self.accounts
    }

    /// For how long.
    pub const fn period(&self) -> PermissionPeriod {
        self.period
    }

    /// The first day of statements that may be read; without one, all that there are.
    pub const fn from_date(&self) -> Option<JapanDate> {
        self.from_date
    }

    /// When the customer had logged in, to permit it.
    pub const fn logged_in_at(&self) -> Instant {
        self.logged_in_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merged_permission_reads_as_far_back_as_either() {
        let day = |text| JapanDate::parse(text);
        let (early, late) = (day("2026-04-01"), day("2026-10-01"));
        let kept = |from_date| Kept {
            from_date,
            ..Kept::default()
        };
        assert_eq!(first_day(late, None), late);
        assert_eq!(first_day(None, None), None);
        assert_eq!(first_day(late, Some(&kept(early))), early);
        assert_eq!(first_day(early, Some(&kept(late))), early);
        assert_eq!(first_day(early, Some(&kept(None))), None);
        assert_eq!(first_day(None, Some(&kept(early))), None);
    }

    #[test]
    fn ninety_days_end_with_the_ninetieth_day_after_in_japan() {
        // 2026-11-22 23:59:59 and, one second later, 2026-11-23 00:00:00 in Japan.
        let late = Instant::from_unix_seconds(1_795_359_599);
        let period = PermissionPeriod::from(late);
        assert_eq!(period.last_day().to_string(), "2027-02-20");
        assert_eq!(
            period.expires_at().to_japan_rfc3339(),
            "2027-02-21T00:00:00+09:00"
        );
        let early = Instant::from_unix_seconds(1_795_359_600);
        assert_eq!(PermissionPeriod::from(early).last_day().to_string(), "2027-02-21");
    }
}
