//! Forgetting what earlier demos left in the database.
//! Not here: making tables, which Renkei does itself.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::interrupt::Interrupt;
use crate::{files, process};

/// Drops every table of the schema, but only of one that Renkei has made its own; without a word of each constraint
/// that goes with its table.
const FORGET: &str = "DO $$ DECLARE found record; BEGIN \
    PERFORM set_config('client_min_messages', 'warning', true); \
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

    use renkei_store::testing::TestDatabase;
    use renkei_store::{Store, StoreOptions};

    use super::*;

    const TABLES: &str = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()";

    /// What PostgreSQL answers.
    fn ask(url: &str, statement: &str) -> String {
        let mut psql = Command::new(process::find("psql").unwrap());
        psql.args([
            "--quiet",
            "--no-psqlrc",
            "--tuples-only",
            "--no-align",
            "--command",
        ]);
        psql.args([statement, "--dbname", url]);
        let answer = process::output(&mut psql, &Interrupt::settled(false)).unwrap();
        answer.trim().to_owned()
    }

    /// On PostgreSQL too where RENKEI_TEST_DATABASE_URL names one, as in `cargo xtask test --only postgres`.
    #[tokio::test]
    async fn what_renkei_has_made_is_forgotten_and_can_be_made_again() {
        let interrupt = Interrupt::settled(false);
        for database in TestDatabase::each().await.unwrap() {
            let url = database.url();
            let file = sqlite_file(url);
            let is_empty = || match &file {
                Some(file) => !file.exists(),
                None => ask(url, TABLES) == "0",
            };
            assert!(!is_empty());
            for _ in 0..2 {
                forget(url, &interrupt).unwrap();
                assert!(is_empty());
            }
            let store = Store::connect(url, &StoreOptions::default()).await.unwrap();
            store.migrate().await.unwrap();
            assert!(!is_empty());
        }
    }

    #[tokio::test]
    async fn tables_of_somebody_else_are_left_alone() {
        let interrupt = Interrupt::settled(false);
        for database in TestDatabase::each().await.unwrap() {
            let url = database.url();
            if sqlite_file(url).is_some() {
                continue;
            }
            forget(url, &interrupt).unwrap();
            ask(url, "CREATE TABLE theirs (id INTEGER)");
            forget(url, &interrupt).unwrap();
            assert_eq!(ask(url, TABLES), "1");
        }
    }

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
