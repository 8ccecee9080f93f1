//! Dates in the page's language.
//! Not here: how a date is written (`renkei_shared::dates`).

use crate::language::{Locale, vocabulary};
use renkei_shared::dates;

/// A day, or the day of a time, as people read it.
pub(crate) fn day(date: &str, locale: Locale) -> String {
    dates::day(date, vocabulary(locale))
}

/// A time to the minute, in the zone in which it came.
pub(crate) fn moment(time: &str, locale: Locale) -> String {
    dates::moment(time, vocabulary(locale))
}
