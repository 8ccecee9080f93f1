//! What can go wrong while TLS material is read and put together.
//! Not here: refusals of client certificates, which are judgements and no errors.

use std::path::PathBuf;

/// TLS material could not be used; nothing was changed.
///
/// Every text names the file and the fault and never quotes what a file holds.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no well-formed PEM.
    #[error("{}: not well-formed PEM", path.display())]
    MalformedPem {
        /// The file.
        path: PathBuf,
    },
    /// The file holds no PEM block of the kind that is needed. For a revocation list this must stop us: an
    /// empty list of lists would switch revocation checking off without a word.
    #[error("{}: no PEM block of a {wanted}", path.display())]
    NothingFound {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        wanted: &'static str,
    },
    /// A certificate of the authorities' file cannot be parsed or may not issue certificates.
    #[error("{}: certificate {position} is not a certification authority's", path.display())]
    NotAnAuthority {
        /// The file.
        path: PathBuf,
        /// Position in the file, from 1.
        position: usize,
    },
    /// No revocation list was configured at all.
    #[error("no certificate revocation list is configured for the authorities of {}", path.display())]
    NoRevocationLists {
        /// The authorities' file.
        path: PathBuf,
    },
    /// An authority has no revocation list that it signed.
    #[error("{}: no certificate revocation list signed by {issuer}", path.display())]
    RevocationListMissing {
        /// The authorities' file.
        path: PathBuf,
        /// The authority's name (RFC 4514).
        issuer: String,
    },
    /// A revocation list cannot be parsed, or is of a kind that is not supported (delta, indirect).
    #[error("unusable certificate revocation list for {}: {detail}", path.display())]
    RevocationListUnusable {
        /// The authorities' file.
        path: PathBuf,
        /// What rustls-webpki says about it.
        detail: String,
    },
    /// The private key does not belong to the certificate.
    #[error("the key {} does not belong to the certificate {}", key.display(), certificate.display())]
    KeyMismatch {
        /// The certificate chain's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// rustls refuses the certificate or the key.
    #[error("unusable TLS certificate {}: {source}", certificate.display())]
    UnusableCertificate {
        /// The certificate chain's file.
        certificate: PathBuf,
        /// Why.
        source: rustls::Error,
    },
    /// rustls cannot offer the protocol versions with this provider.
    #[error("TLS cannot be set up: {0}")]
    Setup(#[source] rustls::Error),
}
