//! The site's own TLS listener.
//! Not here: routes.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;

use super::{certificates, private_key, provider};
use crate::config::Config;

/// How long running requests may take to finish after the signal to stop.
const GRACE: Duration = Duration::from_secs(5);

/// A bound address with its TLS configuration.
pub struct Listener {
    socket: std::net::TcpListener,
    tls: RustlsConfig,
}

impl Listener {
    /// Reads the certificate and binds the address.
    ///
    /// # Errors
    /// The certificate or key is unusable, or the address is taken.
    pub fn bind(config: &Config) -> anyhow::Result<Self> {
        let mut tls = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(
                certificates(&config.tls_certificate)?,
                private_key(&config.tls_key)?,
            )
            .context("tls_certificate and tls_key do not fit")?;
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let socket = std::net::TcpListener::bind(config.listen)
            .with_context(|| format!("cannot listen on {}", config.listen))?;
        socket.set_nonblocking(true)?;
        Ok(Self {
            socket,
            tls: RustlsConfig::from_config(Arc::new(tls)),
        })
    }

    /// The address that was bound.
    ///
    /// # Errors
    /// The system does not say.
    pub fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Serves until `stop` completes.
    ///
    /// # Errors
    /// The listener fails.
    pub async fn run(
        self,
        router: Router,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> anyhow::Result<()> {
        let handle = Handle::new();
        let stopper = handle.clone();
        tokio::spawn(async move {
            stop.await;
            stopper.graceful_shutdown(Some(GRACE));
        });
        axum_server::from_tcp_rustls(self.socket, self.tls)?
            .handle(handle)
            .serve(router.into_make_service())
            .await
            .context("the listener failed")
    }
}
