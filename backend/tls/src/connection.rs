//! One connection of a TLS listener: handshake, HTTP, idle and drain limits.
//! Not here: accepting connections, and anything an application does with a request.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use rustls::ServerConfig;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::listener::ListenerOptions;
use crate::peer::{PeerCertificates, ServerName};
use crate::unread_body;

/// First octet of every TLS connection: a record of type `handshake` (RFC 8446 section 5.1).
const HANDSHAKE_RECORD: u8 = 22;
/// Heads larger than this are answered with 431. An authorization request sent by query fits many times over.
const MAX_HEAD: u32 = 64 * 1024;
const MAX_STREAMS: u32 = 100;

const NOT_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n\
    Content-Length: 42\r\nConnection: close\r\n\r\nThis port speaks HTTPS only: use https://\n";

/// Serves one connection to its end.
pub(crate) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    config: Arc<ServerConfig>,
    app: Router,
    options: Arc<ListenerOptions>,
    shutdown: CancellationToken,
) {
    // Small answers must not wait for an acknowledgement; failing to say so costs time only.
    let _ = stream.set_nodelay(true);
    let handshake = tokio::time::timeout(options.handshake_timeout, handshake(stream, config));
    let tls = tokio::select! {
        () = shutdown.cancelled() => return,
        tls = handshake => tls,
    };
    match tls {
        Ok(Ok(Some(tls))) => speak_http(tls, peer, app, &options, &shutdown).await,
        Ok(Ok(None)) => tracing::debug!(listener = options.name, %peer, "not TLS"),
        Ok(Err(error)) => tracing::debug!(listener = options.name, %peer, %error, "TLS handshake failed"),
        Err(_) => tracing::debug!(listener = options.name, %peer, "TLS handshake timed out"),
    }
}

/// `None` where the client does not speak TLS at all; plain HTTP gets an answer that says so.
async fn handshake(
    mut stream: TcpStream,
    config: Arc<ServerConfig>,
) -> io::Result<Option<TlsStream<TcpStream>>> {
    let mut first = [0; 1];
    if stream.peek(&mut first).await? == 0 {
        return Ok(None);
    }
    if first[0] == HANDSHAKE_RECORD {
        return TlsAcceptor::from(config).accept(stream).await.map(Some);
    }
    if first[0].is_ascii_uppercase() {
        stream.write_all(NOT_TLS).await?;
        stream.shutdown().await?;
        // Closing with unread input makes the system reset the connection, and the client may lose the answer.
        let _ = tokio::io::copy(
            &mut tokio::io::AsyncReadExt::take(stream, u64::from(MAX_HEAD)),
            &mut tokio::io::sink(),
        )
        .await;
    }
    Ok(None)
}

async fn speak_http(
    tls: TlsStream<TcpStream>,
    peer: SocketAddr,
    app: Router,
    options: &ListenerOptions,
    shutdown: &CancellationToken,
) {
    let (_, session) = tls.get_ref();
    let http2 = session.alpn_protocol() == Some(b"h2") && !options.http1_only;
    let certificates = PeerCertificates::of_handshake(session);
    let server_name = ServerName::of_handshake(session);
    let activity = Arc::new(Activity::default());

    let service = {
        let activity = Arc::clone(&activity);
        service_fn(move |request: Request<Incoming>| {
            let (mut request, remainder) = unread_body::lend(request);
            let extensions = request.extensions_mut();
            extensions.insert(ConnectInfo(peer));
            extensions.insert(certificates.clone());
            extensions.insert(server_name.clone());
            let app = app.clone();
            let running = activity.begin();
            async move {
                let answer: Result<Response<Body>, Infallible> = app.oneshot(request).await;
                remainder.read_away().await;
                drop(running);
                answer
            }
        })
    };

    let builder = http_builder(http2, options);
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(tls), service));
    let mut idle_check =
        tokio::time::interval_at(Instant::now() + options.idle_timeout, options.idle_timeout);
    let mut requests_seen = 0;
    let mut deadline = None;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(listener = options.name, %peer, %error, "connection ended with an error");
                }
                return;
            }
            () = shutdown.cancelled(), if deadline.is_none() => {
                connection.as_mut().graceful_shutdown();
                deadline = Some(Instant::now() + options.drain_timeout);
            }
            _ = idle_check.tick(), if deadline.is_none() => {
                let (begun, running) = activity.counts();
                if running == 0 && begun == requests_seen {
                    connection.as_mut().graceful_shutdown();
                    deadline = Some(Instant::now() + options.drain_timeout);
                }
                requests_seen = begun;
            }
            () = until(deadline), if deadline.is_some() => {
                tracing::debug!(listener = options.name, %peer, "connection cut off");
                return;
            }
        }
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// The protocol is settled by ALPN, so that nothing needs to be guessed from the first octets (during which no
/// time-out would run).
fn http_builder(http2: bool, options: &ListenerOptions) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(options.header_read_timeout)
        .keep_alive(!options.close_after_response)
        // hyper reads once more, up to as much again, before it looks at the length.
        .max_buf_size(MAX_HEAD as usize / 2);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(Duration::from_secs(20)))
        .keep_alive_timeout(Duration::from_secs(10))
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEAD);
    if http2 {
        builder.http2_only()
    } else {
        builder.http1_only()
    }
}

/// Counts the requests of a connection, to tell an idle one from a busy one.
#[derive(Default)]
struct Activity {
    begun: AtomicUsize,
    running: AtomicUsize,
}

impl Activity {
    fn begin(self: &Arc<Self>) -> Running {
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.running.fetch_add(1, Ordering::Relaxed);
        Running(Arc::clone(self))
    }

    fn counts(&self) -> (usize, usize) {
        (
            self.begun.load(Ordering::Relaxed),
            self.running.load(Ordering::Relaxed),
        )
    }
}

/// One request in the application's hands; dropped when it has answered, or when the client went away.
struct Running(Arc<Activity>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}
