//! TLS for the three listeners: accepting connections, judging client certificates, reloading while running.
//! Not here: what a route does with a judgement, who a certificate belongs to, and the configuration file.

mod certificate;
mod connection;
mod distinguished_name;
mod error;
mod judgement;
mod listener;
mod material;
mod peer;
mod possession;
mod reload;
mod server_config;
mod unread_body;

pub use certificate::{CertificateSummary, sha256_thumbprint};
pub use distinguished_name::{DistinguishedName, MalformedName};
pub use error::TlsError;
pub use judgement::{
    ClientCertificateJudge, Judgement, RefusalReason, RevocationListSummary, VerifiedCertificate,
};
pub use listener::{ListenerOptions, serve};
pub use material::{AuthorityPaths, KeyPairPaths, TlsMaterial, TlsPaths};
pub use peer::{PeerCertificates, ServerName};
pub use reload::LiveTls;
pub use server_config::{browser_config, certificate_config, partner_config};
