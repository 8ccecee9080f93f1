//! The heart of Renkei, pure: the linkage's state machine, grants, business and PIN rules, locks.
//! No I/O, no async, no HTTP, no SQL; clock and randomness come in as arguments.

pub mod accounts;
pub mod customer_session;
pub mod deadline;
pub mod identity;
pub mod inquiry_pin;
pub mod linkage;
pub mod login;
pub mod permission;
pub mod pin_check;
pub mod preflight;
pub mod reference;
pub mod time;
