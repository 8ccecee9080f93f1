//! The one configuration file, `renkei.toml`, and the environment variables (`RENKEI_…`) that override it.
//! Not here: what is done with the values, and secrets themselves (only paths to their files).

use crate::institution::{Institution, InstitutionError};
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use renkei_procedure::deadline::TimeLimits;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// Everything that an operator sets.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The issuer identifier (RFC 8414 section 2), which is also the origin of the pages: `https://host[:port]`.
    pub issuer: Url,
    /// For front-end developers: where `trunk serve` answers, a loopback address.
    pub frontend_origin: Option<Url>,
    /// Where to listen.
    pub listeners: Listeners,
    /// The listeners' own certificates.
    pub tls: Tls,
    /// Customers' certificates.
    pub client_certificates: ClientCertificates,
    /// Partners' certificates.
    pub partner_certificates: PartnerCertificates,
    /// Where everything is kept.
    pub database: Database,
    /// The keys that seal PINs.
    pub vault: Vault,
    /// The keys that sign.
    pub signing: Signing,
    /// The core banking system.
    pub core: Core,
    /// The procedure's limits.
    #[serde(default)]
    pub procedure: Procedure,
    /// Lifetimes of what OAuth issues.
    #[serde(default)]
    pub oauth: OAuth,
    /// The trail of who did what.
    #[serde(default)]
    pub audit: Audit,
    /// Partners whose tokens are bound to nothing.
    #[serde(default)]
    pub bearer_exceptions: BearerExceptions,
    /// Partners that may do without PKCE.
    #[serde(default)]
    pub pkce_exceptions: PkceExceptions,
    /// Documents at addresses that partners name.
    #[serde(default)]
    pub partner_keys: PartnerKeys,
    /// Partners that register themselves.
    #[serde(default)]
    pub registration: Registration,
    /// Whose pages they are.
    #[serde(default)]
    pub institution: Institution,
}

/// Addresses to listen on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listeners {
    /// Pages, JSON endpoints, OAuth.
    pub browser: SocketAddr,
    /// Client certificates of customers.
    pub certificate: SocketAddr,
    /// Partners by mutual TLS.
    pub partner: SocketAddr,
    /// Health and metrics, plain HTTP: keep it private.
    pub metrics: SocketAddr,
}

/// Server certificates and keys, PEM.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tls {
    /// Chain of the browser listener.
    pub browser_certificate: PathBuf,
    /// Its key.
    pub browser_key: PathBuf,
    /// Chain of the certificate listener: a wildcard below `client_certificates.base_domain`.
    pub certificate_certificate: PathBuf,
    /// Its key.
    pub certificate_key: PathBuf,
    /// Chain of the partners' listener.
    pub partner_certificate: PathBuf,
    /// Its key.
    pub partner_key: PathBuf,
}

/// Whose certificates log a customer in, and where the browser is sent to show one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientCertificates {
    /// Certification authorities, PEM.
    pub ca: PathBuf,
    /// Their revocation lists, PEM; required.
    pub crls: Vec<PathBuf>,
    /// Fresh host names are made below this one.
    pub base_domain: String,
    /// The port as browsers see it.
    pub public_port: u16,
}

/// Whose certificates authenticate a partner (RFC 8705 section 2.1).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartnerCertificates {
    /// Certification authorities, PEM.
    pub ca: PathBuf,
    /// Their revocation lists, PEM.
    pub crls: Vec<PathBuf>,
    /// Public base of the endpoints at the mutual-TLS listener (`mtls_endpoint_aliases`).
    pub partner_url: Url,
}

/// The database.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Database {
    /// `sqlite://…` or `postgres://…`.
    pub url: String,
}

/// The vault's keyring.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vault {
    /// The keyring file; where absent, the variable `RENKEI_VAULT_KEYS` holds the same text.
    pub keys: Option<PathBuf>,
}

/// The signing keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Signing {
    /// The signing-key file.
    pub keys: PathBuf,
    /// After how many days the server rotates a key by itself, which needs leave to write the file and its folder; for
    /// one node, or nodes that share the file. Absent: the operator does it.
    pub rotate_after_days: Option<u64>,
}

impl Signing {
    /// The age at which the server rotates a key by itself.
    pub(crate) fn rotate_after(&self) -> Option<Duration> {
        self.rotate_after_days.map(|days| Duration::from_hours(days * 24))
    }
}

/// Which adapter to the core banking system.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "adapter", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Core {
    /// The embedded simulator.
    Simulator {
        /// Where it keeps what changes.
        state: PathBuf,
    },
    /// A gateway by HTTP.
    Gateway {
        /// Its base address.
        url: Url,
        /// A certification authority to trust besides the system's, PEM.
        ca: Option<PathBuf>,
        /// The file with the bearer token.
        token_file: PathBuf,
        /// How long one question may take.
        #[serde(default = "default_core_timeout")]
        timeout_seconds: u64,
    },
}

impl Core {
    /// How long one question may take.
    pub(crate) const fn timeout(&self) -> Duration {
        match self {
            Self::Simulator { .. } => Duration::from_secs(default_core_timeout()),
            Self::Gateway { timeout_seconds, .. } => Duration::from_secs(*timeout_seconds),
        }
    }
}

const fn default_core_timeout() -> u64 {
    10
}

/// The procedure's limits.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Procedure {
    /// Full time, minutes.
    pub time_limit_minutes: u64,
    /// All in all, minutes.
    pub hard_limit_minutes: u64,
    /// Wrong passwords until the lock.
    pub password_tries: u32,
    /// How many passwords are hashed at once; each takes 19 MiB and a processor.
    pub parallel_hashes: usize,
    /// For how many whole months back, besides the current one, the core keeps statements; said on the permission page.
    pub history_months: u32,
}

impl Default for Procedure {
    fn default() -> Self {
        Self {
            time_limit_minutes: 10,
            hard_limit_minutes: 180,
            password_tries: 5,
            parallel_hashes: 2,
            history_months: 13,
        }
    }
}

impl Procedure {
    /// The time limits as the rules take them.
    pub(crate) const fn time_limits(&self) -> TimeLimits {
        TimeLimits {
            full: Duration::from_mins(self.time_limit_minutes),
            overall: Duration::from_mins(self.hard_limit_minutes),
        }
    }
}

/// Lifetimes of what OAuth issues, in seconds.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct OAuth {
    /// `request_uri` until arrival (RFC 9126 section 2.2), 60 to 300.
    pub request_uri_seconds: u64,
    /// Authorization code (RFC 6749 section 4.1.2), at most 60.
    pub code_seconds: u64,
    /// Access token.
    pub access_token_seconds: u64,
    /// Whether DPoP proofs need a nonce (RFC 9449 section 8).
    pub dpop_nonce: DpopNonce,
    /// How long a refresh token works on after it was replaced, where a partner rotates; the first use of its successor
    /// ends that at once. A day lets a partner that asks once a day lose an answer.
    pub refresh_grace_seconds: u64,
    /// After how many days a permission that is over is deleted; the audit trail stays.
    pub grant_retention_days: u32,
}

/// The trail of who did what.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Audit {
    /// After how many days an event is deleted.
    pub retention_days: u32,
}

impl Default for Audit {
    /// Ten years, for which a bank keeps the records of its business.
    fn default() -> Self {
        Self {
            retention_days: 3_653,
        }
    }
}

/// Whether DPoP proofs need a nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DpopNonce {
    /// Each proof bears one of ours.
    Required,
    /// A proof may come without; one that bears a nonce bears one of ours.
    Offered,
}

impl Default for OAuth {
    fn default() -> Self {
        Self {
            request_uri_seconds: 90,
            code_seconds: 60,
            access_token_seconds: 600,
            dpop_nonce: DpopNonce::Required,
            refresh_grace_seconds: 86_400,
            grant_retention_days: 90,
        }
    }
}

/// Partners of the `baseline` profile whose bearer tokens the operator allows by name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct BearerExceptions {
    /// Their client ids.
    pub partners: Vec<String>,
}

/// Partners of the `baseline` profile that the operator lets do without PKCE, by name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PkceExceptions {
    /// Their client ids.
    pub partners: Vec<String>,
}

/// Documents at addresses that partners name: `jwks_uri` (RFC 7591 section 2) and `sector_identifier_uri`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PartnerKeys {
    /// Addresses that are fetched from although they are not global unicast; for tests, demos and partners on a line of
    /// their own.
    pub private_addresses: Vec<IpAddr>,
    /// Certification authorities to trust besides the system's, PEM.
    pub ca: Option<PathBuf>,
}

/// Partners that register themselves (RFC 7591) by an initial access token of the operator's.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Registration {
    /// Whether they may.
    pub enabled: bool,
}

/// Why a configuration was refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// It cannot be read, or a value has the wrong form.
    #[error("{0}")]
    Unreadable(#[from] Box<figment::Error>),
    /// A value is not allowed.
    #[error("{field}: {reason}")]
    Invalid {
        /// Which.
        field: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// The institution cannot be shown like this.
    #[error(transparent)]
    Institution(#[from] InstitutionError),
}

impl Config {
    /// Reads and checks the file; relative paths count from its folder.
    pub(crate) fn load(path: &Path) -> Result<Self, ConfigError> {
        let mut config: Self = Figment::new()
            .merge(Toml::file_exact(path))
            .merge(
                Env::prefixed("RENKEI_")
                    .filter(|name| is_setting(name.as_str()))
                    .split("__"),
            )
            .extract()
            .map_err(Box::new)?;
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        config.resolve_paths(folder);
        config.check()?;
        Ok(config)
    }

    fn resolve_paths(&mut self, folder: &Path) {
        let mut paths: Vec<&mut PathBuf> = vec![
            &mut self.tls.browser_certificate,
            &mut self.tls.browser_key,
            &mut self.tls.certificate_certificate,
            &mut self.tls.certificate_key,
            &mut self.tls.partner_certificate,
            &mut self.tls.partner_key,
            &mut self.client_certificates.ca,
            &mut self.partner_certificates.ca,
            &mut self.signing.keys,
        ];
        paths.extend(&mut self.client_certificates.crls);
        paths.extend(&mut self.partner_certificates.crls);
        paths.extend(&mut self.vault.keys);
        paths.extend(&mut self.partner_keys.ca);
        match &mut self.core {
            Core::Simulator { state } => paths.push(state),
            Core::Gateway { ca, token_file, .. } => {
                paths.push(token_file);
                paths.extend(ca);
            }
        }
        for path in paths {
            *path = folder.join(&*path);
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        let invalid = |field, reason| Err(ConfigError::Invalid { field, reason });
        if !is_origin(&self.issuer) || self.issuer.scheme() != "https" {
            return invalid(
                "issuer",
                "must be https://host or https://host:port, without path, query or fragment",
            );
        }
        if let Some(origin) = &self.frontend_origin
            && (!is_origin(origin) || origin.scheme() != "http" || !is_loopback(origin))
        {
            return invalid(
                "frontend_origin",
                "must be http://localhost:port; it is for development only",
            );
        }
        if !is_origin(&self.partner_certificates.partner_url)
            || self.partner_certificates.partner_url.scheme() != "https"
        {
            return invalid(
                "partner_certificates.partner_url",
                "must be https://host or https://host:port",
            );
        }
        if !(60..=300).contains(&self.oauth.request_uri_seconds) {
            return invalid("oauth.request_uri_seconds", "must be from 60 to 300");
        }
        if !(1..=60).contains(&self.oauth.code_seconds) {
            return invalid("oauth.code_seconds", "must be from 1 to 60");
        }
        if !(30..=3_600).contains(&self.oauth.access_token_seconds) {
            return invalid("oauth.access_token_seconds", "must be from 30 to 3600");
        }
        // Shorter than an answer and its repetition take, it would lose permissions by lost answers.
        if !(60..=604_800).contains(&self.oauth.refresh_grace_seconds) {
            return invalid(
                "oauth.refresh_grace_seconds",
                "must be 60 to 604800, a minute to a week",
            );
        }
        if !(1..=36_500).contains(&self.audit.retention_days) {
            return invalid("audit.retention_days", "must be from 1 to 36500");
        }
        if !(1..=36_500).contains(&self.oauth.grant_retention_days) {
            return invalid("oauth.grant_retention_days", "must be from 1 to 36500");
        }
        if self.procedure.time_limit_minutes < 3 {
            return invalid(
                "procedure.time_limit_minutes",
                "must be 3 or more: a warning comes 2 minutes before the end",
            );
        }
        if self.procedure.hard_limit_minutes < self.procedure.time_limit_minutes.saturating_mul(10) {
            return invalid(
                "procedure.hard_limit_minutes",
                "must allow ten times the time limit (WCAG 2.2, 2.2.1)",
            );
        }
        if !self
            .signing
            .rotate_after_days
            .is_none_or(|days| (1..=3_650).contains(&days))
        {
            return invalid("signing.rotate_after_days", "must be from 1 to 3650");
        }
        // The hold of an act and the lease of an account's PIN outlive one question, not several.
        if !(1..=25).contains(&self.core.timeout().as_secs()) {
            return invalid("core.timeout_seconds", "must be from 1 to 25");
        }
        if self.procedure.password_tries == 0 || self.procedure.parallel_hashes == 0 {
            return invalid(
                "procedure",
                "password_tries and parallel_hashes must be 1 or more",
            );
        }
        self.institution.check()?;
        Ok(())
    }

    /// The origin at which pages are shown: the front-end developer's, where one is set.
    pub(crate) fn pages_origin(&self) -> String {
        origin(self.frontend_origin.as_ref().unwrap_or(&self.issuer))
    }

    /// The issuer identifier as text, without a trailing slash.
    pub(crate) fn issuer_text(&self) -> String {
        origin(&self.issuer)
    }
}

/// Whether a variable `RENKEI_…` overrides a value of the file; others, such as `RENKEI_LOG`, mean something else.
fn is_setting(name: &str) -> bool {
    name.contains("__")
        || ["issuer", "frontend_origin"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known))
}

/// `scheme://host[:port]` without a trailing slash.
pub(crate) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn is_origin(url: &Url) -> bool {
    url.host().is_some()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
}

/// Whether the host is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
