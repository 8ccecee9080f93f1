//! `renkei keys`: new keyrings, never over an existing one.
//! Not here: rotation while serving, which reads the files again at the next start.

use super::say;
use crate::ambient::Ambient;
use anyhow::Context as _;
use clap::Subcommand;
use renkei_vault::keyring::{KeyId, Vault};
use renkei_vault::secret_file;
use renkei_vault::signing_keys::{SigningAlgorithm, SigningKeys};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make `vault-keys.toml` and `signing-keys.toml` where they do not exist yet.
    Generate {
        /// The folder.
        #[arg(long)]
        dir: PathBuf,
    },
}

impl Command {
    pub(crate) fn run(self, ambient: &Ambient) -> anyhow::Result<()> {
        let Self::Generate { dir } = self;
        std::fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
        let vault = dir.join("vault-keys.toml");
        if vault.exists() {
            say(format_args!("{} exists and stays as it is.", vault.display()));
        } else {
            let id: KeyId = "k1".parse()?;
            secret_file::write_new(&vault, &Vault::generate(&id, ambient.rng())?)
                .with_context(|| format!("cannot write {}", vault.display()))?;
            say(format_args!(
                "Made {}. Without it the PINs on file cannot be opened: keep a copy.",
                vault.display()
            ));
        }
        let signing = dir.join("signing-keys.toml");
        if signing.exists() {
            say(format_args!("{} exists and stays as it is.", signing.display()));
        } else {
            secret_file::write_new(
                &signing,
                &SigningKeys::generate(SigningAlgorithm::ES256, ambient.rng())?,
            )
            .with_context(|| format!("cannot write {}", signing.display()))?;
            say(format_args!("Made {}.", signing.display()));
        }
        Ok(())
    }
}
