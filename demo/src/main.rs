//! The command line of the demo partner: read the configuration, start the site, stop on a signal.
//! Not here: anything the site does.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;
use renkei_demo::{Config, serve};
use tracing_subscriber::EnvFilter;

/// 会計ソフト: the demo API partner of Renkei, a real OAuth client with a web page of its own.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// Configuration file (TOML); relative paths in it start at its folder.
    #[arg(long)]
    config: PathBuf,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    // Below info, h2 and hyper print whole headers, and with them tokens.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let filter = [
        "h2=info",
        "hyper=info",
        "hyper_util=info",
        "reqwest=info",
        "rustls=info",
    ]
    .into_iter()
    .try_fold(filter, |filter, directive| {
        Ok::<_, anyhow::Error>(filter.add_directive(directive.parse()?))
    })?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    let config = Config::read(&arguments.config)
        .with_context(|| format!("cannot use the configuration {}", arguments.config.display()))?;
    serve(config, stop_signal()).await
}

/// Completes on Ctrl-C or SIGTERM.
async fn stop_signal() {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(error) => {
                tracing::warn!(%error, "SIGTERM cannot be watched; only Ctrl-C stops this process cleanly");
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => (),
        () = terminated => (),
    }
}
