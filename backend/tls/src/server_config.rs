//! The TLS settings of the three listeners: versions, ALPN, client authentication, resumption.
//! Not here: reading files, and the judgement of client certificates.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::server::NoServerSessionStorage;
use rustls::sign::CertifiedKey;
use rustls::{DistinguishedName, ServerConfig, version};

use crate::error::TlsError;
use crate::possession::ProofOfPossession;

const HTTP1: &[u8] = b"http/1.1";
const HTTP2: &[u8] = b"h2";

/// The one crypto provider of the process, given explicitly everywhere: other crates of the tree may compile
/// another provider in, and rustls would then refuse to choose a default.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// For the browser listener: no client certificate is asked for; HTTP/2 and HTTP/1.1.
///
/// # Errors
/// [`TlsError::Setup`] where the provider cannot do TLS 1.2 and 1.3.
pub fn browser_config(own: Arc<CertifiedKey>) -> Result<ServerConfig, TlsError> {
    let mut config = versions()?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from(own)));
    config.alpn_protocols = vec![HTTP2.to_vec(), HTTP1.to_vec()];
    Ok(config)
}

/// For the certificate listener: asks for a certificate of the authorities in `hints`, takes any or none, and
/// speaks HTTP/1.1 only, because HTTP/2 would coalesce the fresh host names of several attempts into one
/// connection (RFC 9113 section 9.1.1) and with it one certificate.
///
/// # Errors
/// As [`browser_config`].
pub fn certificate_config(
    own: Arc<CertifiedKey>,
    hints: Vec<DistinguishedName>,
) -> Result<ServerConfig, TlsError> {
    let mut config = asking_for_certificate(own, hints)?;
    config.alpn_protocols = vec![HTTP1.to_vec()];
    Ok(config)
}

/// For the partners' mutual-TLS listener: asks for a certificate without naming authorities (self-signed ones are
/// as good, RFC 8705 section 2.2), takes any or none; HTTP/2 and HTTP/1.1.
///
/// # Errors
/// As [`browser_config`].
pub fn partner_config(own: Arc<CertifiedKey>) -> Result<ServerConfig, TlsError> {
    let mut config = asking_for_certificate(own, Vec::new())?;
    config.alpn_protocols = vec![HTTP2.to_vec(), HTTP1.to_vec()];
    Ok(config)
}

fn asking_for_certificate(
    own: Arc<CertifiedKey>,
    hints: Vec<DistinguishedName>,
) -> Result<ServerConfig, TlsError> {
    let mut config = versions()?
        .with_client_cert_verifier(Arc::new(ProofOfPossession::new(hints, &provider())))
        .with_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from(own)));
    // A resumed session carries the old certificate along without a new proof of possession and without asking
    // the customer again.
    config.send_tls13_tickets = 0;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    Ok(config)
}

fn versions() -> Result<rustls::ConfigBuilder<ServerConfig, rustls::WantsVerifier>, TlsError> {
    ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])
        .map_err(TlsError::Setup)
}
