//! A database of its own for each test: SQLite in a temporary folder, or a schema of its own on PostgreSQL.
//! Not here: test data.

use crate::{Store, StoreError, StoreOptions};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// The environment variable that names a PostgreSQL server, as `postgres://user@host:port/database`.
pub const DATABASE_URL_VARIABLE: &str = "RENKEI_TEST_DATABASE_URL";

/// A migrated database that nobody else uses and that is gone when the value is dropped.
#[derive(Debug)]
pub struct TestDatabase {
    store: Store,
    url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder { _until_dropped: TempDir },
    Schema { server: String, name: String },
}

impl TestDatabase {
    /// On PostgreSQL where [`DATABASE_URL_VARIABLE`] names a server, else on SQLite.
    ///
    /// # Errors
    /// As [`Store::connect`] and [`Store::migrate`].
    pub async fn create() -> Result<Self, StoreError> {
        match std::env::var(DATABASE_URL_VARIABLE) {
            Ok(server) => Self::postgres(&server).await,
            Err(_) => Self::sqlite().await,
        }
    }

    /// One on SQLite, and one on PostgreSQL where [`DATABASE_URL_VARIABLE`] names a server.
    ///
    /// # Errors
    /// As [`Store::connect`] and [`Store::migrate`].
    pub async fn each() -> Result<Vec<Self>, StoreError> {
        let mut databases = vec![Self::sqlite().await?];
        if let Ok(server) = std::env::var(DATABASE_URL_VARIABLE) {
            databases.push(Self::postgres(&server).await?);
        }
        Ok(databases)
    }

    /// On SQLite, in a temporary folder.
    ///
    /// # Errors
    /// As [`Store::connect`] and [`Store::migrate`].
    pub async fn sqlite() -> Result<Self, StoreError> {
        let folder =
            tempfile::tempdir().map_err(|_| StoreError::Address("no temporary folder can be made"))?;
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("renkei.db").display());
        Self::open(
            url,
            Place::Folder {
                _until_dropped: folder,
            },
        )
        .await
    }

    /// On PostgreSQL, in a schema of its own.
    ///
    /// # Errors
    /// As [`Store::connect`] and [`Store::migrate`].
    pub async fn postgres(server: &str) -> Result<Self, StoreError> {
        let name = unique_name();
        run_on(
            server,
            format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}"),
        )
        .await?;
        let separator = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{separator}options=-csearch_path%3D{name}");
        Self::open(
            url,
            Place::Schema {
                server: server.to_owned(),
                name,
            },
        )
        .await
    }

    async fn open(url: String, place: Place) -> Result<Self, StoreError> {
        let store = Store::connect(&url, &StoreOptions::default()).await?;
        store.migrate().await?;
        Ok(Self { store, url, place })
    }

    /// The store.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Where it is, for another process or a second connection.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Place::Schema { server, name } = &self.place else {
            return;
        };
        let (server, statement) = (server.clone(), format!("DROP SCHEMA IF EXISTS {name} CASCADE"));
        // The test's own runtime may be ending; what cannot be cleaned up is left to the temporary server's end.
        let cleaner = std::thread::spawn(move || {
            if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() {
                runtime.block_on(run_on(&server, statement)).ok();
            }
        });
        cleaner.join().ok();
    }
}

async fn run_on(server: &str, statement: String) -> Result<(), StoreError> {
    let mut connection = PgConnectOptions::from_str(server)?
        .options([("lock_timeout", "5s")])
        .disable_statement_logging()
        .connect()
        .await?;
    connection.execute(AssertSqlSafe(statement)).await?;
    connection.close().await?;
    Ok(())
}

/// Unique among the processes of this machine; what a dead one left under this name is dropped first.
fn unique_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!(
        "renkei_test_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}
