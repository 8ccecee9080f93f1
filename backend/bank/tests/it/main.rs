//! The bank's integration tests: the simulator, and the gateway's two ends, each as the server uses them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bench;
mod contract;
mod documentation;
mod gateway_answers;
mod gateway_hazards;
mod gateway_requests;
mod gateway_tls;
mod simulator;
