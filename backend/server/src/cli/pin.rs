//! `renkei pin`: inquiry PINs that were on file before Renkei, brought in sealed.
//! Not here: checking them; the core is not asked, so that no try is spent.

use super::{ConfigPath, open, say};
use crate::ambient::Ambient;
use crate::linkage::inquiry_accounts::refresh_accounts;
use crate::services::{core_of, vault_of};
use anyhow::{Context as _, anyhow, bail};
use clap::Subcommand;
use renkei_procedure::inquiry_pin::InquiryPin;
use renkei_procedure::pin_check::PinToKeep;
use renkei_shared::secret::SecretText;
use renkei_store::{NewRegisteredPin, Undisclosed};
use renkei_vault::sealed_pin::SealedPin;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Seal the PINs of a TOML file and keep them; accounts are read from the core.
    Import {
        #[command(flatten)]
        config: ConfigPath,
        /// The file: `[[pin]]` tables of user, branch_code, type, number, pin. Destroy it afterwards.
        file: PathBuf,
    },
    /// After a rotation of the vault's keys: seal every PIN on file anew under the active one, so that the old key can
    /// go.
    Reseal {
        #[command(flatten)]
        config: ConfigPath,
    },
}

/// PINs that are read at once.
const PAGE: u64 = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PinFile {
    pin: Vec<PinEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PinEntry {
    user: String,
    branch_code: String,
    #[serde(rename = "type")]
    account_type: String,
    number: String,
    pin: SecretText,
}

impl Command {
    pub(crate) async fn run(self, ambient: &Ambient) -> anyhow::Result<()> {
        match self {
            Self::Import { config, file } => import(&config.config, &file, ambient).await,
            Self::Reseal { config } => reseal(&config.config, ambient).await,
        }
    }
}

async fn reseal(config: &Path, ambient: &Ambient) -> anyhow::Result<()> {
    let (config, store) = open(config).await?;
    let vault = vault_of(&config)?;
    let (mut after, mut resealed) = (None, 0_u32);
    loop {
        let page = store.registered_pins().page(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some((last.user_id, last.account_id));
        for pin in &page {
            let sealed = SealedPin::from_text(pin.sealed.as_str())?;
            if !vault.needs_resealing(&sealed) {
                continue;
            }
            let anew = vault
                .reseal(&sealed, pin.user_id, pin.account_id, ambient.rng())
                .with_context(|| format!("the PIN of user {}, account {}", pin.user_id, pin.account_id))?;
            // A PIN that was registered anew meanwhile is under the active key already.
            if store
                .registered_pins()
                .reseal(pin, &Undisclosed::new(anew.as_str()))
                .await?
            {
                resealed = resealed.saturating_add(1);
            }
        }
    }
    say(format_args!(
        "{resealed} PINs are sealed anew; no PIN needs an older key any more."
    ));
    Ok(())
}

async fn import(path: &Path, file: &Path, ambient: &Ambient) -> anyhow::Result<()> {
    let (config, store) = open(path).await?;
    let vault = vault_of(&config)?;
    let core = core_of(&config.core, ambient)?;
    let text = Zeroizing::new(
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?,
    );
    // The error of the TOML reader quotes the line, and a PIN may stand there.
    let pins: PinFile = toml::from_str(&text).map_err(|error: toml::de::Error| {
        anyhow!(
            "{} cannot be read as [[pin]] tables: {}",
            file.display(),
            error.message()
        )
    })?;
    let mut imported = 0_u32;
    for entry in pins.pin {
        let Some(user) = store.users().find_by_login_name(&entry.user).await? else {
            bail!("there is no user {}", entry.user);
        };
        let accounts = refresh_accounts(&store, core.as_ref(), &user, ambient).await?;
        let account = accounts
            .iter()
            .find(|account| {
                account.branch_code == entry.branch_code
                    && account.account_type == entry.account_type
                    && account.account_number == entry.number
            })
            .with_context(|| {
                format!(
                    "{} has no account {} {}",
                    entry.user, entry.branch_code, entry.number
                )
            })?;
        let pin = InquiryPin::parse(entry.pin.expose()).map_err(|_| {
            anyhow!(
                "the PIN of account {} {} is malformed",
                entry.branch_code,
                entry.number
            )
        })?;
        let kept = PinToKeep::brought_in_by_operator(account.id, pin);
        let sealed = vault.seal(&kept, user.id, ambient.rng())?;
        store
            .registered_pins()
            .put(&NewRegisteredPin {
                user_id: user.id,
                account_id: account.id,
                sealed: Undisclosed::new(sealed.as_str()),
                registered_at: ambient.now(),
                linkage_id: None,
                proven_until: None,
            })
            .await?;
        imported = imported.saturating_add(1);
    }
    say(format_args!("{imported} PINs are sealed and on file."));
    Ok(())
}
