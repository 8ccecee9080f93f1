//! Instants as integers, so that both databases order them alike (SQLite would keep timestamps as text).
//! Not here: a clock.

use renkei_procedure::time::Instant;
use sea_orm::sea_query::ColumnType;

/// An [`Instant`] in a column: microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Micros(i64);

impl From<Instant> for Micros {
    fn from(instant: Instant) -> Self {
        Self(instant.unix_micros())
    }
}

impl From<Micros> for Instant {
    fn from(stored: Micros) -> Self {
        Self::from_unix_micros(stored.0)
    }
}

super::column_value!(Micros, as i64, ColumnType::BigInteger, BigInt,
    store: |value| value.0,
    load: |stored| Some(Micros(stored)));
