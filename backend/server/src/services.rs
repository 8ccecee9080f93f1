//! Composition: everything that the doors need, built once from the configuration.
//! Not here: what the doors do with it.

use crate::ambient::Ambient;
use crate::config::{Config, Core};
use crate::institution::look::Look;
use crate::oauth::partner_documents::PartnerDocuments;
use crate::oauth::partner_keys::PartnerKeys;
use crate::signing::Signing;
use crate::turnstiles::Turnstiles;
use crate::web::embedded;
use anyhow::Context as _;
use renkei_bank::gateway::BearerToken;
use renkei_bank::gateway::client::{GatewayClient, GatewayConfig};
use renkei_bank::port::CoreBanking;
use renkei_bank::simulator::{DEFAULT_PIN_TRIES, Simulator};
use renkei_oauth::issuer_identification::Issuer;
use renkei_oauth::pushed_authorization::RequestUriLifetime;
use renkei_oauth::scope::Scopes;
use renkei_shared::vocabulary::{Business, SCOPES};
use renkei_store::{Store, StoreOptions};
use renkei_tls::{AuthorityPaths, KeyPairPaths, LiveTls, TlsPaths};
use renkei_vault::keyring::Vault;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The variable that holds the keyring where no file is named.
pub(crate) const VAULT_VARIABLE: &str = "RENKEI_VAULT_KEYS";

/// What the doors share.
pub(crate) type App = Arc<Services>;

/// Everything that is built once.
pub(crate) struct Services {
    pub(crate) config: Config,
    pub(crate) ambient: Ambient,
    pub(crate) store: Store,
    pub(crate) vault: Vault,
    pub(crate) core: Arc<dyn CoreBanking>,
    pub(crate) tls: Arc<LiveTls>,
    pub(crate) issuer: Issuer,
    /// Public base of the partners' listener, in the form of an issuer.
    pub(crate) partner_base: Issuer,
    /// Every scope that there is here.
    pub(crate) scopes: Scopes,
    /// Those that the accounts API asks for.
    pub(crate) resource_scopes: Scopes,
    pub(crate) signing: Signing,
    pub(crate) partner_keys: PartnerKeys,
    pub(crate) request_uri_lifetime: RequestUriLifetime,
    /// As many passwords are hashed at once as processors may be spent on it.
    pub(crate) hashing: Semaphore,
    pub(crate) turnstiles: Turnstiles,
    /// The pages' files, as far as they are the institution's own.
    pub(crate) look: Look,
}

impl Services {
    /// Builds everything, or says what is missing.
    pub(crate) async fn build(config: Config, ambient: Ambient) -> anyhow::Result<Self> {
        let core = core_of(&config.core, &ambient)?;
        Self::build_with_core(config, ambient, core).await
    }

    /// The same with a core banking system of the caller's.
    pub(crate) async fn build_with_core(
        config: Config,
        ambient: Ambient,
        core: Arc<dyn CoreBanking>,
    ) -> anyhow::Result<Self> {
        let store = Store::connect(&config.database.url, &StoreOptions::default())
            .await
            .context("cannot open the database")?;
        store.migrate().await.context("cannot migrate the database")?;
        let vault = vault_of(&config)?;
        let signing = Signing::load(config.signing.keys.clone(), ambient.now())?;
        let tls = LiveTls::load(tls_paths(&config)).context("cannot use the TLS material")?;
        let issuer = Issuer::parse(&config.issuer_text()).context("issuer")?;
        let partner_base = Issuer::parse(&crate::config::origin(&config.partner_certificates.partner_url))
            .context("partner_url")?;
        let scopes = Scopes::from_tokens(SCOPES).context("scopes")?;
        let businesses = Business::ALL.into_iter().map(Business::scope);
        let resource_scopes =
            Scopes::from_tokens(std::iter::once("accounts").chain(businesses)).context("scopes")?;
        let request_uri_lifetime = u16::try_from(config.oauth.request_uri_seconds)
            .ok()
            .and_then(|seconds| RequestUriLifetime::try_from(seconds).ok())
            .context("oauth.request_uri_seconds")?;
        let look = Look::of(&config.institution, embedded::shell().as_deref())?;
        let partner_keys = PartnerKeys::new(PartnerDocuments::new(&config.partner_keys)?);
        Ok(Self {
            signing,
            partner_keys,
            issuer,
            partner_base,
            scopes,
            resource_scopes,
            request_uri_lifetime,
            hashing: Semaphore::new(config.procedure.parallel_hashes),
            turnstiles: Turnstiles::default(),
            look,
            tls: Arc::new(tls),
            core,
            vault,
            store,
            ambient,
            config,
        })
    }
}

/// The vault's keyring, from its file or from the environment.
pub(crate) fn vault_of(config: &Config) -> anyhow::Result<Vault> {
    match &config.vault.keys {
        Some(path) => Vault::from_file(path),
        None => Vault::from_environment(VAULT_VARIABLE),
    }
    .context("cannot use the vault's keys")
}

/// The adapter to the core banking system.
pub(crate) fn core_of(core: &Core, ambient: &Ambient) -> anyhow::Result<Arc<dyn CoreBanking>> {
    Ok(match core {
        Core::Simulator { state } => Arc::new(
            Simulator::open(state, ambient.clock(), DEFAULT_PIN_TRIES)
                .context("cannot open the simulated core banking system")?,
        ),
        Core::Gateway {
            url,
            ca,
            token_file,
            timeout_seconds,
        } => {
            let token =
                renkei_vault::secret_file::read(token_file).context("cannot read the gateway's token")?;
            let token =
                BearerToken::new(token.trim()).context("the gateway's token file holds no bearer token")?;
            let ca_pem = match ca {
                Some(path) => {
                    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?
                }
                None => Vec::new(),
            };
            let timeout = Duration::from_secs(*timeout_seconds);
            let config = GatewayConfig {
                url: url.clone(),
                ca_pem,
                bearer_token: Some(token),
                client_identity_pem: None,
                connect_timeout: timeout.min(Duration::from_secs(3)),
                total_timeout: timeout,
            };
            Arc::new(GatewayClient::new(config).context("cannot use the gateway to the core banking system")?)
        }
    })
}

fn tls_paths(config: &Config) -> TlsPaths {
    let pair = |certificate: &std::path::Path, key: &std::path::Path| KeyPairPaths {
        certificate: certificate.to_owned(),
        key: key.to_owned(),
    };
    TlsPaths {
        browser: pair(&config.tls.browser_certificate, &config.tls.browser_key),
        certificate: pair(&config.tls.certificate_certificate, &config.tls.certificate_key),
        partner: pair(&config.tls.partner_certificate, &config.tls.partner_key),
        clients: AuthorityPaths {
            ca: config.client_certificates.ca.clone(),
            crls: config.client_certificates.crls.clone(),
        },
        partners: AuthorityPaths {
            ca: config.partner_certificates.ca.clone(),
            crls: config.partner_certificates.crls.clone(),
        },
    }
}
