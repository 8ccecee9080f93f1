//! What a page or a record says about a certificate, read from its DER.
//! Not here: whether the certificate is trusted.

use serde::{Deserialize, Serialize};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::distinguished_name::DistinguishedName;

/// SHA-256 over the DER bytes of a certificate (`x5t#S256`, RFC 8705 section 3.1).
pub fn sha256_thumbprint(der: &[u8]) -> [u8; 32] {
    let mut thumbprint = [0; 32];
    thumbprint.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, der).as_ref());
    thumbprint
}

/// The names, number and period of a certificate. Nothing in it is verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateSummary {
    /// Subject as an RFC 4514 string; letters beyond ASCII as they are.
    pub subject: String,
    /// Issuer, likewise.
    pub issuer: String,
    /// Serial number in upper-case hexadecimal, octets parted by colons.
    pub serial: String,
    /// Start of validity, inclusive; seconds since the epoch.
    pub not_before: i64,
    /// End of validity, inclusive (RFC 5280 section 4.1.2.5); seconds since the epoch.
    pub not_after: i64,
}

impl CertificateSummary {
    /// Reads a certificate; `None` where the bytes are no X.509 certificate.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let serial: Vec<String> = certificate
            .raw_serial()
            .iter()
            .map(|octet| format!("{octet:02X}"))
            .collect();
        Some(Self {
            subject: DistinguishedName::from_x509(certificate.subject()).to_string(),
            issuer: DistinguishedName::from_x509(certificate.issuer()).to_string(),
            serial: serial.join(":"),
            not_before: certificate.validity().not_before.timestamp(),
            not_after: certificate.validity().not_after.timestamp(),
        })
    }
}
