//! A partner's web site, where its documents are: TLS on a loopback port, answers word for word as the test wants them.
//! Not here: what the documents say.

use renkei::testing::{Leaf, TestBank};
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What the site does when it is asked.
#[derive(Clone)]
enum Manner {
    /// Says this and closes.
    Says(Vec<u8>),
    /// Says this and then nothing more.
    Stalls(Vec<u8>),
    /// Closes without a handshake.
    Down,
}

/// The site, at `https://localhost:port`, until it is dropped.
pub(crate) struct Site {
    port: u16,
    manner: Arc<Mutex<Manner>>,
    asked: Arc<AtomicUsize>,
    serving: tokio::task::JoinHandle<()>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Site {
    /// A site whose certificate the bank's `[partner_keys] ca` vouches for.
    pub(crate) async fn open(bank: &TestBank) -> Self {
        Self::with(&bank.pki().servers.server(&["localhost"]).unwrap()).await
    }

    /// A site with this certificate.
    pub(crate) async fn with(certificate: &Leaf) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from(certificate.certificate_der.clone())],
                PrivateKeyDer::from_pem_slice(certificate.key_pem.as_bytes()).unwrap(),
            )
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let manner = Arc::new(Mutex::new(Manner::Down));
        let asked = Arc::new(AtomicUsize::new(0));
        let (shared, count) = (Arc::clone(&manner), Arc::clone(&asked));
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let manner = shared.lock().unwrap().clone();
                tokio::spawn(answer(acceptor.clone(), stream, manner));
            }
        });
        Self {
            port,
            manner,
            asked,
            serving,
        }
    }

    /// The address of a document there.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    /// Answers with a key set.
    pub(crate) fn publish(&self, keys: &[&Value]) {
        self.publish_for(keys, "max-age=600");
    }

    /// The same with this `Cache-Control`.
    pub(crate) fn publish_for(&self, keys: &[&Value], cache_control: &str) {
        let body = serde_json::json!({ "keys": keys }).to_string();
        self.say(
            &format!("200 OK\r\nCache-Control: {cache_control}"),
            body.as_bytes(),
        );
    }

    /// Answers with this status, these header fields and this body.
    pub(crate) fn say(&self, head: &str, body: &[u8]) {
        self.behave(Manner::Says(message(head, body)));
    }

    /// Begins such an answer and never ends it.
    pub(crate) fn stall(&self, head: &str, body: &[u8]) {
        self.behave(Manner::Stalls(message(head, body)));
    }

    /// Is not there.
    pub(crate) fn go_down(&self) {
        self.behave(Manner::Down);
    }

    fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// How often somebody has connected.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// Without a length: the body ends with the connection.
fn message(head: &str, body: &[u8]) -> Vec<u8> {
    let mut message = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").into_bytes();
    message.extend_from_slice(body);
    message
}

async fn answer(acceptor: TlsAcceptor, stream: TcpStream, manner: Manner) {
    let (message, stalls) = match manner {
        Manner::Says(message) => (message, false),
        Manner::Stalls(message) => (message, true),
        Manner::Down => return,
    };
    let Ok(mut stream) = acceptor.accept(stream).await else {
        return;
    };
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut octet = [0];
        match stream.read(&mut octet).await {
            Ok(1) => head.push(octet[0]),
            _ => return,
        }
    }
    // Whoever has read enough closes before everything is said.
    stream.write_all(&message).await.ok();
    stream.flush().await.ok();
    if stalls {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    stream.shutdown().await.ok();
}
