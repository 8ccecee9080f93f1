//! Text that is stored but never printed: sealed PINs, password hashes, and JSON whose shape others define.
//! Not here: sealing, hashing, and what the JSON means.

use crate::StoreError;
use sea_orm::sea_query::ColumnType;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;

/// Text that `Debug` does not show: a sealed PIN, a password hash in PHC form.
#[derive(Clone, PartialEq, Eq)]
pub struct Undisclosed(String);

impl Undisclosed {
    /// Takes over a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Undisclosed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Undisclosed(..)")
    }
}

/// A JSON text whose shape belongs to the caller. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct JsonText(String);

impl JsonText {
    /// Writes a value as JSON.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where the value has no JSON form, such as a map whose keys are not text.
    pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Self, StoreError> {
        serde_json::to_string(value)
            .map(Self)
            .map_err(|_| StoreError::Corrupt("JSON to be stored"))
    }

    /// Reads the value back.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where the stored text is not of this shape.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, StoreError> {
        serde_json::from_str(&self.0).map_err(|_| StoreError::Corrupt("stored JSON"))
    }

    /// The text as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for JsonText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JsonText(..)")
    }
}

super::column_value!(Undisclosed, as String, ColumnType::Text, String,
    store: |value| value.0,
    load: |stored| Some(Undisclosed(stored)));

super::column_value!(JsonText, as String, ColumnType::Text, String,
    store: |value| value.0,
    load: |stored| Some(JsonText(stored)));
