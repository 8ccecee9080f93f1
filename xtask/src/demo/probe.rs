//! Asks a server of the demo whether it answers, over plain HTTP or TLS.
//! Not here: how long to keep asking.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};

const PATIENCE: Duration = Duration::from_secs(5);

/// A TLS client that trusts the demo's authority only.
pub(crate) fn trusting(authority: &Path) -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(&fs::read(authority)?)?)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// The status code of `GET path` at a loopback port, by plain HTTP.
pub(crate) fn status(port: u16, path: &str) -> Result<u16> {
    ask(connect(port)?, "localhost", port, path)
}

/// The same over TLS; names below `localhost` need no resolver this way.
pub(crate) fn status_over_tls(config: &Arc<ClientConfig>, host: &str, port: u16, path: &str) -> Result<u16> {
    let name = ServerName::try_from(host.to_owned())?;
    let session = ClientConnection::new(Arc::clone(config), name)?;
    ask(StreamOwned::new(session, connect(port)?), host, port, path)
}

fn connect(port: u16) -> Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

fn ask(mut stream: impl Read + Write, host: &str, port: u16, path: &str) -> Result<u16> {
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
    )?;
    stream.flush()?;
    let mut line = Vec::new();
    let mut octet = [0];
    while line.len() < 64 && stream.read(&mut octet)? == 1 && octet[0] != b'\n' {
        line.push(octet[0]);
    }
    let line = String::from_utf8_lossy(&line);
    line.split_ascii_whitespace()
        .nth(1)
        .and_then(|code| code.parse().ok())
        .with_context(|| format!("not an HTTP answer: {line:?}"))
}
