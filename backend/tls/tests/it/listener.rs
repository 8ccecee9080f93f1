//! What hostile, slow or confused clients do to a listener, and how it ends.
//! Not here: certificates.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use renkei_tls::{ListenerOptions, LiveTls};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::client::{Client, Server, closed, options, patiently, request, start, telling};
use crate::pki::Files;

const SHORT: Duration = Duration::from_millis(150);

async fn browser(files: &Files, options: ListenerOptions) -> Server {
    let live = Arc::new(LiveTls::load(files.paths()).unwrap());
    start(live.browser(), telling(live), options).await
}

async fn still_serves(files: &Files, server: &Server) {
    let mut stream = Client::new(files.roots())
        .connect(server.address, "localhost")
        .await
        .unwrap();
    assert!(request(&mut stream).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn plain_http_is_told_where_it_is() {
    let files = Files::new();
    let server = browser(&files, options()).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let answer = request(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request"), "{answer}");
    assert!(answer.ends_with("use https://\n"));
    still_serves(&files, &server).await;
}

#[tokio::test]
async fn garbage_ends_its_own_connection_only() {
    let files = Files::new();
    let server = browser(&files, options()).await;
    let huge_record = [&[22, 3, 1, 0xFF, 0xFF][..], &vec![0; 70_000]].concat();
    for octets in [
        &[0; 64][..],
        &[0xFF; 4096],
        &[22, 3, 1, 0, 2, 1, 0],
        &huge_record,
        b"\r\n\r\n",
        b"SSH-2.0-x\r\n",
    ] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let _ = stream.write_all(octets).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = patiently(stream.read_to_end(&mut answer)).await;
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }
    still_serves(&files, &server).await;
}

#[tokio::test]
async fn a_client_that_never_begins_a_handshake_is_dropped() {
    let files = Files::new();
    let mut options = options();
    options.handshake_timeout = SHORT;
    let server = browser(&files, options).await;
    for beginning in [&b""[..], &[22], &[22, 3, 1, 2, 0, 1]] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(beginning).await.unwrap();
        assert!(closed(&mut stream).await);
    }
}

#[tokio::test]
async fn a_request_head_that_trickles_or_never_comes_is_dropped() {
    let files = Files::new();
    let mut options = options();
    options.header_read_timeout = SHORT;
    let server = browser(&files, options).await;
    for beginning in ["", "GET / HTTP/1.1\r\nHost: local"] {
        let mut stream = Client::new(files.roots())
            .connect(server.address, "localhost")
            .await
            .unwrap();
        stream.write_all(beginning.as_bytes()).await.unwrap();
        assert!(closed(&mut stream).await, "{beginning:?}");
    }
}

#[tokio::test]
async fn an_idle_http2_connection_is_closed() {
    let files = Files::new();
    let mut options = options();
    options.idle_timeout = SHORT;
    options.drain_timeout = SHORT;
    let server = browser(&files, options).await;
    let mut client = Client::new(files.roots());
    client.alpn = vec![b"h2".to_vec()];
    let mut stream = client.connect(server.address, "localhost").await.unwrap();
    // The preface and empty settings, then nothing: HTTP/2 itself knows no time-out for this.
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .await
        .unwrap();
    let mut frames = Vec::new();
    let _ = patiently(stream.read_to_end(&mut frames)).await;
    assert!(!frames.is_empty(), "the server did not speak HTTP/2");
}

#[tokio::test]
async fn a_connection_that_is_used_outlives_the_idle_limit() {
    let files = Files::new();
    let mut options = options();
    options.idle_timeout = Duration::from_millis(400);
    let server = browser(&files, options).await;
    let mut stream = Client::new(files.roots())
        .connect(server.address, "localhost")
        .await
        .unwrap();
    for _ in 0..10 {
        assert!(request(&mut stream).await.starts_with("HTTP/1.1 200"));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn connections_are_bounded_and_the_next_waits_its_turn() {
    let files = Files::new();
    let mut options = options();
    options.max_connections = 1;
    let server = browser(&files, options).await;
    let client = Client::new(files.roots());
    let mut first = client.connect(server.address, "localhost").await.unwrap();
    request(&mut first).await;
    let second = client.connect(server.address, "localhost");
    tokio::pin!(second);
    assert!(tokio::time::timeout(SHORT, &mut second).await.is_err());
    drop(first);
    let mut second = patiently(second).await.unwrap();
    assert!(request(&mut second).await.starts_with("HTTP/1.1 200"));
}

/// A route that answers only when told, and says when it was reached.
fn held(reached: Arc<Notify>, go: Arc<Notify>) -> Router {
    Router::new().route(
        "/",
        get(move || async move {
            reached.notify_one();
            go.notified().await;
            "done"
        }),
    )
}

#[tokio::test]
async fn shutdown_lets_a_running_request_finish_and_accepts_no_more() {
    let files = Files::new();
    let live = LiveTls::load(files.paths()).unwrap();
    let (reached, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let server = start(
        live.browser(),
        held(Arc::clone(&reached), Arc::clone(&go)),
        options(),
    )
    .await;
    let mut stream = Client::new(files.roots())
        .connect(server.address, "localhost")
        .await
        .unwrap();
    let asking = tokio::spawn(async move { request(&mut stream).await });
    patiently(reached.notified()).await;
    server.shutdown.cancel();
    patiently(async {
        while TcpStream::connect(server.address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    go.notify_one();
    assert!(patiently(asking).await.unwrap().ends_with("done"));
    patiently(server.serving).await.unwrap();
}

#[tokio::test]
async fn shutdown_does_not_wait_for_ever() {
    let files = Files::new();
    let live = LiveTls::load(files.paths()).unwrap();
    let (reached, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let mut options = options();
    options.drain_timeout = SHORT;
    let server = start(live.browser(), held(Arc::clone(&reached), go), options).await;
    let mut stream = Client::new(files.roots())
        .connect(server.address, "localhost")
        .await
        .unwrap();
    let asking = tokio::spawn(async move { request(&mut stream).await });
    patiently(reached.notified()).await;
    server.shutdown.cancel();
    patiently(server.serving).await.unwrap();
    asking.abort();
}
