//! Opening the database and beginning transactions: what differs between SQLite and PostgreSQL ends here.
//! Not here: any table.

use crate::{StoreError, migration, repository};
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, SqliteTransactionMode,
    SqlxPostgresConnector, SqlxSqliteConnector, TransactionOptions, TransactionTrait,
};
use sqlx::ConnectOptions as _;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::str::FromStr;
use std::time::Duration;

/// How the database is used.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Most connections of this process to PostgreSQL, or most concurrent readers of SQLite (which has one writer).
    pub max_connections: u32,
    /// How long a call waits for a free connection, and a statement for somebody else's lock.
    pub patience: Duration,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            max_connections: 10,
            patience: Duration::from_secs(10),
        }
    }
}

/// The database. A clone shares the connections.
///
/// On SQLite all writes go through one connection, so that they queue in order instead of polling for the lock;
/// readers have connections of their own that refuse to write. On PostgreSQL both are the same pool.
#[derive(Debug, Clone)]
pub struct Store {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
}

/// A connection that has idled this long is tried before it is used.
const TRIED_AFTER: Duration = Duration::from_secs(5);

impl Store {
    /// Opens `sqlite:///absolute/path.db?mode=rwc` or `postgres://...`.
    ///
    /// # Errors
    /// [`StoreError::Address`] where the URL is neither, or is a SQLite database in memory (which dies with its
    /// connection); [`StoreError::Unavailable`] where the database does not answer.
    pub async fn connect(url: &str, options: &StoreOptions) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            Self::connect_sqlite(url, options).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::connect_postgres(url, options).await
        } else {
            Err(StoreError::Address(
                "it begins with neither sqlite: nor postgres:",
            ))
        }
    }

    // The pools are made here and not by sea-orm's `Database::connect`, which writes its options, the URL with the
    // database's password among them, into a trace span.

    async fn connect_sqlite(url: &str, options: &StoreOptions) -> Result<Self, StoreError> {
        if url.contains(":memory:") || url.contains("mode=memory") {
            return Err(StoreError::Address(
                "a SQLite database in memory would forget everything",
            ));
        }
        let file = SqliteConnectOptions::from_str(url)?
            .foreign_keys(true)
            .busy_timeout(options.patience)
            .disable_statement_logging();
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(options.patience)
            .test_before_acquire(false)
            .connect_with(
                file.clone()
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full),
            )
            .await?;
        let reader = SqlitePoolOptions::new()
            .max_connections(options.max_connections)
            .acquire_timeout(options.patience)
            .test_before_acquire(false)
            .connect_with(file.pragma("query_only", "ON"))
            .await?;
        Ok(Self {
            reader: SqlxSqliteConnector::from_sqlx_sqlite_pool(reader),
            writer: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
        })
    }

    async fn connect_postgres(url: &str, options: &StoreOptions) -> Result<Self, StoreError> {
        let server = PgConnectOptions::from_str(url)?
            .application_name("renkei")
            .options([("lock_timeout", options.patience.as_millis().to_string())])
            .disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(options.max_connections)
            .acquire_timeout(options.patience)
            .test_before_acquire(false)
            .before_acquire(|connection, state| {
                Box::pin(async move {
                    if state.idle_for >= TRIED_AFTER {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(server)
            .await?;
        let pool = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
        Ok(Self {
            reader: pool.clone(),
            writer: pool,
        })
    }

    /// Brings the tables up to date: all of it or nothing, and safe when several nodes start at once.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        migration::apply(self).await
    }

    /// Whether the database answers, for readiness checks.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.reader
            .query_one_raw(sea_orm::Statement::from_string(self.backend(), "SELECT 1"))
            .await?;
        Ok(())
    }

    /// Closes the connections; calls under way end first.
    pub async fn close(self) -> Result<(), StoreError> {
        self.reader.close().await?;
        self.writer.close().await?;
        Ok(())
    }

    pub(crate) fn backend(&self) -> DatabaseBackend {
        self.writer.get_database_backend()
    }

    /// For statements that change nothing.
    pub(crate) const fn read(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For a single statement that changes something. Inside a transaction use the transaction, or wait for yourself.
    pub(crate) const fn write(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Begins a transaction that may change something. SQLite takes the write lock at once (a deferred one fails
    /// with "database is locked" at its first write); on PostgreSQL the rows that decide are locked one by one.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.writer.begin_with_options(options).await?)
    }
}

/// The trades.
impl Store {
    /// Users of companies, and their password tries.
    pub const fn users(&self) -> repository::users::Users<'_> {
        repository::users::Users::new(self)
    }

    /// Which certificate belongs to which user.
    pub const fn client_certificates(&self) -> repository::client_certificates::ClientCertificates<'_> {
        repository::client_certificates::ClientCertificates::new(self)
    }

    /// Registered partners.
    pub const fn partners(&self) -> repository::partners::Partners<'_> {
        repository::partners::Partners::new(self)
    }

    /// Initial access tokens, by which partners register themselves (RFC 7591 section 3).
    pub const fn initial_access_tokens(&self) -> repository::initial_access_tokens::InitialAccessTokens<'_> {
        repository::initial_access_tokens::InitialAccessTokens::new(self)
    }

    /// Inquiry accounts as the core last listed them.
    pub const fn accounts(&self) -> repository::accounts::Accounts<'_> {
        repository::accounts::Accounts::new(self)
    }

    /// Sealed inquiry PINs, and the gate before each account.
    pub const fn registered_pins(&self) -> repository::registered_pins::RegisteredPins<'_> {
        repository::registered_pins::RegisteredPins::new(self)
    }

    /// Linkages and customer sessions: what a browser goes through act by act.
    pub const fn runs(&self) -> repository::runs::Runs<'_> {
        repository::runs::Runs::new(self)
    }

    /// Tries at the certificate listener.
    pub const fn certificate_attempts(&self) -> repository::certificate_attempts::CertificateAttempts<'_> {
        repository::certificate_attempts::CertificateAttempts::new(self)
    }

    /// Pushed authorization requests (RFC 9126).
    pub const fn pushed_requests(&self) -> repository::pushed_requests::PushedRequests<'_> {
        repository::pushed_requests::PushedRequests::new(self)
    }

    /// Permissions given.
    pub const fn grants(&self) -> repository::grants::Grants<'_> {
        repository::grants::Grants::new(self)
    }

    /// Accounts as each partner knows them.
    pub const fn partner_accounts(&self) -> repository::partner_accounts::PartnerAccounts<'_> {
        repository::partner_accounts::PartnerAccounts::new(self)
    }

    /// Authorization codes (RFC 6749 section 4.1.2).
    pub const fn authorization_codes(&self) -> repository::authorization_codes::AuthorizationCodes<'_> {
        repository::authorization_codes::AuthorizationCodes::new(self)
    }

    /// Access and refresh tokens.
    pub const fn tokens(&self) -> repository::tokens::Tokens<'_> {
        repository::tokens::Tokens::new(self)
    }

    /// What counts once, such as client assertions and DPoP proofs by their `jti`.
    pub const fn replays(&self) -> repository::replays::Replays<'_> {
        repository::replays::Replays::new(self)
    }

    /// The names by which relying parties know users (OpenID Connect Core section 8.1).
    pub const fn subjects(&self) -> repository::subjects::Subjects<'_> {
        repository::subjects::Subjects::new(self)
    }

    /// Who did what, when.
    pub const fn audit(&self) -> repository::audit::AuditTrail<'_> {
        repository::audit::AuditTrail::new(self)
    }

    /// Forgetting what has run out.
    pub const fn housekeeping(&self) -> repository::housekeeping::Housekeeping<'_> {
        repository::housekeeping::Housekeeping::new(self)
    }
}
