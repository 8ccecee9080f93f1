//! The repositories on real databases: SQLite always, PostgreSQL where RENKEI_TEST_DATABASE_URL names a server.
//! Not here: rules of the procedure; each test asks what is stored, and what happens to it under concurrency.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails the test")]

mod accounts;
mod audit;
mod authorization_codes;
mod certificate_attempts;
mod client_assertions;
mod client_certificates;
mod connection;
mod grants;
mod housekeeping;
mod partner_accounts;
mod partners;
mod pushed_requests;
mod registered_pins;
mod runs;
mod scene;
mod secrecy;
mod tokens;
mod users;
