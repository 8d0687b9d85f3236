//! Bringing a SQLite file to the schema.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm_migration::sea_orm::{
    DatabaseConnection, DbErr, RuntimeErr, SqliteTransactionMode, SqlxSqliteConnector, TransactionOptions,
    TransactionTrait as _,
};
use sea_orm_migration::{MigratorTraitSelf as _, SchemaManager};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::fs;
use tokio::io::AsyncReadExt as _;

use crate::address::SqliteFile;
use crate::error::{self, MigrateError, SqliteTrouble};
use crate::ladder::Ladder;
use crate::ledger::Ledger;
use crate::{MigrateOptions, MigrateReport, snapshot};

/// How long to wait for another node that is migrating the same file.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long to wait for a program that writes to the file without migrating it.
const BUSY_LIMIT: Duration = Duration::from_secs(5);

/// The first bytes of every SQLite file that is not empty.
const MAGIC: &[u8] = b"SQLite format 3\0";

pub async fn pending(file: &SqliteFile, ladder: Ladder) -> Result<Vec<String>, MigrateError> {
    let visit = Visit { file, snapshots: None };
    let applied = visit.look().await?.applied;
    Ok(ladder
        .names()
        .into_iter()
        .filter(|name| !applied.contains(name))
        .collect())
}

pub async fn run(file: &SqliteFile, options: &MigrateOptions, ladder: Ladder) -> Result<MigrateReport, MigrateError> {
    let visit = Visit {
        file,
        snapshots: options.snapshot_dir.as_deref(),
    };
    let plan = |ledger: &Ledger| ledger.plan(&visit.place(), ladder, &options.binary_version);
    if plan(&visit.look().await?)?.is_empty() {
        return Ok(MigrateReport::default());
    }

    visit.create_folder().await?;
    let _lock = visit.lock().await?;
    // Another node may have done it while this one waited.
    let before = visit.look().await?;
    let applied = plan(&before)?;
    if applied.is_empty() {
        return Ok(MigrateReport::default());
    }
    let db = visit.open(writing(&file.options)).await?;
    let outcome = visit.migrate(&db, &before, options, ladder).await;
    // Closing folds the log back into the file, which is then complete by itself.
    db.close().await.map_err(|error| visit.explain(&error))?;
    let snapshot = outcome?;
    Ok(MigrateReport { applied, snapshot })
}

fn writing(options: &SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .clone()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
}

/// One call's work on one file.
struct Visit<'a> {
    file: &'a SqliteFile,
    snapshots: Option<&'a Path>,
}

impl Visit<'_> {
    fn place(&self) -> String {
        self.file.path.display().to_string()
    }

    /// Reads what was done to the file. A file that is missing or empty is left so; one that is
    /// something else is not even opened by SQLite, which might try to mend it.
    async fn look(&self) -> Result<Ledger, MigrateError> {
        if !self.holds_something().await? {
            return Ok(Ledger::default());
        }
        let db = self.open(self.file.options.clone().create_if_missing(false)).await?;
        let ledger = Ledger::read(&db, &SchemaManager::new(&db)).await;
        db.close().await.map_err(|error| self.explain(&error))?;
        ledger.map_err(|error| self.explain(&error))
    }

    async fn holds_something(&self) -> Result<bool, MigrateError> {
        let mut start = Vec::new();
        let read = match fs::File::open(&self.file.path).await {
            Ok(file) => file.take(MAGIC.len() as u64).read_to_end(&mut start).await,
            Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => Ok(0),
            Err(other) => Err(other),
        };
        match read {
            Ok(0) => Ok(false),
            Ok(_) if start == MAGIC => Ok(true),
            Ok(_) => Err(self.not_a_database("it begins like no SQLite file".to_owned())),
            Err(error) => Err(self.unreachable(error.to_string())),
        }
    }

    async fn create_folder(&self) -> Result<(), MigrateError> {
        match self.file.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => fs::create_dir_all(folder)
                .await
                .map_err(|error| self.unreachable(error.to_string())),
            _ => Ok(()),
        }
    }

    /// Lets one process at a time change the file. The lock goes with its holder, however it ends;
    /// the empty file stays, because removing it would let two in.
    async fn lock(&self) -> Result<File, MigrateError> {
        let path = beside(&self.file.path, ".migrate.lock");
        let file = File::create(path).map_err(|error| self.unreachable(error.to_string()))?;
        let taken = tokio::time::timeout(PATIENCE, async {
            loop {
                match file.try_lock() {
                    Ok(()) => return Ok(()),
                    Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(50)).await,
                    Err(TryLockError::Error(error)) => return Err(self.unreachable(error.to_string())),
                }
            }
        });
        match taken.await {
            Ok(taken) => taken.map(|()| file),
            Err(_) => Err(MigrateError::Busy {
                place: self.place(),
                waited_seconds: PATIENCE.as_secs(),
            }),
        }
    }

    async fn open(&self, options: SqliteConnectOptions) -> Result<DatabaseConnection, MigrateError> {
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.busy_timeout(BUSY_LIMIT))
            .await
            .map_err(|error| self.explain(&DbErr::Conn(RuntimeErr::SqlxError(error.into()))))?;
        Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
    }

    /// Copies what is there, then applies everything pending or nothing.
    async fn migrate(
        &self,
        db: &DatabaseConnection,
        before: &Ledger,
        options: &MigrateOptions,
        ladder: Ladder,
    ) -> Result<Option<PathBuf>, MigrateError> {
        let snapshot = match self.snapshots {
            Some(folder) if before.has_tables => Some(snapshot::take(db, &self.file.path, folder, options.now).await?),
            _ => None,
        };
        self.climb(db, ladder).await.map_err(|error| self.explain(&error))?;
        Ok(snapshot)
    }

    async fn climb(&self, db: &DatabaseConnection, ladder: Ladder) -> Result<(), DbErr> {
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = db.begin_with_options(immediate).await?;
        ladder.up(&transaction, None).await?;
        transaction.commit().await
    }

    fn unreachable(&self, cause: String) -> MigrateError {
        MigrateError::Unreachable {
            place: self.place(),
            cause,
            remedy: error::SQLITE_REMEDY,
        }
    }

    fn not_a_database(&self, cause: String) -> MigrateError {
        MigrateError::NotADatabase {
            file: self.file.path.clone(),
            snapshots: self.snapshots.map(Path::to_owned),
            cause,
        }
    }

    fn explain(&self, error: &DbErr) -> MigrateError {
        let (place, cause) = (self.place(), error::cause(error));
        match error::sqlite_trouble(error) {
            SqliteTrouble::Damaged => self.not_a_database(cause),
            SqliteTrouble::Full => MigrateError::Full { place },
            SqliteTrouble::Unreachable => self.unreachable(cause),
            SqliteTrouble::Busy => MigrateError::Busy {
                place,
                waited_seconds: BUSY_LIMIT.as_secs(),
            },
            SqliteTrouble::Other => MigrateError::Failed { place, cause },
        }
    }
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}
