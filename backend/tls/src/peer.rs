//! What a listener knows about the other side of a connection, handed to requests as extensions.
//! Not here: any judgement of it.

use std::sync::Arc;

use rustls_pki_types::CertificateDer;

use crate::certificate::sha256_thumbprint;

/// The certificates that the client sent in the handshake, its own first; empty where it sent none.
///
/// Only the listener makes a non-empty one, after the client has proved that it holds the private key of the
/// first certificate (TLS `CertificateVerify`, RFC 8446 section 4.4.3). Nothing else is implied: the chain may be
/// expired, revoked or self-signed.
#[derive(Clone, Debug, Default)]
pub struct PeerCertificates(Arc<[CertificateDer<'static>]>);

impl PeerCertificates {
    /// No certificate.
    pub fn none() -> Self {
        Self::default()
    }

    pub(crate) fn of_handshake(connection: &rustls::ServerConnection) -> Self {
        Self(
            connection
                .peer_certificates()
                .unwrap_or_default()
                .iter()
                .map(|certificate| certificate.clone().into_owned())
                .collect(),
        )
    }

    /// Whether the client sent no certificate.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The chain as sent, the client's own certificate first.
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        &self.0
    }

    /// The client's own certificate, whose private key it holds.
    pub fn end_entity(&self) -> Option<&CertificateDer<'static>> {
        self.0.first()
    }

    /// SHA-256 over the DER of the client's own certificate: `x5t#S256` of RFC 8705 section 3.1 before base64url.
    pub fn thumbprint(&self) -> Option<[u8; 32]> {
        self.end_entity()
            .map(|certificate| sha256_thumbprint(certificate))
    }
}

/// The host name that the client asked for in the handshake (SNI, RFC 6066 section 3), in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerName(Option<Arc<str>>);

impl ServerName {
    pub(crate) fn of_handshake(connection: &rustls::ServerConnection) -> Self {
        Self(
            connection
                .server_name()
                .map(|name| Arc::from(name.to_ascii_lowercase())),
        )
    }

    /// The name, where the client sent one.
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }
}
