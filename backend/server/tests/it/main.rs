//! The server as its users meet it: real TLS, a real database, every door, one module a trade.
//! Not here: rules by themselves, which are tested where they stand.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::too_many_lines,
    clippy::format_collect
)]
#![allow(clippy::similar_names, reason = "a bank sends one back")]

mod accounts_api;
mod act_replay;
mod actors;
mod audit;
mod bad_acts;
mod bad_forms;
mod bad_wire;
mod certificate_attack;
mod certificate_door;
mod cookies;
mod customer_session;
mod documentation;
mod frontend_origin;
mod gateway;
mod help;
mod housekeeping;
mod institution;
mod journey;
mod journey_ends;
mod key_rotation;
mod leave_form;
mod login_password;
mod oauth;
mod openapi;
mod operator;
mod pin_gate;
mod pin_registration;
mod preflight;
mod receipt;
mod relinking;
mod secrets;
mod signals;
mod statement;
mod stray;
mod suspension;
mod time_limit;
