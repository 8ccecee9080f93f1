//! The demo partner against a stub of the bank: what a client must do when things go wrong.
//! The whole journey against the real bank is tested elsewhere.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy exempts test functions, not the helpers beside them"
)]

mod accounts;
mod bank;
mod browser;
mod linking;
