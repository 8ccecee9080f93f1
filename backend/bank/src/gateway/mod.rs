//! The published HTTP contract between Renkei and a gateway in front of a core banking system: both ends of it.
//! Not here: the port itself, and listeners (the binary serves the router).
//!
//! docs/gateway-contract.md tells the contract to those who build a gateway; a test replays its examples.

mod answer;
mod bearer;
pub mod client;
pub mod server;
mod wire;

pub use bearer::{BearerToken, NotABearerToken};
