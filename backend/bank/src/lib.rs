//! The core banking system as Renkei sees it: one port, an embedded simulator, and an adapter to a gateway over HTTP.
//! Not here: what Renkei keeps of accounts (`renkei-store`), sealing PINs (`renkei-vault`), what a refusal means for a linkage.

pub mod gateway;
pub mod port;
pub mod simulator;
