//! Integration tests of renkei-tls: real handshakes on loopback, against certificates made for the purpose.
//! Not here: tests of single rules, which sit beside the code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod client;
mod handshake;
mod judgement;
mod listener;
mod material;
mod pki;
mod reload;
