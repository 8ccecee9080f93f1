//! The clock, read in one place.
//! Not here: anything else.

use time::OffsetDateTime;

/// Now, in UTC.
#[expect(
    clippy::disallowed_methods,
    reason = "a chore has no caller that could pass the time in"
)]
pub(crate) fn now() -> OffsetDateTime {
    std::time::SystemTime::now().into()
}
