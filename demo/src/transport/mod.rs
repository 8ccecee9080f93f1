//! TLS connections: to the bank as a client, and the site's own listener.
//! Not here: what is said over them.

pub mod listener;
mod loopback;

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// The largest answer that is read, in bytes: a page of a statement is far below.
const MAX_ANSWER: usize = 16 * 1024 * 1024;
/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A client certificate with its key, as files.
#[derive(Clone, Copy)]
pub struct IdentityFiles<'a> {
    /// The chain, PEM.
    pub certificate: &'a Path,
    /// The private key, PEM.
    pub key: &'a Path,
}

/// The HTTP client for the bank: trusts only the configured authorities, follows no redirect (a
/// client of OAuth never should), uses no proxy, and shows the client certificate if it has one.
#[derive(Clone, Debug)]
pub struct BankHttp(reqwest::Client);

/// The bank could not be reached, or its answer could not be read. The cause goes to the log.
#[derive(Debug, thiserror::Error)]
#[error("the bank cannot be reached")]
pub struct Unreachable(#[source] pub(crate) Box<dyn std::error::Error + Send + Sync>);

impl BankHttp {
    /// Builds the client.
    ///
    /// # Errors
    /// A file cannot be read or holds nothing usable.
    pub fn new(ca_certificate: &Path, identity: Option<IdentityFiles<'_>>) -> anyhow::Result<Self> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(ca_certificate)? {
            roots
                .add(certificate)
                .with_context(|| format!("{} is unusable", ca_certificate.display()))?;
        }
        let builder = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots);
        let mut tls = match identity {
            Some(files) => builder
                .with_client_auth_cert(certificates(files.certificate)?, private_key(files.key)?)
                .with_context(|| format!("{} and its key do not fit", files.certificate.display()))?,
            None => builder.with_no_client_auth(),
        };
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(Arc::new(loopback::LoopbackForLocalhost))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .https_only(true)
            .timeout(TIMEOUT)
            .build()?;
        Ok(Self(client))
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// No connection, no answer in time, or an answer beyond all measure.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Unreachable> {
        let failed = |error: reqwest::Error| Unreachable(Box::new(error.without_url()));
        let request = reqwest::Request::try_from(request).map_err(failed)?;
        let mut response = self.0.execute(request).await.map_err(failed)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(Unreachable("the answer is too long".into()));
            }
            body.extend_from_slice(&chunk);
        }
        let mut answer = HttpResponse::new(body);
        *answer.status_mut() = response.status();
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        Ok(answer)
    }
}

/// What the `oauth2` crate asks of an HTTP client.
impl<'c> AsyncHttpClient<'c> for BankHttp {
    type Error = Unreachable;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Unreachable>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// aws-lc-rs, said explicitly: with two providers in a process rustls would refuse to choose.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

fn certificates(file: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let list = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("cannot read certificates from {}", file.display()))?;
    ensure!(!list.is_empty(), "{} holds no certificate", file.display());
    Ok(list)
}

fn private_key(file: &Path) -> anyhow::Result<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_file(file).with_context(|| format!("cannot read a key from {}", file.display()))
}
