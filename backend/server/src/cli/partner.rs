//! `renkei partner`: who may ask customers for a linkage.
//! Not here: what a partner may be registered with (`renkei_oauth::client` checks it).

use super::{ConfigPath, open, registration_token, say};
use crate::ambient::Ambient;
use crate::oauth::clients::{certificate_subject, client_metadata, exceptions, profile, registered};
use anyhow::{Context as _, bail};
use clap::Subcommand;
use renkei_oauth::client::ClientSecretHash;
use renkei_oauth::registration::{RegisteredKeys, RegisteredMetadata};
use renkei_procedure::identity::PartnerId;
use renkei_procedure::time::Instant;
use renkei_store::{BusinessesMode, JsonText, PartnerProfile, PartnerRecord, Sha256Digest};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Fewer characters than this cannot hold the 128 bits that RFC 6749 section 10.10 asks of a secret.
const SHORTEST_SECRET: usize = 22;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add the partners of a TOML file, or change those that exist (by client id).
    Add {
        #[command(flatten)]
        config: ConfigPath,
        /// The file: `[[partner]]` tables, described in docs/operator-guide.md.
        file: PathBuf,
    },
    /// Stop a partner at once: no new linkage, no token, no answer. Customers' permissions stay on file.
    Suspend {
        #[command(flatten)]
        config: ConfigPath,
        /// The client id.
        client_id: String,
    },
    /// Let a suspended partner work again.
    Resume {
        #[command(flatten)]
        config: ConfigPath,
        /// The client id.
        client_id: String,
    },
    /// List the partners.
    List {
        #[command(flatten)]
        config: ConfigPath,
    },
    /// Tokens by which partners register themselves.
    #[command(subcommand)]
    RegistrationToken(registration_token::Command),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartnerFile {
    partner: Vec<PartnerEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartnerEntry {
    client_id: String,
    name: String,
    legal_name: String,
    registration_number: String,
    purpose: String,
    complaint_contact: String,
    profile: String,
    businesses: String,
    client_secret_file: Option<PathBuf>,
    /// In the names of RFC 7591.
    registration: RegisteredMetadata,
}

impl Command {
    pub(crate) async fn run(self, ambient: &Ambient) -> anyhow::Result<()> {
        match self {
            Self::Add { config, file } => {
                let (config, store) = open(&config.config).await?;
                let text = std::fs::read_to_string(&file)
                    .with_context(|| format!("cannot read {}", file.display()))?;
                let partners: PartnerFile =
                    toml::from_str(&text).with_context(|| format!("cannot use {}", file.display()))?;
                let folder = file.parent().unwrap_or(Path::new("."));
                for entry in partners.partner {
                    let record = entry.to_record(folder, ambient.now())?;
                    // What is at a jwks_uri is for the server to fetch.
                    let fetched = Some(RegisteredKeys::unreadable());
                    client_metadata(&record, entry.registration, fetched, &exceptions(&config))
                        .with_context(|| format!("partner {}", record.client_id))?;
                    store.partners().upsert(&record).await.with_context(|| {
                        format!(
                            "partner {}: is the client id that of a partner that has deregistered, or the \
                             tls_client_auth subject another partner's?",
                            record.client_id
                        )
                    })?;
                    say(format_args!("Partner {} is on file.", record.client_id));
                }
            }
            Self::Suspend { config, client_id } => {
                let (_, store) = open(&config.config).await?;
                if !store
                    .partners()
                    .suspend(&PartnerId::new(&client_id), ambient.now())
                    .await?
                {
                    bail!("there is no partner {client_id} that is not suspended already");
                }
                say(format_args!("Partner {client_id} is suspended."));
            }
            Self::Resume { config, client_id } => {
                let (_, store) = open(&config.config).await?;
                if !store.partners().resume(&PartnerId::new(&client_id)).await? {
                    bail!("there is no suspended partner {client_id}");
                }
                say(format_args!("Partner {client_id} works again."));
            }
            Self::RegistrationToken(command) => return command.run(ambient).await,
            Self::List { config } => {
                let (_, store) = open(&config.config).await?;
                for partner in store.partners().list().await? {
                    let state = partner.suspended_at.map_or_else(
                        || "active".to_owned(),
                        |since| format!("suspended since {}", since.to_japan_rfc3339()),
                    );
                    say(format_args!(
                        "{}\t{}\t{}\t{}\t{state}",
                        partner.client_id,
                        partner.name,
                        partner.profile.as_str(),
                        auth_method(&partner)?
                    ));
                }
            }
        }
        Ok(())
    }
}

/// The registered name of the way in which a partner authenticates.
fn auth_method(partner: &PartnerRecord) -> anyhow::Result<String> {
    let method = registered(partner)?.auth_method(profile(partner.profile));
    let name = serde_json::to_value(method)?;
    Ok(name.as_str().unwrap_or_default().to_owned())
}

impl PartnerEntry {
    fn to_record(&self, folder: &Path, now: Instant) -> anyhow::Result<PartnerRecord> {
        let who = &self.client_id;
        Ok(PartnerRecord {
            client_id: PartnerId::new(who),
            name: self.name.clone(),
            legal_name: self.legal_name.clone(),
            registration_number: self.registration_number.clone(),
            purpose: self.purpose.clone(),
            complaint_contact: self.complaint_contact.clone(),
            profile: PartnerProfile::from_word(&self.profile)
                .with_context(|| format!("{who}: profile must be fapi2 or baseline"))?,
            businesses: BusinessesMode::from_word(&self.businesses)
                .with_context(|| format!("{who}: businesses must be choose or fixed"))?,
            registration: JsonText::encode(&self.registration)?,
            sector: self.registration.sector(who),
            certificate_subject: certificate_subject(&self.registration)
                .with_context(|| format!("partner {who}"))?,
            secret_hash: self.secret_hash(folder)?,
            registration_token_hash: None,
            registered_by: None,
            registration_terms: None,
            created_at: now,
            suspended_at: None,
        })
    }

    fn secret_hash(&self, folder: &Path) -> anyhow::Result<Option<Sha256Digest>> {
        let Some(path) = &self.client_secret_file else {
            return Ok(None);
        };
        let secret = renkei_vault::secret_file::read(&folder.join(path))?;
        let secret = secret.trim();
        if secret.len() < SHORTEST_SECRET {
            let who = &self.client_id;
            bail!("{who}: the client secret is shorter than {SHORTEST_SECRET} characters");
        }
        Ok(Some(Sha256Digest::new(*ClientSecretHash::of(secret).as_bytes())))
    }
}
