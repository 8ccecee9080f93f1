//! Pairwise subjects and the sectors they are made for (OpenID Connect Core 1.0, 8 and 8.1).
//! Not here: the table of subjects. One is drawn at random for a customer and a sector, and kept.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::client::ClientMetadata;
use crate::opaque::OpaqueValue;
use crate::parameters::is_visible_ascii;

/// The longest `sub`, in bytes (OpenID Connect Core 1.0, 2).
const MAX_SUBJECT: usize = 255;

/// The sector of a client: clients of one sector know a customer by the same `sub`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectorIdentifier(String);

impl SectorIdentifier {
    /// The registered sector, else the one host of all redirect URIs; `None` where these have several, for then a
    /// sector must be registered (OpenID Connect Core 1.0, 8.1).
    pub fn of(client: &ClientMetadata) -> Option<Self> {
        if let Some(registered) = &client.preferences().sector_identifier {
            return Some(Self(registered.clone()));
        }
        let mut hosts = client.redirect_uris().iter().map(|uri| host(uri));
        let first = hosts.next()??;
        hosts
            .all(|host| host.as_ref() == Some(&first))
            .then_some(Self(first))
    }

    /// What the server looks subjects up by, together with the customer.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn host(uri: &str) -> Option<String> {
    Url::parse(uri).ok()?.host_str().map(str::to_owned)
}

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
    use crate::client::{ClientPreferences, ClientRegistration};
    use crate::test_clients::fapi2_registration;

    fn sector(redirect_uris: &[&str], registered: Option<&str>) -> Option<String> {
        let registration = ClientRegistration {
            redirect_uris: redirect_uris.iter().map(|uri| (*uri).to_owned()).collect(),
            preferences: ClientPreferences {
                sector_identifier: registered.map(str::to_owned),
                ..ClientPreferences::default()
            },
            ..fapi2_registration()
        };
        let client = ClientMetadata::try_from(registration).unwrap();
        SectorIdentifier::of(&client).map(|sector| sector.as_str().to_owned())
    }

    #[test]
    fn a_sector_is_one_host_or_registered() {
        const ONE: &str = "https://kaikei.example/a";
        for (redirect_uris, registered, expected) in [
            (&[ONE][..], None, Some("kaikei.example")),
            (
                &[ONE, "https://KAIKEI.example:8443/b?c"],
                None,
                Some("kaikei.example"),
            ),
            (&[ONE, "https://other.example/a"], None, None),
            (
                &[ONE, "https://other.example/a"],
                Some("group.example"),
                Some("group.example"),
            ),
            (&[ONE], Some("group.example"), Some("group.example")),
        ] {
            assert_eq!(
                sector(redirect_uris, registered).as_deref(),
                expected,
                "{redirect_uris:?}"
            );
        }
    }

    #[test]
    fn subjects_are_visible_ascii_of_at_most_255() {
        let subject = Subject::from_random(&[7; 32]);
        assert_eq!(Subject::parse(subject.as_str()), Ok(subject));
        for text in ["", "髙", "a\n", &"a".repeat(256)] {
            assert_eq!(Subject::parse(text), Err(MalformedSubject), "{text}");
        }
    }
}
