//! What the fuzz targets have in common: keys that they know, clients that are registered, and what must always hold.
//! Not here: the targets themselves (`fuzz_targets`).
#![forbid(unsafe_code)]

pub mod answers;
pub mod certificate;
pub mod clients;
pub mod jwt;
pub mod keys;

/// The time of every request, in seconds since the epoch.
pub const NOW: i64 = 1_800_000_000;
/// Our issuer identifier.
pub const ISSUER: &str = "https://bank.example";
/// A word of the dictionaries that no error and no log line may repeat.
pub const CANARY: &str = "Kanarienvogel";
