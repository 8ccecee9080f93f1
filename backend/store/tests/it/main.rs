//! The repositories on real databases: SQLite always, PostgreSQL where RENKEI_TEST_DATABASE_URL names a server.
//! Not here: rules of the procedure; each test asks what is stored, and what happens to it under concurrency.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails the test")]

mod accounts;
mod audit;
mod authorization_codes;
mod certificate_attempts;
mod client_certificates;
mod connection;
mod grant_management;
mod grants;
mod housekeeping;
mod initial_access_tokens;
mod partner_accounts;
mod partners;
mod pushed_requests;
mod registered_pins;
mod registration;
mod replays;
mod rotation;
mod runs;
mod scene;
mod secrecy;
mod subjects;
mod tokens;
mod users;
