//! Whether the demo's database has the schema of the programs that are about to use it. Migrations of a schema that
//! nobody runs yet are rewritten, not followed by others, so the database itself cannot tell.
//! Not here: emptying a database (`database`), and making tables, which Renkei does itself.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use aws_lc_rs::digest::{Context as Digest, SHA256};
use serde::{Deserialize, Serialize};

use crate::files;
use crate::workspace::Workspace;

/// Which database was made by which migrations.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Schema {
    database_url: String,
    /// SHA-256 of the migrations, in hexadecimal.
    migrations: String,
}

/// What is known of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// These migrations made it.
    Present,
    /// Others made it.
    Old,
    /// Nobody has noted anything.
    Unknown,
}

impl Schema {
    /// The schema that this version's programs give to a database.
    pub(crate) fn of(workspace: &Workspace, database_url: &str) -> Result<Self> {
        let folder = workspace.root().join("backend/store/src/migration");
        Ok(Self {
            database_url: database_url.to_owned(),
            migrations: fingerprint(&folder)
                .with_context(|| format!("cannot read the migrations in {}", folder.display()))?,
        })
    }

    /// How the database stands to it, by what an earlier demo noted.
    pub(crate) fn age(&self, folder: &Path) -> Age {
        let noted = fs::read(path(folder))
            .ok()
            .and_then(|text| serde_json::from_slice::<Self>(&text).ok())
            .filter(|noted| noted.database_url == self.database_url);
        match noted {
            Some(noted) if noted.migrations == self.migrations => Age::Present,
            Some(_) => Age::Old,
            None => Age::Unknown,
        }
    }

    /// Notes that the database has it now.
    pub(crate) fn note(&self, folder: &Path) -> Result<()> {
        // Privately: a database's URL may hold a password.
        files::write_private(&path(folder), &serde_json::to_vec_pretty(self)?)
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("schema.json")
}

fn fingerprint(folder: &Path) -> Result<String> {
    let mut names: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    names.retain(|name| name.extension().is_some_and(|ending| ending == "sql"));
    names.sort();
    let mut digest = Digest::new(&SHA256);
    for name in names {
        let text = fs::read(&name)?;
        digest.update(&text.len().to_be_bytes());
        digest.update(&text);
    }
    Ok(hex::encode(digest.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_migration_makes_the_database_old() {
        let folder = tempfile::tempdir().unwrap();
        let migrations = folder.path().join("migrations");
        fs::create_dir(&migrations).unwrap();
        let write = |name: &str, text: &str| fs::write(migrations.join(name), text).unwrap();
        let schema = |database_url: &str| Schema {
            database_url: database_url.to_owned(),
            migrations: fingerprint(&migrations).unwrap(),
        };
        write("0001.sql", "CREATE TABLE a");
        assert_eq!(schema("sqlite://a").age(folder.path()), Age::Unknown);
        schema("sqlite://a").note(folder.path()).unwrap();
        assert_eq!(schema("sqlite://a").age(folder.path()), Age::Present);
        assert_eq!(schema("sqlite://b").age(folder.path()), Age::Unknown);
        write("mod.rs", "not a migration");
        assert_eq!(schema("sqlite://a").age(folder.path()), Age::Present);
        write("0002.sql", "");
        assert_eq!(schema("sqlite://a").age(folder.path()), Age::Old);
        schema("sqlite://a").note(folder.path()).unwrap();
        write("0001.sql", "CREATE TABLE b");
        assert_eq!(schema("sqlite://a").age(folder.path()), Age::Old);
    }
}
