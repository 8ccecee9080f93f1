//! The one place of this crate that reads the clock; everything else gets the time as an argument.
//! Not here: calendar rules.

use time::OffsetDateTime;

/// The time now, UTC.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub(crate) fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}
