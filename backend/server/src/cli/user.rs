//! `renkei user`: users of customers, from a file; and their unlocking.
//! Not here: choosing a password, which belongs to the cooperative's own banking.

use super::certificate::bind_file;
use super::{ConfigPath, open, say};
use crate::ambient::Ambient;
use anyhow::{Context as _, bail};
use clap::Subcommand;
use renkei_procedure::identity::{CoreUserKey, UserId};
use renkei_procedure::login::{PasswordHash, TypedPassword};
use renkei_procedure::time::{Instant, JapanDate};
use renkei_shared::secret::SecretText;
use renkei_store::{NewUser, Undisclosed, UserRole};
use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add the users of a TOML file, or change those that exist (by login name).
    Add {
        #[command(flatten)]
        config: ConfigPath,
        /// The file: `[[user]]` tables, described in docs/operator-guide.md.
        file: PathBuf,
    },
    /// Say until when a user's login password is good. An expired one logs nobody in; permissions already given go on.
    PasswordExpiry {
        #[command(flatten)]
        config: ConfigPath,
        /// The login name.
        user: String,
        /// The last day on which it is good, in Japan: YYYY-MM-DD.
        #[arg(long, required_unless_present = "never")]
        last_day: Option<String>,
        /// It does not expire.
        #[arg(long, conflicts_with = "last_day")]
        never: bool,
    },
    /// Unlock a user whom wrong passwords have locked. Permissions already given were never affected.
    Unlock {
        #[command(flatten)]
        config: ConfigPath,
        /// The login name.
        user: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserFile {
    user: Vec<UserEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserEntry {
    login_name: String,
    name: String,
    company: String,
    role: String,
    may_link: bool,
    core_user: String,
    password_hash: Option<String>,
    password_file: Option<PathBuf>,
    password_last_day: Option<JapanDate>,
    #[serde(default)]
    certificates: Vec<PathBuf>,
}

impl Command {
    pub(crate) async fn run(self, ambient: &Ambient) -> anyhow::Result<()> {
        match self {
            Self::Add { config, file } => {
                let (_, store) = open(&config.config).await?;
                let text = std::fs::read_to_string(&file)
                    .with_context(|| format!("cannot read {}", file.display()))?;
                let users: UserFile =
                    toml::from_str(&text).with_context(|| format!("cannot use {}", file.display()))?;
                let folder = file.parent().unwrap_or(Path::new("."));
                for entry in users.user {
                    let record = store.users().upsert(&entry.to_user(folder, ambient)?).await?;
                    for certificate in &entry.certificates {
                        bind_file(&store, record.id, &folder.join(certificate), ambient.now()).await?;
                    }
                    say(format_args!("User {} is on file.", entry.login_name));
                }
                Ok(())
            }
            Self::PasswordExpiry {
                config,
                user,
                last_day,
                never: _,
            } => {
                let last_day = last_day
                    .map(|text| JapanDate::parse(&text).context("--last-day must be YYYY-MM-DD"))
                    .transpose()?;
                let (_, store) = open(&config.config).await?;
                let expires_at = last_day.map(end_of);
                if !store.users().set_password_expiry(&user, expires_at).await? {
                    bail!("there is no user {user}");
                }
                match last_day {
                    Some(day) => say(format_args!("The password of user {user} is good through {day}.")),
                    None => say(format_args!("The password of user {user} does not expire.")),
                }
                Ok(())
            }
            Self::Unlock { config, user } => {
                let (_, store) = open(&config.config).await?;
                if !store.users().unlock(&user).await? {
                    bail!("there is no user {user}");
                }
                say(format_args!("User {user} is unlocked."));
                Ok(())
            }
        }
    }
}

/// A password is good through its last day.
fn end_of(last_day: JapanDate) -> Instant {
    last_day.plus_days(1).begin()
}

impl UserEntry {
    fn to_user(&self, folder: &Path, ambient: &Ambient) -> anyhow::Result<NewUser> {
        let role = UserRole::from_word(&self.role).with_context(|| {
            format!(
                "{}: role must be master, administrator or ordinary",
                self.login_name
            )
        })?;
        Ok(NewUser {
            id: UserId::from_random(ambient.random()?),
            login_name: self.login_name.clone(),
            name: self.name.clone(),
            company: self.company.clone(),
            role,
            may_link: self.may_link,
            core_user: CoreUserKey::new(&self.core_user),
            password_hash: Undisclosed::new(self.hash(folder, ambient)?),
            password_expires_at: self.password_last_day.map(end_of),
        })
    }

    fn hash(&self, folder: &Path, ambient: &Ambient) -> anyhow::Result<String> {
        match (&self.password_hash, &self.password_file) {
            (Some(hash), None) => Ok(hash.clone()),
            (None, Some(path)) => {
                let path = folder.join(path);
                let text = renkei_vault::secret_file::read(&path)?;
                let typed =
                    TypedPassword::check(SecretText::new(text.trim_end_matches(['\r', '\n']).to_owned()))
                        .with_context(|| format!("{}: not a login password", path.display()))?;
                Ok(PasswordHash::make(&typed, ambient.random()?)?.as_str().to_owned())
            }
            _ => bail!("{}: name either password_hash or password_file", self.login_name),
        }
    }
}
