//! `renkei partner registration-token`: initial access tokens, by which partners register themselves (RFC 7591, 3).
//! Not here: the registration endpoint (`oauth::register`).

use super::{ConfigPath, open, say};
use crate::ambient::Ambient;
use crate::oauth::register::terms::Terms;
use anyhow::{Context as _, bail};
use clap::Subcommand;
use renkei_oauth::opaque::OpaqueValue;
use renkei_store::{JsonText, NewInitialAccessToken, Sha256Digest};
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a token and print it, this once: whoever has it registers itself on the terms.
    Create {
        #[command(flatten)]
        config: ConfigPath,
        /// The terms, TOML, described in docs/operator-guide.md: who the partner is, and what it may have at most.
        #[arg(long)]
        terms: PathBuf,
        /// How many clients may be registered by it.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1_000))]
        uses: u64,
        /// For how many days it can be used.
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u64).range(1..=365))]
        days: u64,
    },
    /// List the tokens that are on file: id, uses left, until when, for whom.
    List {
        #[command(flatten)]
        config: ConfigPath,
    },
    /// Take a token back. Partners that have registered by it stay.
    Revoke {
        #[command(flatten)]
        config: ConfigPath,
        /// The id, as `list` shows it.
        id: Uuid,
    },
}

impl Command {
    pub(crate) async fn run(self, ambient: &Ambient) -> anyhow::Result<()> {
        match self {
            Self::Create {
                config,
                terms,
                uses,
                days,
            } => {
                let (config, store) = open(&config.config).await?;
                if !config.registration.enabled {
                    bail!("partners cannot register themselves: set enabled = true under [registration]");
                }
                let token = OpaqueValue::from_secret_bytes(&ambient.random()?);
                let now = ambient.now();
                let new = NewInitialAccessToken {
                    id: Uuid::from_bytes(ambient.random()?),
                    token_hash: Sha256Digest::new(token.sha256()),
                    terms: JsonText::encode(&read(&terms)?)?,
                    created_at: now,
                    expires_at: now.plus(Duration::from_hours(24 * days)),
                    uses,
                };
                store.initial_access_tokens().insert(&new).await?;
                say(format_args!(
                    "Registration token {}, for {uses} registration(s) until {}. It is shown this once:",
                    new.id,
                    new.expires_at.to_japan_rfc3339()
                ));
                say(token.expose());
            }
            Self::List { config } => {
                let (_, store) = open(&config.config).await?;
                for token in store.initial_access_tokens().list().await? {
                    let terms: Terms = token.terms.decode()?;
                    say(format_args!(
                        "{}\t{}\t{}\t{}",
                        token.id,
                        token.uses_left,
                        token.expires_at.to_japan_rfc3339(),
                        terms.name
                    ));
                }
            }
            Self::Revoke { config, id } => {
                let (_, store) = open(&config.config).await?;
                if !store.initial_access_tokens().delete(id).await? {
                    bail!("there is no registration token {id}");
                }
                say(format_args!("Registration token {id} is revoked."));
            }
        }
        Ok(())
    }
}

fn read(path: &Path) -> anyhow::Result<Terms> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let terms: Terms = toml::from_str(&text).with_context(|| format!("cannot use {}", path.display()))?;
    terms
        .check()
        .with_context(|| format!("cannot use {}", path.display()))?;
    Ok(terms)
}
