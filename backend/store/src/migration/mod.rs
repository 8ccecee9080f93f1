//! How the tables are made: SQL files by topic, the same for both databases but for the names of four types.
//! Not here: queries. Before the first release the files are edited in place; one that has been released is never
//! edited again, and a change is a new file.

use crate::transaction::{Ending, settle};
use crate::{Store, StoreError};
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, Statement};
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager};

struct SqlFile {
    name: &'static str,
    sql: &'static str,
}

impl MigrationName for SqlFile {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for SqlFile {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = in_dialect(self.sql, manager.get_database_backend());
        manager.get_connection().execute_unprepared(&sql).await?;
        Ok(())
    }
}

/// Puts in the names of the types. SQLite's tables are STRICT, so that it refuses a value of a wrong type as
/// PostgreSQL does.
fn in_dialect(sql: &str, backend: DatabaseBackend) -> String {
    let (uuid, bytes, integer, boolean, strict) = match backend {
        DatabaseBackend::Sqlite => ("BLOB", "BLOB", "INTEGER", "INTEGER", " STRICT"),
        _ => ("UUID", "BYTEA", "BIGINT", "BOOLEAN", ""),
    };
    sql.replace("{uuid}", uuid)
        .replace("{bytes}", bytes)
        .replace("{integer}", integer)
        .replace("{boolean}", boolean)
        .replace("{strict}", strict)
}

macro_rules! sql_files {
    ($( $name:literal ),+ $(,)?) => {
        vec![$( Box::new(SqlFile { name: $name, sql: include_str!(concat!($name, ".sql")) }) ),+]
    };
}

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        sql_files![
            "0001_customers",
            "0002_partners",
            "0003_procedure",
            "0004_permissions",
            "0005_audit",
        ]
    }
}

/// Runs what has not run yet, in one transaction. Nodes that start together wait for each other: on SQLite by the
/// write lock, on PostgreSQL by an advisory lock of the schema.
pub(crate) async fn apply(store: &Store) -> Result<(), StoreError> {
    let transaction = store.begin().await?;
    let ending = up(&transaction).await.map(Ending::Keep);
    settle(transaction, ending).await
}

async fn up(database: &DatabaseTransaction) -> Result<(), StoreError> {
    if database.get_database_backend() == DatabaseBackend::Postgres {
        database
            .execute_raw(Statement::from_string(
                DatabaseBackend::Postgres,
                "SELECT pg_advisory_xact_lock(hashtextextended('renkei migration ' || current_schema(), 0))",
            ))
            .await?;
    }
    Migrator::up(database, None).await?;
    Ok(())
}
