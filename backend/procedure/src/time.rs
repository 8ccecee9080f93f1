//! Instants and Japanese calendar days, as values that are passed in.
//! Not here: a clock; whoever needs "now" is given it.

use renkei_shared::vocabulary::Language;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime, UtcOffset};

/// Japan Standard Time: UTC+9, no daylight saving.
const JST: UtcOffset = match UtcOffset::from_hms(9, 0, 0) {
    Ok(offset) => offset,
    Err(_) => UtcOffset::UTC,
};

const MICROS_PER_SECOND: i64 = 1_000_000;

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    /// From microseconds since the epoch, as stored.
    pub const fn from_unix_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From whole seconds since the epoch.
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(MICROS_PER_SECOND))
    }

    /// Microseconds since the epoch, for storage.
    pub const fn unix_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down, for JWTs (RFC 7519 NumericDate).
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// Later by a duration; stays at the end of time on overflow.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// How long it is until `later`; zero if that is past.
    pub fn until(self, later: Self) -> Duration {
        Duration::from_micros(u64::try_from(later.0.saturating_sub(self.0)).unwrap_or(0))
    }

    /// The calendar day in Japan.
    pub fn japan_date(self) -> JapanDate {
        JapanDate(self.in_japan().date())
    }

    /// RFC 3339 in Japan time, to the second, such as `2026-11-22T15:30:00+09:00`.
    pub fn to_japan_rfc3339(self) -> String {
        let whole = self
            .in_japan()
            .replace_nanosecond(0)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH);
        whole.format(&Rfc3339).unwrap_or_default()
    }

    /// As people read it in Japan time, such as `2026年11月22日 9:05` or `22 November 2026, 9:05`.
    pub fn in_words(self, language: Language) -> String {
        let day = self.japan_date().in_words(language);
        let time = self.in_japan().time();
        let (hour, minute) = (time.hour(), time.minute());
        match language {
            Language::Ja => format!("{day} {hour}:{minute:02}"),
            Language::En => format!("{day}, {hour}:{minute:02}"),
        }
    }

    fn in_japan(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
            .to_offset(JST)
    }
}

/// A calendar day in Japan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JapanDate(Date);

impl JapanDate {
    /// From a calendar date.
    pub const fn new(date: Date) -> Self {
        Self(date)
    }

    /// Reads `YYYY-MM-DD`, and only that.
    pub fn parse(text: &str) -> Option<Self> {
        let format = time::macros::format_description!("[year]-[month]-[day]");
        (text.len() == 10)
            .then(|| Date::parse(text, format).ok().map(Self))
            .flatten()
    }

    /// The calendar date.
    pub const fn date(self) -> Date {
        self.0
    }

    /// The day `days` later.
    #[must_use]
    pub fn plus_days(self, days: u16) -> Self {
        Self(self.0.saturating_add(time::Duration::days(i64::from(days))))
    }

    /// As people read it: `2027年2月5日` or `5 February 2027`.
    pub fn in_words(self, language: Language) -> String {
        let (year, month, day) = self.0.to_calendar_date();
        match language {
            Language::Ja => format!("{year}年{}月{day}日", u8::from(month)),
            Language::En => format!("{day} {month} {year}"),
        }
    }

    /// 00:00 in Japan on this day.
    pub fn begin(self) -> Instant {
        let midnight = self.0.midnight().assume_offset(JST);
        Instant::from_unix_seconds(midnight.unix_timestamp())
    }
}

impl fmt::Display for JapanDate {
    /// `YYYY-MM-DD`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:04}-{:02}-{:02}",
            self.0.year(),
            u8::from(self.0.month()),
            self.0.day()
        )
    }
}

impl Serialize for JapanDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for JapanDate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a date of the form YYYY-MM-DD"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_japanese_day_turns_at_fifteen_hundred_utc() {
        let before = Instant::from_unix_seconds(1_795_359_599); // 2026-11-22T14:59:59Z
        assert_eq!(before.to_japan_rfc3339(), "2026-11-22T23:59:59+09:00");
        assert_eq!(before.japan_date().to_string(), "2026-11-22");
        let after = before.plus(Duration::from_secs(1));
        assert_eq!(after.japan_date().to_string(), "2026-11-23");
        assert_eq!(after.japan_date().begin(), after);
    }

    #[test]
    fn people_read_days_and_times_without_leading_zeros() {
        let instant = JapanDate::parse("2027-02-05").unwrap().begin();
        let morning = instant.plus(Duration::from_mins(9 * 60 + 5));
        assert_eq!(morning.in_words(Language::Ja), "2027年2月5日 9:05");
        assert_eq!(morning.in_words(Language::En), "5 February 2027, 9:05");
    }

    #[test]
    fn dates_have_one_spelling() {
        assert_eq!(
            JapanDate::parse("2026-02-28").unwrap().plus_days(1).to_string(),
            "2026-03-01"
        );
        for wrong in [
            "2026-2-28",
            "2026-02-30",
            "20260228",
            "",
            "2026-02-28T",
            "+026-02-28",
        ] {
            assert_eq!(JapanDate::parse(wrong), None, "{wrong}");
        }
    }
}
