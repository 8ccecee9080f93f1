//! The server: configuration, command line, composition, telemetry, audit, and the routes, a folder a door.
//! Not here: rules (`renkei-procedure`, `renkei-oauth`), tables (`renkei-store`), TLS (`renkei-tls`).

mod accounts;
mod ambient;
mod audit;
mod certificate;
pub mod cli;
mod config;
mod customers;
mod delivery;
mod help;
mod institution;
mod linkage;
mod login;
mod oauth;
mod receipt;
mod runs;
mod services;
mod serving;
mod signing;
mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
mod turnstiles;
mod web;
