//! `target/demo/demo.json`: everything that a test or a script needs to use the running demo (docs/demo-json.md).
//! Not here: what is said to people (`greeting`).

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use super::Prepared;
use super::accounts::{Account, BusyDay};
use super::certificates::{Certificates, FAULTS, Fault, P12_PASSWORD};
use super::configuration::Settings;
use super::partners::{AuthMethod, Businesses, PARTNERS, Profile, TokenBinding};
use super::ports::Ports;
use super::users::{Role, USERS};
use crate::files;
use crate::pki::CertificateFiles;

/// The whole file.
#[derive(Serialize)]
pub(crate) struct Report {
    pid: u32,
    log_dir: PathBuf,
    database_url: String,
    ports: Ports,
    issuer: String,
    browser_url: String,
    certificate_url: String,
    partner_mtls_url: String,
    partner_app_url: String,
    ca_certificate: PathBuf,
    gateway_url: String,
    gateway_token_file: PathBuf,
    simulator_state: PathBuf,
    busy_day: BusyDay,
    users: Vec<UserReport>,
    certificates: Vec<FaultReport>,
    partners: Vec<PartnerReport>,
    initial_access_token: String,
}

#[derive(Serialize)]
struct CertificateReport {
    certificate_pem: PathBuf,
    key_pem: PathBuf,
    p12: PathBuf,
    p12_password: &'static str,
}

impl CertificateReport {
    fn of(files: CertificateFiles) -> Self {
        Self {
            certificate_pem: files.certificate_pem,
            key_pem: files.key_pem,
            p12: files.p12,
            p12_password: P12_PASSWORD,
        }
    }
}

#[derive(Serialize)]
struct UserReport {
    name: &'static str,
    display_name: &'static str,
    company: &'static str,
    role: Role,
    may_link: bool,
    #[serde(flatten)]
    certificate: CertificateReport,
    login_password: &'static str,
    accounts: Vec<Account>,
}

#[derive(Serialize)]
struct FaultReport {
    kind: Fault,
    #[serde(flatten)]
    certificate: CertificateReport,
}

#[derive(Serialize)]
struct PartnerReport {
    client_id: &'static str,
    name: &'static str,
    profile: Profile,
    auth_method: AuthMethod,
    token_binding: TokenBinding,
    client_secret: Option<String>,
    private_jwk: Option<Value>,
    signing_key_pem: Option<PathBuf>,
    certificate_pem: PathBuf,
    key_pem: PathBuf,
    redirect_uris: Vec<String>,
    scopes: &'static [&'static str],
    businesses: Businesses,
    registration: Value,
}

impl Report {
    /// Gathers it.
    pub(crate) fn gather(
        settings: &Settings,
        certificates: &Certificates,
        Prepared {
            description,
            initial_access_token,
        }: &Prepared,
    ) -> Result<Self> {
        let partners = PARTNERS.iter().map(|partner| {
            let secrets = certificates.partner_secrets(partner.client_id);
            let tls = certificates.partner(partner.client_id);
            let secret = partner.auth_method.is_by_secret();
            let jwk = partner.auth_method == AuthMethod::PrivateKeyJwt;
            Ok(PartnerReport {
                client_id: partner.client_id,
                name: partner.name,
                profile: partner.profile,
                auth_method: partner.auth_method,
                token_binding: partner.token_binding,
                client_secret: secret.then(|| secrets.client_secret()).transpose()?,
                private_jwk: jwk.then(|| secrets.private_jwk()).transpose()?,
                signing_key_pem: jwk.then(|| secrets.signing_key_pem.clone()),
                certificate_pem: tls.certificate_pem,
                key_pem: tls.key_pem,
                redirect_uris: settings.redirect_uris(partner),
                scopes: partner.scopes,
                businesses: partner.businesses,
                registration: settings.registration(partner, certificates)?,
            })
        });
        let users = USERS.iter().map(|user| UserReport {
            name: user.key,
            display_name: user.name,
            company: user.company,
            role: user.role,
            may_link: user.may_link,
            certificate: CertificateReport::of(certificates.user(user.key)),
            login_password: user.password,
            accounts: description.accounts(user.key),
        });
        let faults = FAULTS.iter().map(|(kind, name, _)| FaultReport {
            kind: *kind,
            certificate: CertificateReport::of(certificates.faulty(name)),
        });
        Ok(Self {
            pid: std::process::id(),
            log_dir: settings.logs(),
            database_url: settings.database_url.clone(),
            ports: settings.ports,
            issuer: settings.issuer(),
            browser_url: settings.issuer(),
            certificate_url: format!("https://cert.localhost:{}", settings.ports.certificate),
            partner_mtls_url: settings.partner_mtls_url(),
            partner_app_url: settings.partner_app_url(),
            ca_certificate: certificates.server_authority(),
            gateway_url: format!("http://127.0.0.1:{}", settings.ports.gateway),
            gateway_token_file: settings.gateway_token(),
            simulator_state: settings.simulator(),
            busy_day: description.busy_day.clone(),
            users: users.collect(),
            certificates: faults.collect(),
            partners: partners.collect::<Result<_>>()?,
            initial_access_token: initial_access_token.clone(),
        })
    }

    /// Writes it, whole and privately; it is gone again when the answer is dropped.
    pub(crate) fn publish(&self, folder: &Path) -> Result<Published> {
        let published = Published(path(folder));
        files::write_private(&published.0, &serde_json::to_vec_pretty(self)?)?;
        Ok(published)
    }
}

/// `demo.json` as long as the demo runs.
pub(crate) struct Published(PathBuf);

impl Drop for Published {
    fn drop(&mut self) {
        if let Err(error) = files::remove(&self.0) {
            eprintln!("{error:#}");
        }
    }
}

/// Where the file is.
pub(crate) fn path(folder: &Path) -> PathBuf {
    folder.join("demo.json")
}
