//! TLS material that is replaced while the server runs, all or nothing.
//! Not here: the signal that asks for it, and reading the files.

use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::ServerConfig;

use crate::error::TlsError;
use crate::judgement::ClientCertificateJudge;
use crate::material::{TlsMaterial, TlsPaths};

/// The TLS material in use.
///
/// New handshakes see a replacement at once. Open connections keep their handshake, but certificates are judged
/// per request, so a revocation reaches them too.
#[derive(Debug)]
pub struct LiveTls {
    paths: TlsPaths,
    browser: Arc<ArcSwap<ServerConfig>>,
    certificate: Arc<ArcSwap<ServerConfig>>,
    partner: Arc<ArcSwap<ServerConfig>>,
    client_judge: ArcSwap<ClientCertificateJudge>,
    partner_judge: ArcSwap<ClientCertificateJudge>,
}

impl LiveTls {
    /// Reads everything for the first time. Blocking.
    ///
    /// # Errors
    /// As [`TlsMaterial::load`].
    pub fn load(paths: TlsPaths) -> Result<Self, TlsError> {
        let material = TlsMaterial::load(&paths)?;
        Ok(Self {
            paths,
            browser: Arc::new(ArcSwap::new(material.browser)),
            certificate: Arc::new(ArcSwap::new(material.certificate)),
            partner: Arc::new(ArcSwap::new(material.partner)),
            client_judge: ArcSwap::new(material.client_judge),
            partner_judge: ArcSwap::new(material.partner_judge),
        })
    }

    /// Reads everything again and swaps it in. Blocking.
    ///
    /// # Errors
    /// As [`TlsMaterial::load`]; what was in use then stays in use, all of it.
    pub fn reload(&self) -> Result<(), TlsError> {
        let material = TlsMaterial::load(&self.paths)?;
        self.browser.store(material.browser);
        self.certificate.store(material.certificate);
        self.partner.store(material.partner);
        self.client_judge.store(material.client_judge);
        self.partner_judge.store(material.partner_judge);
        Ok(())
    }

    /// For the browser listener.
    pub fn browser(&self) -> Arc<ArcSwap<ServerConfig>> {
        Arc::clone(&self.browser)
    }

    /// For the certificate listener.
    pub fn certificate(&self) -> Arc<ArcSwap<ServerConfig>> {
        Arc::clone(&self.certificate)
    }

    /// For the partners' mutual-TLS listener.
    pub fn partner(&self) -> Arc<ArcSwap<ServerConfig>> {
        Arc::clone(&self.partner)
    }

    /// The judge of customers' certificates as of now; ask for it anew in each request.
    pub fn client_judge(&self) -> Arc<ClientCertificateJudge> {
        self.client_judge.load_full()
    }

    /// The judge of partners' certificates as of now; ask for it anew in each request.
    pub fn partner_judge(&self) -> Arc<ClientCertificateJudge> {
        self.partner_judge.load_full()
    }
}
