//! `renkei serve`: the server until a signal ends it.
//! Not here: the listeners (`serving`).

use super::load;
use crate::ambient::Ambient;
use crate::services::{App, Services};
use crate::serving::Bound;
use crate::telemetry;
use anyhow::Context as _;
use std::path::Path;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

pub(crate) async fn run(path: &Path) -> anyhow::Result<()> {
    telemetry::start_logging();
    let metrics = telemetry::start_metrics();
    let app: App = Arc::new(Services::build(load(path)?, Ambient::system()).await?);
    let bound = Bound::bind(&app).await?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot watch for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot watch for SIGINT")?;
    let mut hangup = signal(SignalKind::hangup()).context("cannot watch for SIGHUP")?;
    let shutdown = CancellationToken::new();
    tracing::info!(issuer = %app.issuer, "serving");
    let serving = tokio::spawn(bound.serve(Arc::clone(&app), Some(metrics), shutdown.clone()));
    tokio::pin!(serving);
    loop {
        tokio::select! {
            _ = terminate.recv() => shutdown.cancel(),
            _ = interrupt.recv() => shutdown.cancel(),
            _ = hangup.recv() => reload(&app).await,
            ended = &mut serving => {
                ended.context("the server failed")?;
                tracing::info!("stopped");
                return Ok(());
            }
        }
    }
}

async fn reload(app: &App) {
    reload_signing_keys(app).await;
    let tls = Arc::clone(&app.tls);
    match tokio::task::spawn_blocking(move || tls.reload()).await {
        Ok(Ok(())) => tracing::info!("certificates and revocation lists reloaded"),
        Ok(Err(error)) => tracing::error!(%error, "reload refused: what was in use stays in use"),
        Err(error) => tracing::error!(%error, "reload failed"),
    }
}

async fn reload_signing_keys(app: &App) {
    let reloading = Arc::clone(app);
    let now = app.ambient.now();
    match tokio::task::spawn_blocking(move || reloading.signing.reload(now)).await {
        Ok(Ok(())) => tracing::info!("signing keys reloaded"),
        Ok(Err(error)) => tracing::error!(
            error = format!("{error:#}"),
            "signing keys refused: those in use stay in use"
        ),
        Err(error) => tracing::error!(%error, "reload of the signing keys failed"),
    }
}
