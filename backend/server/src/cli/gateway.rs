//! `renkei gateway`: the simulated core banking system as a process of its own, behind the published contract
//! (docs/gateway-contract.md). Not here: the contract's server (`renkei_bank::gateway`).

use super::say;
use crate::ambient::Ambient;
use crate::telemetry;
use anyhow::{Context as _, bail};
use clap::Args;
use renkei_bank::gateway::{BearerToken, server};
use renkei_bank::simulator::{DEFAULT_PIN_TRIES, Simulator};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Where to listen: plain HTTP, so a loopback address.
    #[arg(long, default_value = "127.0.0.1:8448")]
    listen: SocketAddr,
    /// The simulator's state file.
    #[arg(long)]
    state: PathBuf,
    /// The file with the bearer token that callers must show.
    #[arg(long)]
    token_file: PathBuf,
    /// Wrong PINs until an account's PIN locks.
    #[arg(long, default_value_t = DEFAULT_PIN_TRIES)]
    pin_tries: u32,
}

impl Options {
    pub(crate) async fn run(self, ambient: &Ambient) -> anyhow::Result<()> {
        if !self.listen.ip().is_loopback() {
            bail!(
                "{} is not a loopback address: PINs would cross the network in the clear",
                self.listen
            );
        }
        telemetry::start_logging();
        let token = renkei_vault::secret_file::read(&self.token_file)?;
        let token = BearerToken::new(token.trim()).context("the token file holds no bearer token")?;
        let simulator = Simulator::open(&self.state, ambient.clock(), self.pin_tries)
            .with_context(|| format!("cannot open {}", self.state.display()))?;
        let listener = TcpListener::bind(self.listen)
            .await
            .with_context(|| format!("cannot listen on {}", self.listen))?;
        say(format_args!("The gateway answers at http://{}.", self.listen));
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        axum::serve(listener, server::router(Arc::new(simulator), token))
            .with_graceful_shutdown(async move {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
            })
            .await
            .context("the gateway failed")
    }
}
