//! The time limit of a procedure, and its extension (WCAG 2.2 success criterion 2.2.1).
//! Not here: the end of a permission (`permission`).

use crate::time::Instant;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a procedure may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLimits {
    /// Full time, given at the start and again by each extension.
    pub full: Duration,
    /// All in all, extensions included.
    pub overall: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self {
            full: Duration::from_mins(10),
            overall: Duration::from_hours(3),
        }
    }
}

/// When a procedure began and when its time is up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    started_at: Instant,
    expires_at: Instant,
}

/// Nothing can be added any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExtensionExhausted;

impl Deadline {
    /// The full time from now.
    pub fn begin(limits: &TimeLimits, now: Instant) -> Self {
        Self {
            started_at: now,
            expires_at: now.plus(limits.full.min(limits.overall)),
        }
    }

    /// When the time is up.
    pub const fn expires_at(&self) -> Instant {
        self.expires_at
    }

    /// Whether the time is up.
    pub fn has_passed(&self, now: Instant) -> bool {
        now >= self.expires_at
    }

    /// Whether an extension would still give time.
    pub fn extendable(&self, limits: &TimeLimits) -> bool {
        self.expires_at < self.started_at.plus(limits.overall)
    }

    /// Adds the time for which the customer had to wait for us, within the overall limit.
    pub fn give_back(&mut self, limits: &TimeLimits, waited: Duration) {
        let later = self
            .expires_at
            .plus(waited)
            .min(self.started_at.plus(limits.overall));
        self.expires_at = self.expires_at.max(later);
    }

    /// The full time again from now, within the overall limit. Time is only ever added.
    ///
    /// # Errors
    /// [`ExtensionExhausted`] at the overall limit.
    pub fn extend(&mut self, limits: &TimeLimits, now: Instant) -> Result<(), ExtensionExhausted> {
        if !self.extendable(limits) {
            return Err(ExtensionExhausted);
        }
        let wanted = now.plus(limits.full).min(self.started_at.plus(limits.overall));
        self.expires_at = self.expires_at.max(wanted);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_extensions_of_the_full_time_and_no_end_beyond_three_hours() {
        let limits = TimeLimits::default();
        let start = Instant::from_unix_seconds(1_800_000_000);
        let mut deadline = Deadline::begin(&limits, start);
        let mut extensions = 0;
        loop {
            let now = deadline.expires_at();
            assert!(deadline.has_passed(now));
            let just_before = Instant::from_unix_micros(now.unix_micros() - 1);
            if deadline.extend(&limits, just_before).is_err() {
                break;
            }
            extensions += 1;
        }
        assert!(extensions >= 10, "{extensions}");
        assert_eq!(deadline.expires_at(), start.plus(limits.overall));
    }
}
