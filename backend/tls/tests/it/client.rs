//! A TLS client that speaks plain HTTP/1.1 by hand, so that a test sees each octet; and a server to talk to.
//! Not here: anything that is asserted.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use axum::extract::{ConnectInfo, State};
use axum::routing::get;
use axum::{Extension, Router};
use renkei_tls::{Judgement, ListenerOptions, LiveTls, PeerCertificates, ServerName, serve};
use rustls::client::{ResolvesClientCert, Resumption};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore, ServerConfig, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_util::sync::CancellationToken;

use crate::pki::{Leaf, NOW};

/// No test waits longer than this for anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) async fn patiently<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future)
        .await
        .expect("took too long")
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) shutdown: CancellationToken,
    pub(crate) serving: JoinHandle<()>,
}

pub(crate) async fn start(
    config: Arc<ArcSwap<ServerConfig>>,
    app: Router,
    options: ListenerOptions,
) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let serving = tokio::spawn(serve(listener, config, app, options, shutdown.clone()));
    Server {
        address,
        shutdown,
        serving,
    }
}

pub(crate) fn options() -> ListenerOptions {
    ListenerOptions::new("test")
}

/// Answers what the listener told about the connection, and the judgement as of now.
pub(crate) fn telling(live: Arc<LiveTls>) -> Router {
    Router::new().route("/", get(tell)).with_state(live)
}

async fn tell(
    State(live): State<Arc<LiveTls>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(certificates): Extension<PeerCertificates>,
    Extension(name): Extension<ServerName>,
) -> String {
    let judgement = match live.client_judge().judge(certificates.chain(), NOW) {
        Judgement::Accepted(_) => "Accepted".to_owned(),
        Judgement::Refused { reason, .. } => format!("{reason:?}"),
    };
    let certificates = certificates.chain().len();
    format!(
        "{judgement} certificates={certificates} name={} peer={}",
        name.as_str().unwrap_or("-"),
        peer.ip()
    )
}

pub(crate) struct Client {
    roots: RootCertStore,
    identity: Option<Arc<CertifiedKey>>,
    pub(crate) alpn: Vec<Vec<u8>>,
    pub(crate) versions: Vec<&'static SupportedProtocolVersion>,
}

impl Client {
    pub(crate) fn new(roots: RootCertStore) -> Self {
        Self {
            roots,
            identity: None,
            alpn: Vec::new(),
            versions: rustls::ALL_VERSIONS.to_vec(),
        }
    }

    pub(crate) fn with(mut self, leaf: &Leaf) -> Self {
        self.identity = Some(Arc::new(certified(leaf.chain.clone(), leaf.key_der())));
        self
    }

    pub(crate) fn with_identity(mut self, identity: CertifiedKey) -> Self {
        self.identity = Some(Arc::new(identity));
        self
    }

    pub(crate) fn config(&self) -> Arc<ClientConfig> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&self.versions)
            .unwrap()
            .with_root_certificates(self.roots.clone());
        let mut config = match &self.identity {
            Some(identity) => {
                let resolver: Arc<dyn ResolvesClientCert> =
                    Arc::new(SingleCertAndKey::from(Arc::clone(identity)));
                builder.with_client_cert_resolver(resolver)
            }
            None => builder.with_no_client_auth(),
        };
        config.resumption = Resumption::in_memory_sessions(8);
        config.alpn_protocols.clone_from(&self.alpn);
        Arc::new(config)
    }

    pub(crate) async fn connect(
        &self,
        address: SocketAddr,
        name: &str,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        connect(self.config(), address, name).await
    }
}

pub(crate) fn certified(
    chain: Vec<rustls_pki_types::CertificateDer<'static>>,
    key: rustls_pki_types::PrivateKeyDer<'static>,
) -> CertifiedKey {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    CertifiedKey::new(chain, provider.key_provider.load_private_key(key).unwrap())
}

pub(crate) async fn connect(
    config: Arc<ClientConfig>,
    address: SocketAddr,
    name: &str,
) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    let name = rustls_pki_types::ServerName::try_from(name.to_owned()).unwrap();
    patiently(TlsConnector::from(config).connect(name, stream)).await
}

/// One request and its whole answer; the connection may stay open.
pub(crate) async fn request(stream: &mut (impl AsyncReadExt + AsyncWriteExt + Unpin)) -> String {
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    patiently(async {
        loop {
            let mut piece = [0; 4096];
            let read = stream.read(&mut piece).await.unwrap();
            answer.extend_from_slice(&piece[..read]);
            let text = String::from_utf8_lossy(&answer);
            if read == 0 || complete(&text) {
                return text.into_owned();
            }
        }
    })
    .await
}

fn complete(answer: &str) -> bool {
    let Some((head, body)) = answer.split_once("\r\n\r\n") else {
        return false;
    };
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .is_none_or(|(_, length)| body.len() >= length.parse().unwrap())
}

/// Whether the server closed the connection; waits for it.
pub(crate) async fn closed(stream: &mut (impl AsyncReadExt + Unpin)) -> bool {
    patiently(async {
        let mut rest = Vec::new();
        // A reset is as good as an orderly end.
        let _ = stream.read_to_end(&mut rest).await;
        rest.is_empty() || rest.starts_with(b"HTTP/1.1 408")
    })
    .await
}
