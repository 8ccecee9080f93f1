//! Subject alternative names of certificates, in the forms that clients may register (RFC 5280, 4.2.1.6; RFC 8705, 2.1.2).
//! Not here: distinguished names, and whose certificate it is.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::Serialize;
use url::Url;
use x509_parser::extensions::GeneralName;

use super::MalformedSubject;
use crate::parameters::is_visible_ascii;

/// The longest name that is read, in bytes.
const MAX_NAME: usize = 1024;

/// One name, in the form in which it is compared: two are equal when they name the same thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) enum AlternativeName {
    /// `dNSName`, in lower case. It stands for itself only: there are no wildcards.
    Dns(String),
    /// `uniformResourceIdentifier`, character by character.
    Uri(String),
    /// `iPAddress`.
    Ip(IpAddr),
    /// `rfc822Name`: the local part as it is, the domain in lower case (RFC 5280, 7.5).
    Email {
        /// Before the `@`.
        local: String,
        /// After the `@`.
        domain: String,
    },
}

impl AlternativeName {
    /// `tls_client_auth_san_dns`.
    pub(super) fn dns(text: &str) -> Result<Self, MalformedSubject> {
        is_host_name(text)
            .then(|| Self::Dns(text.to_ascii_lowercase()))
            .ok_or(MalformedSubject)
    }

    /// `tls_client_auth_san_uri`.
    pub(super) fn uri(text: &str) -> Result<Self, MalformedSubject> {
        (is_visible_ascii(text, MAX_NAME) && !text.contains(' ') && Url::parse(text).is_ok())
            .then(|| Self::Uri(text.to_owned()))
            .ok_or(MalformedSubject)
    }

    /// `tls_client_auth_san_ip`: dotted decimal, or RFC 5952.
    pub(super) fn ip(text: &str) -> Result<Self, MalformedSubject> {
        text.parse().map(Self::Ip).map_err(|_| MalformedSubject)
    }

    /// `tls_client_auth_san_email`.
    pub(super) fn email(text: &str) -> Result<Self, MalformedSubject> {
        let (local, domain) = text.rsplit_once('@').ok_or(MalformedSubject)?;
        let plain = !local.is_empty() && is_visible_ascii(local, MAX_NAME) && !local.contains([' ', '@']);
        (plain && is_host_name(domain))
            .then(|| Self::Email {
                local: local.to_owned(),
                domain: domain.to_ascii_lowercase(),
            })
            .ok_or(MalformedSubject)
    }

    /// The name as a certificate has it; `None` for a form that cannot be registered.
    pub(super) fn from_certificate(name: &GeneralName<'_>) -> Option<Self> {
        match name {
            GeneralName::DNSName(text) => Self::dns(text).ok(),
            GeneralName::URI(text) => Self::uri(text).ok(),
            GeneralName::RFC822Name(text) => Self::email(text).ok(),
            GeneralName::IPAddress(octets) => ip_of(octets).map(Self::Ip),
            _ => None,
        }
    }
}

/// Labels of letters, digits, hyphens and underscores: so neither a wildcard nor a NUL passes.
fn is_host_name(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    text.len() <= 253 && text.split('.').all(label)
}

fn ip_of(octets: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(octets).map(|octets| Ipv4Addr::from(octets).into());
    let v6 = <[u8; 16]>::try_from(octets).map(|octets| Ipv6Addr::from(octets).into());
    v4.or(v6).ok()
}
