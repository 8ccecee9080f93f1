//! The accept loop of a TLS listener: bounded, and drained at shutdown.
//! Not here: what happens on one connection (`connection`), and the TLS settings (`server_config`).

use std::io;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use axum::Router;
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::connection;

/// How long to wait before accepting again when the process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// The bounds of a listener.
#[derive(Clone, Debug)]
pub struct ListenerOptions {
    /// What logs call it.
    pub name: &'static str,
    /// Speak HTTP/1.1 even to a client that negotiated HTTP/2.
    pub http1_only: bool,
    /// Answer one request per connection and close it (`Connection: close`).
    pub close_after_response: bool,
    /// For the first octet and the TLS handshake together.
    pub handshake_timeout: Duration,
    /// For the head of an HTTP/1.1 request, from the moment that the server waits for it; so it also ends idle
    /// connections.
    pub header_read_timeout: Duration,
    /// A connection without a request running or beginning for this long is closed, in HTTP/2 too.
    pub idle_timeout: Duration,
    /// How long running requests may go on after shutdown begins.
    pub drain_timeout: Duration,
    /// Connections at a time; more wait in the system's queue.
    pub max_connections: usize,
}

impl ListenerOptions {
    /// Bounds fit for a server on the open network, keeping connections alive in both HTTP versions.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            http1_only: false,
            close_after_response: false,
            handshake_timeout: Duration::from_secs(10),
            header_read_timeout: Duration::from_secs(15),
            idle_timeout: Duration::from_secs(75),
            drain_timeout: Duration::from_secs(10),
            max_connections: 4096,
        }
    }

    /// For the certificate listener: one HTTP/1.1 request per connection, so that each attempt is a handshake of
    /// its own.
    #[must_use]
    pub fn one_request_each(mut self) -> Self {
        self.http1_only = true;
        self.close_after_response = true;
        self
    }
}

/// Serves `app` over TLS until `shutdown`, then drains.
///
/// Each handshake uses the configuration that is in `config` at that moment. Requests carry the extensions
/// [`PeerCertificates`](crate::PeerCertificates), [`ServerName`](crate::ServerName) and
/// `axum::extract::ConnectInfo<SocketAddr>`. Nothing that a client sends ends the loop.
pub async fn serve(
    listener: TcpListener,
    config: Arc<ArcSwap<ServerConfig>>,
    app: Router,
    options: ListenerOptions,
    shutdown: CancellationToken,
) {
    let slots = Arc::new(Semaphore::new(options.max_connections));
    let connections = TaskTracker::new();
    let options = Arc::new(options);
    loop {
        let next = async {
            let slot = Arc::clone(&slots).acquire_owned().await.ok()?;
            Some((slot, listener.accept().await))
        };
        let accepted = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = next => accepted,
        };
        let Some((slot, accepted)) = accepted else { break };
        match accepted {
            Ok((stream, peer)) => {
                let serving = connection::serve(
                    stream,
                    peer,
                    config.load_full(),
                    app.clone(),
                    Arc::clone(&options),
                    shutdown.clone(),
                );
                connections.spawn(async move {
                    serving.await;
                    drop(slot);
                });
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(listener = options.name, %error, "cannot accept connections");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// The client went away before it was accepted; the listener itself is well.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset
    )
}
