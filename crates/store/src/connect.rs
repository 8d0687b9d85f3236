//! Opening connections.

use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use sea_orm::{DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::error::{StoreError, classify_driver};

/// How long a connection to SQLite waits while another process writes, a backup for instance.
const BUSY_LIMIT: Duration = Duration::from_secs(5);

/// Where the database is, and how much of it to use.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// `sqlite://folder/file.db` or `postgres://user:password@host/database`.
    pub url: String,
    /// How many may read at once. On PostgreSQL the size of the pool, which writes share.
    pub readers: u32,
    /// How long to wait for a free connection, or for room in the queue of writes.
    pub acquire_timeout: Duration,
}

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// An address understood.
pub(crate) enum Address {
    Sqlite(SqliteConnectOptions),
    Postgres(PgConnectOptions),
}

impl Address {
    pub(crate) fn parse(url: &str) -> Result<Self, StoreError> {
        let refuse = |reason: &str| Err(StoreError::Address(reason.to_owned()));
        if url.starts_with("sqlite:") {
            if url.contains(":memory:") || url.contains("mode=memory") {
                return refuse("a database in memory would be another one for every connection");
            }
            let options = SqliteConnectOptions::from_str(url).map_err(|error| classify_driver(&error))?;
            if options.get_filename().as_os_str().is_empty() {
                return refuse("it names no file");
            }
            Ok(Self::Sqlite(options))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(url).map_err(|error| classify_driver(&error))?;
            Ok(Self::Postgres(options))
        } else {
            refuse("it begins neither with sqlite: nor with postgres:")
        }
    }
}

/// A SQLite file: one connection writes, others read.
#[derive(Clone, Debug)]
pub(crate) struct SqliteFile {
    options: SqliteConnectOptions,
    readers: u32,
    acquire_timeout: Duration,
}

impl SqliteFile {
    pub(crate) fn new(options: SqliteConnectOptions, store: &StoreOptions) -> Result<Self, StoreError> {
        let path = options.get_filename();
        if !path.exists() {
            return Err(no_file(path));
        }
        let options = options
            .create_if_missing(false)
            .foreign_keys(true)
            .busy_timeout(BUSY_LIMIT)
            .synchronous(SqliteSynchronous::Full);
        Ok(Self {
            options,
            readers: store.readers,
            acquire_timeout: store.acquire_timeout,
        })
    }

    /// The connection that writes. It makes sure of the write-ahead log, without which readers
    /// would have to wait; a file restored from a snapshot comes without.
    pub(crate) async fn writer(&self) -> Result<DatabaseConnection, StoreError> {
        self.open(self.options.clone().journal_mode(SqliteJournalMode::Wal), 1)
            .await
    }

    /// Connections that cannot write, whatever they are asked.
    pub(crate) async fn readers(&self) -> Result<DatabaseConnection, StoreError> {
        self.open(self.options.clone().pragma("query_only", "ON"), self.readers.max(1))
            .await
    }

    async fn open(&self, options: SqliteConnectOptions, connections: u32) -> Result<DatabaseConnection, StoreError> {
        let pool = SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(self.acquire_timeout)
            .max_lifetime(None)
            .idle_timeout(None)
            // There is no network in between that could have cut it.
            .test_before_acquire(false)
            .connect_with(options)
            .await
            .map_err(|error| classify_driver(&error))?;
        Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
    }
}

fn no_file(path: &Path) -> StoreError {
    StoreError::Unavailable(format!(
        "there is no file {}; `dropcast migrate` creates it",
        path.display()
    ))
}

pub(crate) async fn postgres(
    options: PgConnectOptions,
    store: &StoreOptions,
) -> Result<DatabaseConnection, StoreError> {
    // A pool goes on trying while a server refuses and then says only that it timed out: the first
    // connection is made by hand, for its reason.
    let place = format!("{}:{}", options.get_host(), options.get_port());
    match tokio::time::timeout(store.acquire_timeout, PgConnection::connect_with(&options)).await {
        Ok(Ok(first)) => first.close().await.map_err(|error| classify_driver(&error))?,
        Ok(Err(error)) => return Err(at(&place, classify_driver(&error))),
        Err(_) => return Err(StoreError::Unavailable(format!("{place} does not answer"))),
    }
    let pool = PgPoolOptions::new()
        .max_connections(store.readers.max(1))
        .acquire_timeout(store.acquire_timeout)
        .connect_lazy_with(options);
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}

fn at(place: &str, error: StoreError) -> StoreError {
    match error {
        StoreError::Unavailable(reason) => StoreError::Unavailable(format!("{place}: {reason}")),
        other => other,
    }
}
