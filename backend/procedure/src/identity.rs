//! The ids by which the procedure knows people and things, each its own type so that none stands in for another.
//! Not here: ids that only OAuth or only the core banking system know.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! uuid_identity {
    ($( $(#[$doc:meta])* $name:ident; )+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id made from 128 random bits (RFC 9562 section 5.4, version 4).
            pub fn from_random(random: [u8; 16]) -> Self {
                Self(uuid::Builder::from_random_bytes(random).into_uuid())
            }

            /// The id as 16 bytes, for keyed derivations and associated data.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// The id as a UUID, for storage.
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = UnknownIdentity;

            /// Reads the lower-case hyphenated form, and only that: an id has one spelling.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let uuid = Uuid::try_parse(text).map_err(|_| UnknownIdentity)?;
                if uuid.as_hyphenated().to_string() == text { Ok(Self(uuid)) } else { Err(UnknownIdentity) }
            }
        }
    )+ };
}

uuid_identity! {
    /// One run of the procedure.
    LinkageId;
    /// A user of a company; survives certificate renewal.
    UserId;
    /// An inquiry account; survives branch mergers.
    AccountId;
    /// A permission that was given.
    GrantId;
    /// A login of a customer to 「連携中のサービス」.
    CustomerSessionId;
    /// One try at the certificate listener.
    CertificateAttemptId;
    /// An account as one partner knows it: stable per partner, different for each partner.
    PublicAccountId;
}

/// The text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct UnknownIdentity;

macro_rules! text_identity {
    ($( $(#[$doc:meta])* $name:ident; )+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes over an id that its owner has given.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    )+ };
}

text_identity! {
    /// An OAuth client (RFC 6749 section 2.2) that is a registered partner.
    PartnerId;
    /// The core banking system's own stable key of a user.
    CoreUserKey;
    /// The core banking system's own stable key of an account; unlike branch and number it survives mergers.
    CoreAccountKey;
}
