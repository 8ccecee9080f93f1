//! `renkei keys`: new keyrings, never over an existing one; signing keys listed and rotated.
//! Not here: rotation on the server's own schedule (`serving::key_rotation`), and rotation of the vault's keyring, which
//! the operator edits.

use super::say;
use crate::ambient::Ambient;
use anyhow::Context as _;
use clap::Subcommand;
use renkei_procedure::time::Instant;
use renkei_vault::keyring::{KeyId, Vault};
use renkei_vault::secret_file;
use renkei_vault::signing_keys::{KeyDescription, Rotation, SigningAlgorithm, SigningKeys, Successor};
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make `vault-keys.toml` and `signing-keys.toml` where they do not exist yet.
    Generate {
        /// The folder.
        #[arg(long)]
        dir: PathBuf,
    },
    /// Add the signing key that follows the present one: published at once, signing after the overlap. The file is
    /// rewritten all or nothing. Servers take it up on SIGHUP.
    Rotate {
        /// The signing-key file.
        #[arg(long)]
        signing: PathBuf,
        /// ES256, PS256 or EdDSA; without it, every algorithm that has an active key.
        #[arg(long, value_parser = algorithm)]
        alg: Option<SigningAlgorithm>,
        /// For how long the new key is published before it signs, such as 24h or 2d; longer than partners keep the set.
        #[arg(long, default_value = "24h", value_parser = duration)]
        overlap: Duration,
        /// For how long the present key is published after its last signature; longer than anything signed is good.
        #[arg(long, default_value = "24h", value_parser = duration)]
        retention: Duration,
        /// For timers: only rotate keys that have signed for so long, such as 90d, and have no successor yet.
        #[arg(long, value_parser = duration)]
        if_older_than: Option<Duration>,
    },
    /// List the signing keys: id, algorithm, status, times; no secret.
    List {
        /// The signing-key file.
        #[arg(long)]
        signing: PathBuf,
    },
}

impl Command {
    pub(crate) fn run(self, ambient: &Ambient) -> anyhow::Result<()> {
        match self {
            Self::Generate { dir } => generate(&dir, ambient),
            Self::Rotate {
                signing,
                alg,
                overlap,
                retention,
                if_older_than,
            } => {
                let rotation = Rotation {
                    algorithm: alg,
                    if_older_than,
                    overlap,
                    retention,
                };
                rotate(&signing, rotation, ambient)
            }
            Self::List { signing } => list(&signing, ambient),
        }
    }
}

fn generate(dir: &Path, ambient: &Ambient) -> anyhow::Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
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
        let now = ambient.now().unix_seconds();
        secret_file::write_new(&signing, &SigningKeys::generate(now, ambient.rng())?)
            .with_context(|| format!("cannot write {}", signing.display()))?;
        say(format_args!("Made {}.", signing.display()));
    }
    Ok(())
}

fn rotate(signing: &Path, rotation: Rotation, ambient: &Ambient) -> anyhow::Result<()> {
    let successors = rotation
        .carry_out(signing, ambient.now().unix_seconds(), ambient.rng())
        .with_context(|| format!("{} stays as it is", signing.display()))?;
    if successors.is_empty() {
        say(format_args!(
            "Nothing is due: {} stays as it is.",
            signing.display()
        ));
        return Ok(());
    }
    for successor in &successors {
        say(news(successor));
    }
    say("Let the running servers read the file: copy it to every node, then SIGHUP.");
    Ok(())
}

fn news(successor: &Successor) -> String {
    let Successor {
        algorithm,
        kid,
        sign_from,
        replaces,
    } = successor;
    let from = time(*sign_from);
    replaces.as_ref().map_or_else(
        || format!("{algorithm}: {kid} signs from {from}; there was none."),
        |replaced| format!("{algorithm}: {kid} signs from {from}, {replaced} until then."),
    )
}

fn list(signing: &Path, ambient: &Ambient) -> anyhow::Result<()> {
    let text = secret_file::read(signing)?;
    let keys = SigningKeys::describe(&text, ambient.now().unix_seconds())
        .with_context(|| format!("cannot use {}", signing.display()))?;
    for key in &keys {
        say(line(key));
    }
    Ok(())
}

fn line(key: &KeyDescription) -> String {
    let schedule = &key.schedule;
    let times = [
        ("published from", schedule.publish_from()),
        ("signs from", Some(schedule.sign_from())),
        ("signs until", schedule.sign_until()),
        ("published until", schedule.publish_until()),
    ];
    let times: Vec<String> = times
        .into_iter()
        .filter_map(|(what, at)| Some(format!("{what} {}", time(at?))))
        .collect();
    format!(
        "{}\t{}\t{}\t{}",
        key.kid,
        key.algorithm,
        key.status.name(),
        times.join(", ")
    )
}

fn time(unix_seconds: i64) -> String {
    Instant::from_unix_seconds(unix_seconds).to_japan_rfc3339()
}

fn algorithm(text: &str) -> Result<SigningAlgorithm, &'static str> {
    SigningAlgorithm::from_name(text).ok_or("must be ES256, PS256 or EdDSA")
}

/// A whole number of hours or days, such as `24h` or `90d`.
fn duration(text: &str) -> Result<Duration, &'static str> {
    let (number, hours) = match (text.strip_suffix('h'), text.strip_suffix('d')) {
        (Some(number), _) => (number, 1),
        (_, Some(number)) => (number, 24),
        _ => ("", 0),
    };
    // Not u64's own reading, which takes a plus sign.
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    digits
        .then(|| number.parse::<u64>().ok()?.checked_mul(hours * 3_600))
        .flatten()
        .map(Duration::from_secs)
        .ok_or("must be a whole number of hours or days, such as 24h or 90d")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_whole_hours_or_days() {
        for (text, hours) in [("0h", 0), ("24h", 24), ("1d", 24), ("90d", 90 * 24)] {
            assert_eq!(duration(text), Ok(Duration::from_hours(hours)), "{text}");
        }
        for text in [
            "",
            "h",
            "d",
            "24",
            "24m",
            "24H",
            "-1h",
            "+1h",
            "1.5d",
            "1h30",
            "1dh",
            " 1d",
            "1 d",
            "99999999999999999999d",
            "18446744073709551615d",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
