//! `renkei certificate`: which certificate logs which user in.
//! Not here: issuing and revoking, which the certification authority does (its CRL is reloaded by SIGHUP).

use super::{ConfigPath, open, say};
use crate::ambient::Ambient;
use anyhow::{Context as _, bail};
use clap::Subcommand;
use renkei_procedure::identity::UserId;
use renkei_procedure::time::Instant;
use renkei_store::{CertificateBinding, Sha256Digest, Store};
use renkei_tls::{CertificateSummary, sha256_thumbprint};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Let a certificate log a user in; the user's other certificates go on working.
    Bind {
        #[command(flatten)]
        config: ConfigPath,
        /// The user's login name.
        #[arg(long)]
        user: String,
        /// The certificate, PEM.
        #[arg(long)]
        certificate: PathBuf,
    },
    /// Stop a certificate from logging anybody in, at once.
    Unbind {
        #[command(flatten)]
        config: ConfigPath,
        /// The certificate, PEM.
        #[arg(long)]
        certificate: PathBuf,
    },
}

impl Command {
    pub(crate) async fn run(self, ambient: &Ambient) -> anyhow::Result<()> {
        match self {
            Self::Bind {
                config,
                user,
                certificate,
            } => {
                let (_, store) = open(&config.config).await?;
                let Some(record) = store.users().find_by_login_name(&user).await? else {
                    bail!("there is no user {user}");
                };
                bind_file(&store, record.id, &certificate, ambient.now()).await?;
                say(format_args!("{} logs {user} in.", certificate.display()));
            }
            Self::Unbind { config, certificate } => {
                let (_, store) = open(&config.config).await?;
                let der = read(&certificate)?;
                let thumbprint = Sha256Digest::new(sha256_thumbprint(&der));
                if !store.client_certificates().unbind(thumbprint).await? {
                    bail!("{} logs nobody in", certificate.display());
                }
                say(format_args!("{} logs nobody in any more.", certificate.display()));
            }
        }
        Ok(())
    }
}

fn read(path: &Path) -> anyhow::Result<CertificateDer<'static>> {
    CertificateDer::from_pem_file(path)
        .with_context(|| format!("cannot read a certificate from {}", path.display()))
}

/// Binds the first certificate of a PEM file to a user.
pub(super) async fn bind_file(store: &Store, user: UserId, path: &Path, now: Instant) -> anyhow::Result<()> {
    let der = read(path)?;
    let summary = CertificateSummary::from_der(&der)
        .with_context(|| format!("{} is not an X.509 certificate", path.display()))?;
    store
        .client_certificates()
        .bind(&CertificateBinding {
            thumbprint: Sha256Digest::new(sha256_thumbprint(&der)),
            user_id: user,
            subject: summary.subject,
            serial: summary.serial,
            bound_at: now,
        })
        .await
        .with_context(|| format!("{} is bound to somebody else", path.display()))
}
