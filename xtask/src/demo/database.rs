//! Forgetting what earlier demos left in the database.
//! Not here: making tables, which Renkei does itself.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::interrupt::Interrupt;
use crate::{files, process};

/// Drops every table of the schema, but only of one that Renkei has made its own.
const FORGET: &str = "DO $$ DECLARE found record; BEGIN \
    IF to_regclass('seaql_migrations') IS NOT NULL THEN \
    FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP \
    EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', found.tablename); \
    END LOOP; END IF; END $$";

/// Empties the database.
pub(crate) fn forget(url: &str, interrupt: &Interrupt) -> Result<()> {
    if let Some(path) = sqlite_file(url) {
        for ending in ["", "-wal", "-shm"] {
            let mut name = path.clone().into_os_string();
            name.push(ending);
            files::remove(&PathBuf::from(name))?;
        }
        return Ok(());
    }
    let Some(psql) = process::find("psql") else {
        bail!("--reset cannot empty that database: psql is missing");
    };
    let mut command = Command::new(psql);
    // It would tell of each constraint that goes with its table.
    command.env("PGOPTIONS", "-c client_min_messages=warning");
    command.args([
        "--quiet",
        "--no-psqlrc",
        "--set=ON_ERROR_STOP=1",
        "--command",
        FORGET,
        "--dbname",
    ]);
    process::run(command.arg(url), interrupt).context("--reset cannot empty the database")
}

fn sqlite_file(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    path.split('?').next().map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_file_is_told_from_the_url() {
        let file = |url| sqlite_file(url);
        assert_eq!(
            file("sqlite:///tmp/a.db?mode=rwc").as_deref(),
            Some(Path::new("/tmp/a.db"))
        );
        assert_eq!(file("sqlite:a.db").as_deref(), Some(Path::new("a.db")));
        assert_eq!(file("postgres://u@h/d"), None);
    }
}
