//! Dates in the page's language.
//! Not here: how a date is written in a language (`renkei_shared::dates`).

use crate::language::{Locale, vocabulary};
use renkei_shared::dates;

/// See [`dates::day`].
pub(crate) fn day(date: &str, locale: Locale) -> String {
    dates::day(date, vocabulary(locale))
}

/// See [`dates::moment`].
pub(crate) fn moment(time: &str, locale: Locale) -> String {
    dates::moment(time, vocabulary(locale))
}
