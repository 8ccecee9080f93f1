//! Serde of instants as RFC 3339 text in Japan time, to the second.
//! Not here: how Renkei stores instants (microseconds, `renkei_procedure::time`).

use renkei_procedure::time::Instant;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

fn parse(text: &str) -> Option<Instant> {
    let parsed = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    i64::try_from(parsed.unix_timestamp_nanos() / 1_000)
        .ok()
        .map(Instant::from_unix_micros)
}

/// For a field that is always there.
pub(crate) mod required {
    use super::{Instant, parse};
    use serde::{Deserialize, Deserializer, Serializer};

    // Serde hands over a reference.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    pub(crate) fn serialize<S: Serializer>(instant: &Instant, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&instant.to_japan_rfc3339())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Instant, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse(&text).ok_or_else(|| serde::de::Error::custom("not an RFC 3339 date-time"))
    }
}

/// For a field that may be null.
pub(crate) mod optional {
    use super::{Instant, parse};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    // Serde hands over a reference to the field.
    #[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref)]
    pub(crate) fn serialize<S: Serializer>(
        instant: &Option<Instant>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        instant.map(Instant::to_japan_rfc3339).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Instant>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| parse(&text).ok_or_else(|| serde::de::Error::custom("not an RFC 3339 date-time")))
            .transpose()
    }
}
