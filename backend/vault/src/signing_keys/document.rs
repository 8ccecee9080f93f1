//! The file of signing keys as TOML: `[[key]]` tables of `kid`, `alg`, times (RFC 3339) and `pem`.
//! Not here: what the keys do.

use super::SigningKeysError;
use super::algorithm::SigningAlgorithm;
use super::schedule::Schedule;
use crate::keyring::line_of;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::serde::rfc3339;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const HEADING: &str = "\
# Renkei's signing keys. Whoever has them can sign in the issuer's name.
# Of each algorithm's keys, the one with the latest sign_from signs. Change them by `renkei keys rotate`.

";

/// A private key, PKCS#8 (RFC 5958) in PEM.
#[derive(Deserialize, Serialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
pub(super) struct PemText(pub(super) String);

/// One `[[key]]`.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyText {
    pub(super) kid: String,
    pub(super) alg: SigningAlgorithm,
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub(super) publish_from: Option<OffsetDateTime>,
    #[serde(with = "rfc3339")]
    pub(super) sign_from: OffsetDateTime,
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub(super) sign_until: Option<OffsetDateTime>,
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub(super) publish_until: Option<OffsetDateTime>,
    pub(super) pem: PemText,
}

impl KeyText {
    /// The times, if they are in order.
    pub(super) fn schedule(&self) -> Option<Schedule> {
        let seconds = |time: Option<OffsetDateTime>| time.map(OffsetDateTime::unix_timestamp);
        Schedule::new(
            seconds(self.publish_from),
            self.sign_from.unix_timestamp(),
            seconds(self.sign_until),
            seconds(self.publish_until),
        )
    }
}

/// The whole file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    #[serde(rename = "key")]
    pub(super) keys: Vec<KeyText>,
}

/// The file cannot be written: a time lies outside the years 0 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unwritable;

impl Document {
    pub(super) fn parse(text: &str) -> Result<Self, SigningKeysError> {
        toml::from_str(text).map_err(|error| SigningKeysError::Malformed {
            line: line_of(text, &error),
        })
    }

    /// The text of the file.
    pub(super) fn to_text(&self) -> Result<Zeroizing<String>, Unwritable> {
        let keys = Zeroizing::new(toml::to_string_pretty(self).map_err(|_| Unwritable)?);
        let mut text = Zeroizing::new(String::with_capacity(HEADING.len() + keys.len()));
        text.push_str(HEADING);
        text.push_str(&keys);
        Ok(text)
    }
}

/// A time of the file.
pub(super) fn time(unix_seconds: i64) -> Result<OffsetDateTime, Unwritable> {
    OffsetDateTime::from_unix_timestamp(unix_seconds).map_err(|_| Unwritable)
}
