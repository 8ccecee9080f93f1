//! The command line: what an operator can ask of `renkei`, one file a trade.
//! Not here: what HTTP can ask (the doors).

mod certificate;
mod gateway;
mod grant;
mod keys;
mod openapi;
mod partner;
mod pin;
mod registration_token;
mod serve;
mod simulator;
mod user;

use crate::ambient::Ambient;
use crate::config::Config;
use anyhow::Context as _;
use clap::{Parser, Subcommand};
use renkei_store::{Store, StoreOptions};
use std::path::{Path, PathBuf};

/// API-linkage authorization (API連携認証) of 空知しんくみビジネスバンキング.
///
/// One binary: it serves the pages, terminates TLS, judges client certificates, issues grants and tokens, and
/// answers partners. Everything is set in one file, `renkei.toml`; any value can be overridden by a variable such as
/// `RENKEI_LISTENERS__BROWSER=0.0.0.0:8443`.
#[derive(Debug, Parser)]
#[command(name = "renkei", version)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// Where the configuration is.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigPath {
    /// The configuration file.
    #[arg(long, default_value = "renkei.toml", env = "RENKEI_CONFIG")]
    config: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve. SIGHUP reloads certificates, revocation lists and signing keys, SIGTERM and SIGINT stop.
    Serve(ConfigPath),
    /// Bring the database to this version's schema; running it again changes nothing.
    Migrate(ConfigPath),
    /// Keys that seal PINs and that sign: make, rotate, list.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Users of customers: add or change, unlock.
    #[command(subcommand)]
    User(user::Command),
    /// Client certificates of users.
    #[command(subcommand)]
    Certificate(certificate::Command),
    /// Partners: add or change, suspend, resume, list; tokens to register by.
    #[command(subcommand)]
    Partner(partner::Command),
    /// Permissions that customers gave, by reference number.
    #[command(subcommand)]
    Grant(grant::Command),
    /// Inquiry PINs on file from before Renkei.
    #[command(subcommand)]
    Pin(pin::Command),
    /// Run the simulated core banking system as a gateway of its own.
    Gateway(gateway::Options),
    /// Look at the simulated core banking system, and switch its faults.
    #[command(subcommand)]
    Simulator(simulator::Command),
    /// Print the OpenAPI description of the accounts API.
    Openapi,
}

impl Arguments {
    /// Carries out the command.
    ///
    /// # Errors
    /// Whatever went wrong, in words for the operator; never a secret.
    pub async fn run(self) -> anyhow::Result<()> {
        self.run_at(&Ambient::system()).await
    }

    /// The same by a clock of the caller's; only `serve` has its own.
    pub(crate) async fn run_at(self, ambient: &Ambient) -> anyhow::Result<()> {
        match self.command {
            Command::Serve(path) => serve::run(&path.config).await,
            Command::Migrate(path) => migrate(&path.config).await,
            Command::Keys(command) => command.run(ambient),
            Command::User(command) => command.run(ambient).await,
            Command::Certificate(command) => command.run(ambient).await,
            Command::Partner(command) => command.run(ambient).await,
            Command::Grant(command) => command.run(ambient).await,
            Command::Pin(command) => command.run(ambient).await,
            Command::Gateway(options) => options.run(ambient).await,
            Command::Simulator(command) => command.run(ambient),
            Command::Openapi => openapi::run(),
        }
    }
}

async fn migrate(path: &Path) -> anyhow::Result<()> {
    let (_, store) = open(path).await?;
    store.migrate().await.context("cannot migrate the database")?;
    say("The database has this version's schema.");
    Ok(())
}

/// The configuration and the store, for commands that work on the database.
async fn open(path: &Path) -> anyhow::Result<(Config, Store)> {
    let config = load(path)?;
    let store = Store::connect(&config.database.url, &StoreOptions::default())
        .await
        .context("cannot open the database")?;
    Ok((config, store))
}

fn load(path: &Path) -> anyhow::Result<Config> {
    Config::load(path).with_context(|| format!("cannot use the configuration {}", path.display()))
}

/// Results of a command go to standard output; everything else is log.
#[expect(clippy::print_stdout, reason = "the answer to the operator's command")]
fn say(line: impl std::fmt::Display) {
    println!("{line}");
}
