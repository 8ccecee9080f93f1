//! TLS material from files: certificates, keys, authorities, revocation lists; read whole or refused.
//! Not here: when to read it again (`reload`), and where the paths come from (the server's configuration).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::sign::CertifiedKey;
use rustls::{InconsistentKeys, RootCertStore, ServerConfig};
use rustls_pki_types::pem::{Error as PemError, PemObject};
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use x509_parser::prelude::{CertificateRevocationList, FromDer, X509Certificate};

use crate::distinguished_name::DistinguishedName;
use crate::error::TlsError;
use crate::judgement::{ClientCertificateJudge, RevocationListSummary};
use crate::server_config::{browser_config, certificate_config, partner_config, provider};

/// A server certificate chain and its private key, both PEM.
#[derive(Clone, Debug)]
pub struct KeyPairPaths {
    /// The chain, the server's own certificate first.
    pub certificate: PathBuf,
    /// Its private key (PKCS #8, SEC 1 or PKCS #1).
    pub key: PathBuf,
}

/// Certification authorities of clients and their revocation lists, all PEM.
#[derive(Clone, Debug)]
pub struct AuthorityPaths {
    /// One or several authorities' certificates.
    pub ca: PathBuf,
    /// Files of one or several revocation lists; each authority needs a list that it signed.
    pub crls: Vec<PathBuf>,
}

/// Every file that the listeners live on.
#[derive(Clone, Debug)]
pub struct TlsPaths {
    /// The browser listener's own certificate.
    pub browser: KeyPairPaths,
    /// The certificate listener's own certificate (wildcard, for fresh host names).
    pub certificate: KeyPairPaths,
    /// The partners' mutual-TLS listener's own certificate.
    pub partner: KeyPairPaths,
    /// Authorities of the customers' certificates.
    pub clients: AuthorityPaths,
    /// Authorities of the partners' certificates (`tls_client_auth`, RFC 8705 section 2.1).
    pub partners: AuthorityPaths,
}

/// Everything that the listeners live on, read and checked.
#[derive(Debug)]
pub struct TlsMaterial {
    /// The browser listener's configuration.
    pub browser: Arc<ServerConfig>,
    /// The certificate listener's configuration.
    pub certificate: Arc<ServerConfig>,
    /// The partners' listener's configuration.
    pub partner: Arc<ServerConfig>,
    /// Judges the customers' certificates.
    pub client_judge: Arc<ClientCertificateJudge>,
    /// Judges the partners' certificates.
    pub partner_judge: Arc<ClientCertificateJudge>,
}

impl TlsMaterial {
    /// Reads and checks everything. Blocking: a handful of small files.
    ///
    /// A revocation list that is stale does not stop it: the judge then refuses everybody and says whose fault it
    /// is, which is better than a server that does not start.
    ///
    /// # Errors
    /// Any file that is missing, malformed, empty of what is needed, or does not fit the others.
    pub fn load(paths: &TlsPaths) -> Result<Self, TlsError> {
        let client_judge = load_judge(&paths.clients)?;
        let hints = client_judge.verifier.root_hint_subjects().to_vec();
        Ok(Self {
            browser: Arc::new(browser_config(load_key_pair(&paths.browser)?)?),
            certificate: Arc::new(certificate_config(load_key_pair(&paths.certificate)?, hints)?),
            partner: Arc::new(partner_config(load_key_pair(&paths.partner)?)?),
            client_judge: Arc::new(client_judge),
            partner_judge: Arc::new(load_judge(&paths.partners)?),
        })
    }
}

fn load_key_pair(paths: &KeyPairPaths) -> Result<Arc<CertifiedKey>, TlsError> {
    let chain: Vec<CertificateDer<'static>> = load_pem(&paths.certificate, "certificate")?;
    let key = PrivateKeyDer::from_pem_slice(&read(&paths.key)?).map_err(|error| match error {
        PemError::NoItemsFound => TlsError::NothingFound {
            path: paths.key.clone(),
            wanted: "private key",
        },
        _ => TlsError::MalformedPem {
            path: paths.key.clone(),
        },
    })?;
    CertifiedKey::from_der(chain, key, &provider())
        .map(Arc::new)
        .map_err(|error| match error {
            rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => TlsError::KeyMismatch {
                certificate: paths.certificate.clone(),
                key: paths.key.clone(),
            },
            source => TlsError::UnusableCertificate {
                certificate: paths.certificate.clone(),
                source,
            },
        })
}

impl ClientCertificateJudge {
    /// A judge for the authorities and revocation lists of these files.
    ///
    /// # Errors
    /// As [`TlsMaterial::load`]; above all where a list is missing, since no list would mean no checking.
    pub fn load(paths: &AuthorityPaths) -> Result<Self, TlsError> {
        load_judge(paths)
    }
}

fn load_judge(paths: &AuthorityPaths) -> Result<ClientCertificateJudge, TlsError> {
    let authorities: Vec<CertificateDer<'static>> = load_pem(&paths.ca, "certificate")?;
    if paths.crls.is_empty() {
        return Err(TlsError::NoRevocationLists {
            path: paths.ca.clone(),
        });
    }
    let mut crls: Vec<CertificateRevocationListDer<'static>> = Vec::new();
    for path in &paths.crls {
        crls.extend(load_pem::<CertificateRevocationListDer<'static>>(
            path,
            "certificate revocation list",
        )?);
    }
    let lists = crls
        .iter()
        .map(|der| CertificateRevocationList::from_der(der).map(|(_, list)| list))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| TlsError::RevocationListUnusable {
            path: paths.ca.clone(),
            detail: error.to_string(),
        })?;

    let mut roots = RootCertStore::empty();
    let mut issuers = Vec::with_capacity(authorities.len());
    for (index, der) in authorities.iter().enumerate() {
        let not_an_authority = || TlsError::NotAnAuthority {
            path: paths.ca.clone(),
            position: index + 1,
        };
        let (_, authority) = X509Certificate::from_der(der).map_err(|_| not_an_authority())?;
        if !authority.is_ca() {
            return Err(not_an_authority());
        }
        let name = DistinguishedName::from_x509(authority.subject());
        // A list with a signature of someone else would only be noticed, by refusing everybody, at the first login.
        let covered = lists.iter().any(|list| {
            list.issuer().as_raw() == authority.subject().as_raw()
                && list.verify_signature(authority.public_key()).is_ok()
        });
        if !covered {
            return Err(TlsError::RevocationListMissing {
                path: paths.ca.clone(),
                issuer: name.to_string(),
            });
        }
        roots.add(der.clone()).map_err(|_| not_an_authority())?;
        issuers.push(name);
    }
    let summaries = lists
        .iter()
        .map(|list| RevocationListSummary {
            issuer: DistinguishedName::from_x509(list.issuer()).to_string(),
            this_update: list.last_update().timestamp(),
            next_update: list.next_update().map(|time| time.timestamp()),
        })
        .collect();
    drop(lists);
    ClientCertificateJudge::new(roots, crls, issuers, summaries).map_err(|error| {
        TlsError::RevocationListUnusable {
            path: paths.ca.clone(),
            detail: error.to_string(),
        }
    })
}

fn load_pem<T: PemObject>(path: &Path, wanted: &'static str) -> Result<Vec<T>, TlsError> {
    let items = T::pem_slice_iter(&read(path)?)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| TlsError::MalformedPem {
            path: path.to_owned(),
        })?;
    if items.is_empty() {
        return Err(TlsError::NothingFound {
            path: path.to_owned(),
            wanted,
        });
    }
    Ok(items)
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|source| TlsError::Read {
        path: path.to_owned(),
        source,
    })
}
