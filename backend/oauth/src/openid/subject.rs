//! Pairwise subjects (OpenID Connect Core 1.0, 8).
//! Not here: the sectors they are made for (`ClientMetadata::sector_identifier`), and the table of subjects. One is drawn at random for a customer and a sector, and kept.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::opaque::OpaqueValue;
use crate::parameters::is_visible_ascii;

/// The longest `sub`, in bytes (OpenID Connect Core 1.0, 2).
const MAX_SUBJECT: usize = 255;

/// How the clients of one sector know a customer: `sub`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Subject(String);

/// The text cannot be a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a subject is 1 to 255 visible ASCII characters")]
pub struct MalformedSubject;

impl Subject {
    /// A new subject from 256 random bits: nothing of the customer is in it.
    pub fn from_random(bytes: &[u8; 32]) -> Self {
        Self(OpaqueValue::from_secret_bytes(bytes).expose().to_owned())
    }

    /// Reads a subject as stored or as asked for.
    pub fn parse(text: &str) -> Result<Self, MalformedSubject> {
        if text.is_empty() || !is_visible_ascii(text, MAX_SUBJECT) {
            return Err(MalformedSubject);
        }
        Ok(Self(text.to_owned()))
    }

    /// The value of `sub`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.0
    }
}

impl TryFrom<String> for Subject {
    type Error = MalformedSubject;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_visible_ascii_of_at_most_255() {
        let subject = Subject::from_random(&[7; 32]);
        assert_eq!(Subject::parse(subject.as_str()), Ok(subject));
        for text in ["", "髙", "a\n", &"a".repeat(256)] {
            assert_eq!(Subject::parse(text), Err(MalformedSubject), "{text}");
        }
    }
}
