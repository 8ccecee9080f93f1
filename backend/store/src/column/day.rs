//! Calendar days as text of the form `YYYY-MM-DD`, which both databases order alike.
//! Not here: in which place of the world a day begins.

use renkei_procedure::time::JapanDate;
use sea_orm::sea_query::ColumnType;

/// A [`JapanDate`] in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day(JapanDate);

impl From<JapanDate> for Day {
    fn from(date: JapanDate) -> Self {
        Self(date)
    }
}

impl From<Day> for JapanDate {
    fn from(stored: Day) -> Self {
        stored.0
    }
}

super::column_value!(Day, as String, ColumnType::Text, String,
    store: |value| value.0.to_string(),
    load: |stored| JapanDate::parse(&stored).map(Day));
