//! Documents at addresses that partners name, fetched so that no partner can make us call what it cannot reach itself
//! (OWASP Server-Side Request Forgery). Not here: what the documents say, and how long they are kept.

mod addresses;

use self::addresses::is_global_unicast;
use crate::config::PartnerKeys;
use anyhow::Context as _;
use axum::http::{HeaderMap, StatusCode, header};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, redirect, retry};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

/// How long a connection may take, its name and TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long the whole may take.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(5);
/// The largest document that is read, in bytes.
const LARGEST: usize = 256 * 1024;

/// Why there is no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FetchError {
    /// The address is no plain https URL, or names a host where we do not go.
    #[error("the address is not one that is fetched")]
    Address,
    /// Nobody answers there, not by TLS that we trust, or only at addresses where we do not go.
    #[error("no connection comes about")]
    Unreachable,
    /// It took too long.
    #[error("the answer took too long")]
    TimedOut,
    /// The answer is not 200; a redirect is not followed.
    #[error("the answer has status {0}")]
    Status(StatusCode),
    /// It is larger than what is read.
    #[error("the document is larger than 256 kB")]
    TooLarge,
}

/// A document as it came.
pub(crate) struct Document {
    pub(crate) body: Vec<u8>,
    /// For how long it may be kept (RFC 9111, 5.2.2.1), if the answer says; zero where it may not.
    pub(crate) max_age: Option<Duration>,
}

/// Where we may go beyond global unicast, because the operator named it.
#[derive(Clone)]
struct Permitted(Arc<[IpAddr]>);

impl Permitted {
    fn admits(&self, address: IpAddr) -> bool {
        is_global_unicast(address) || self.0.contains(&address)
    }
}

/// The way to partners' documents.
pub(crate) struct PartnerDocuments {
    http: Client,
    permitted: Permitted,
}

impl PartnerDocuments {
    /// Sets the way up; nothing is sent yet. The system's certificate authorities are trusted, and the operator's.
    pub(crate) fn new(config: &PartnerKeys) -> anyhow::Result<Self> {
        let permitted = Permitted(config.private_addresses.clone().into());
        let http = Client::builder()
            .tls_backend_preconfigured(tls(config)?)
            .dns_resolver(Arc::new(PermittedNames(permitted.clone())))
            .https_only(true)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_proxy()
            .http1_only()
            // A kept connection would outlive what the name says.
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .build()
            .context("cannot set up the HTTP client for documents of partners")?;
        Ok(Self { http, permitted })
    }

    /// Fetches one.
    pub(crate) async fn fetch(&self, address: &str) -> Result<Document, FetchError> {
        let url = self.admit(address)?;
        let mut response = self.http.get(url).send().await.map_err(|error| failure(&error))?;
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status(response.status()));
        }
        let max_age = max_age(response.headers());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
            if body.len() + chunk.len() > LARGEST {
                return Err(FetchError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Document { body, max_age })
    }

    /// A host that is an address asks no resolver, so it is judged here.
    fn admit(&self, address: &str) -> Result<Url, FetchError> {
        let url = Url::parse(address).map_err(|_| FetchError::Address)?;
        let plain = url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
        let host = match url.host() {
            Some(Host::Domain(_)) => true,
            Some(Host::Ipv4(host)) => self.permitted.admits(host.into()),
            Some(Host::Ipv6(host)) => self.permitted.admits(host.into()),
            None => false,
        };
        if plain && host {
            Ok(url)
        } else {
            Err(FetchError::Address)
        }
    }
}

fn failure(error: &reqwest::Error) -> FetchError {
    if error.is_timeout() {
        FetchError::TimedOut
    } else {
        FetchError::Unreachable
    }
}

/// Names as the system resolves them, without the addresses where we do not go. The connection is made to what is
/// answered here, so a name cannot lead elsewhere a moment later.
struct PermittedNames(Permitted);

impl Resolve for PermittedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let permitted = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            match admitted(&permitted, found) {
                addresses if addresses.is_empty() => Err("the name has no address where we go".into()),
                addresses => Ok(Box::new(addresses.into_iter()) as Addrs),
            }
        })
    }
}

/// Of what a name stands for at this moment, the addresses to which we go.
fn admitted(permitted: &Permitted, found: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    found.filter(|found| permitted.admits(found.ip())).collect()
}

fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all(header::CACHE_CONTROL).iter();
    let directives: Vec<String> = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|directive| directive.trim().to_ascii_lowercase())
        .collect();
    if directives
        .iter()
        .any(|directive| matches!(directive.as_str(), "no-store" | "no-cache"))
    {
        return Some(Duration::ZERO);
    }
    directives
        .iter()
        .find_map(|directive| directive.strip_prefix("max-age="))
        .and_then(|seconds| seconds.trim_matches('"').parse().ok())
        .map(Duration::from_secs)
}

/// The provider is named, so that no other one in the process can take its place.
fn tls(config: &PartnerKeys) -> anyhow::Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    // A system without authorities, or with some that cannot be read, leaves the operator's.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = &config.ca {
        let unreadable = || format!("cannot read certificate authorities from {}", path.display());
        for certificate in CertificateDer::pem_file_iter(path).with_context(unreadable)? {
            roots
                .add(certificate.with_context(unreadable)?)
                .with_context(unreadable)?;
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn documents(private_addresses: &[&str]) -> PartnerDocuments {
        PartnerDocuments::new(&PartnerKeys {
            private_addresses: private_addresses
                .iter()
                .map(|text| text.parse().unwrap())
                .collect(),
            ca: None,
        })
        .unwrap()
    }

    #[test]
    fn addresses_are_judged_before_anything_is_sent() {
        for (address, admitted) in [
            ("https://keys.example/jwks.json?x=1", true),
            ("https://keys.example:8443/", true),
            ("https://8.8.8.8/", true),
            ("https://[2606:4700::1111]/", true),
            ("http://keys.example/", false),
            ("ftp://keys.example/", false),
            ("file:///etc/passwd", false),
            ("https://user@keys.example/", false),
            ("https://:secret@keys.example/", false),
            ("https://127.0.0.1/", false),
            ("https://127.1/", false),
            ("https://2130706433/", false),
            ("https://0x7f000001/", false),
            ("https://0177.0.0.1/", false),
            ("https://[::1]/", false),
            ("https://[::ffff:10.0.0.1]/", false),
            ("https://169.254.169.254/latest/meta-data", false),
            ("keys.example", false),
            ("", false),
        ] {
            assert_eq!(documents(&[]).admit(address).is_ok(), admitted, "{address}");
        }
        assert!(documents(&["127.0.0.1"]).admit("https://127.0.0.1/").is_ok());
        assert!(documents(&["127.0.0.1"]).admit("https://127.0.0.2/").is_err());
    }

    #[tokio::test]
    async fn names_lose_the_addresses_where_we_do_not_go() {
        let resolve = async |documents: &PartnerDocuments| {
            let name = "localhost".parse().unwrap();
            let found = PermittedNames(documents.permitted.clone()).resolve(name).await;
            found.map(|found| found.map(|found| found.ip()).collect::<Vec<IpAddr>>())
        };
        assert!(resolve(&documents(&[])).await.is_err());
        let loopback: IpAddr = "127.0.0.1".parse().unwrap();
        let found = resolve(&documents(&["127.0.0.1"])).await.unwrap();
        assert!(!found.is_empty() && found.iter().all(|address| *address == loopback));
    }

    #[test]
    fn a_name_that_leads_inside_and_outside_leads_outside_only() {
        let resolved = |texts: &[&str]| {
            let found = texts.iter().map(|text| text.parse().unwrap());
            admitted(&Permitted([].into()), found)
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            resolved(&[
                "10.0.0.5:0",
                "8.8.8.8:0",
                "[::1]:0",
                "[2606:4700::1111]:0",
                "169.254.169.254:0"
            ]),
            ["8.8.8.8:0", "[2606:4700::1111]:0"]
        );
        // A name that has changed its mind by the next look (DNS rebinding): each look is judged anew.
        assert_eq!(resolved(&["8.8.8.8:0"]).len(), 1);
        assert!(resolved(&["127.0.0.1:0", "[::ffff:127.0.0.1]:0"]).is_empty());
    }

    #[test]
    fn an_answer_says_how_long_it_may_be_kept() {
        for (values, expected) in [
            (&[][..], None),
            (&["max-age=600"], Some(600)),
            (&["public, Max-Age=\"60\", must-revalidate"], Some(60)),
            (&["public", "max-age=7"], Some(7)),
            (&["no-store, max-age=600"], Some(0)),
            (&["No-Cache"], Some(0)),
            (&["s-maxage=600"], None),
            (&["max-age=soon"], None),
            (&["max-age=-1"], None),
        ] {
            let headers: HeaderMap = values
                .iter()
                .map(|value| (header::CACHE_CONTROL, HeaderValue::from_str(value).unwrap()))
                .collect();
            assert_eq!(max_age(&headers).map(|age| age.as_secs()), expected, "{values:?}");
        }
    }
}
