//! The running server: the four listeners, their routers, reload, housekeeping, and the end.
//! Not here: what the routes do.

pub(crate) mod housekeeping;
mod key_rotation;
mod private;
mod routers;

use crate::services::{App, Services};
use anyhow::Context as _;
use metrics_exporter_prometheus::PrometheusHandle;
use renkei_tls::ListenerOptions;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// The listeners, bound but not yet serving.
pub(crate) struct Bound {
    browser: TcpListener,
    certificate: TcpListener,
    partner: TcpListener,
    metrics: TcpListener,
}

async fn listen(name: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address} ({name})"))
}

impl Bound {
    /// Binds all four, or says which address is taken.
    pub(crate) async fn bind(app: &Services) -> anyhow::Result<Self> {
        let addresses = &app.config.listeners;
        Ok(Self {
            browser: listen("browser", addresses.browser).await?,
            certificate: listen("certificate", addresses.certificate).await?,
            partner: listen("partner", addresses.partner).await?,
            metrics: listen("metrics", addresses.metrics).await?,
        })
    }

    /// Takes listeners over: browser, certificate, partner, metrics.
    #[cfg(feature = "testing")]
    pub(crate) fn of([browser, certificate, partner, metrics]: [TcpListener; 4]) -> Self {
        Self {
            browser,
            certificate,
            partner,
            metrics,
        }
    }

    /// Serves until the token is cancelled, then lets requests that are under way end.
    pub(crate) async fn serve(
        self,
        app: App,
        metrics: Option<PrometheusHandle>,
        shutdown: CancellationToken,
    ) {
        let mut tasks = JoinSet::new();
        tasks.spawn(renkei_tls::serve(
            self.browser,
            app.tls.browser(),
            routers::browser(Arc::clone(&app)),
            ListenerOptions::new("browser"),
            shutdown.clone(),
        ));
        tasks.spawn(renkei_tls::serve(
            self.certificate,
            app.tls.certificate(),
            crate::certificate::service(Arc::clone(&app)),
            ListenerOptions::new("certificate").one_request_each(),
            shutdown.clone(),
        ));
        tasks.spawn(renkei_tls::serve(
            self.partner,
            app.tls.partner(),
            routers::partner(Arc::clone(&app)),
            ListenerOptions::new("partner"),
            shutdown.clone(),
        ));
        tasks.spawn(private::serve(
            self.metrics,
            Arc::clone(&app),
            metrics,
            shutdown.clone(),
        ));
        tasks.spawn(housekeeping::run(Arc::clone(&app), shutdown.clone()));
        if let Some(every) = app.config.signing.rotate_after() {
            tasks.spawn(key_rotation::run(Arc::clone(&app), every, shutdown.clone()));
        }
        while tasks.join_next().await.is_some() {
            // Whatever ends first, by order or by fault, ends the rest.
            shutdown.cancel();
        }
    }
}
