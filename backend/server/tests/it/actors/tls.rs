//! Connections to the bank: with and without a client certificate, and by hand where a test must see or say each octet.
//! Not here: what a browser or a partner says over them.

use renkei::testing::{Leaf, TestBank};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::client::Resumption;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// No test waits longer than this for one answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Trusts the bank's servers, and shows the certificate given.
pub(crate) fn client_config(bank: &TestBank, identity: Option<&Leaf>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(bank.pki().servers.der())).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let mut config = match identity {
        Some(leaf) => {
            let chain = vec![CertificateDer::from(leaf.certificate_der.clone())];
            let key = PrivateKeyDer::from_pem_slice(leaf.key_pem.as_bytes()).unwrap();
            builder.with_client_auth_cert(chain, key).unwrap()
        }
        None => builder.with_no_client_auth(),
    };
    config.resumption = Resumption::in_memory_sessions(8);
    config
}

/// An HTTP client that follows no redirect and keeps no cookie.
pub(super) fn http_client(mut tls: ClientConfig) -> reqwest::Client {
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(Arc::new(Loopback))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .https_only(true)
        .timeout(PATIENCE)
        .build()
        .unwrap()
}

/// Every name is this machine.
struct Loopback;

impl Resolve for Loopback {
    fn resolve(&self, _: Name) -> Resolving {
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Box::pin(std::future::ready(Ok(Box::new(std::iter::once(here)) as Addrs)))
    }
}

/// A TLS connection, for HTTP/1.1 by hand.
pub(crate) async fn connect(config: Arc<ClientConfig>, host: &str, port: u16) -> TlsStream<TcpStream> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    let name = ServerName::try_from(host.to_owned()).unwrap();
    TlsConnector::from(config).connect(name, stream).await.unwrap()
}

/// Sends octets to the browser listener and reads until the bank closes; the request must ask for that.
pub(crate) async fn raw_exchange(bank: &TestBank, request: &[u8]) -> String {
    raw_exchange_at(bank, &bank.issuer(), None, request).await
}

/// The same at the listener of this origin, with a certificate where it asks for one.
pub(crate) async fn raw_exchange_at(
    bank: &TestBank,
    origin: &str,
    certificate: Option<&Leaf>,
    request: &[u8],
) -> String {
    let port = origin.rsplit(':').next().unwrap().parse().unwrap();
    let mut stream = connect(Arc::new(client_config(bank, certificate)), "localhost", port).await;
    let mut answer = Vec::new();
    let exchange = async {
        // The bank may answer and close before it has read everything.
        stream.write_all(request).await.ok();
        stream.flush().await.ok();
        stream.read_to_end(&mut answer).await.ok();
    };
    tokio::time::timeout(PATIENCE, exchange).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
