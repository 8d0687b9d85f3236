//! Bringing a PostgreSQL database to the schema.

use std::time::Duration;

use sea_orm_migration::MigratorTraitSelf as _;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbBackend, SqlxPostgresConnector, Statement, TransactionTrait as _,
};
use sqlx::Connection as _;
use sqlx::postgres::{PgConnection, PgPoolOptions};

use crate::address::Server;
use crate::error::{self, MigrateError};
use crate::ladder::Ladder;
use crate::ledger::Ledger;
use crate::{MigrateOptions, MigrateReport};

/// How long to wait for another node that is migrating the same database.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long a server may take to answer at all.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// The advisory lock of our migrations: the word `dropcast` in ASCII, so that it meets no other.
const LOCK: i64 = i64::from_be_bytes(*b"dropcast");

pub async fn pending(server: &Server, ladder: Ladder) -> Result<Vec<String>, MigrateError> {
    let db = open(server).await?;
    let ledger = Ledger::read(&db, &SchemaManager::new(&db)).await;
    db.close().await.map_err(|error| explain(server, &error))?;
    let applied = ledger.map_err(|error| explain(server, &error))?.applied;
    Ok(ladder
        .names()
        .into_iter()
        .filter(|name| !applied.contains(name))
        .collect())
}

pub async fn run(server: &Server, options: &MigrateOptions, ladder: Ladder) -> Result<MigrateReport, MigrateError> {
    let db = open(server).await?;
    let outcome = migrate(&db, server, options, ladder).await;
    db.close().await.map_err(|error| explain(server, &error))?;
    outcome
}

/// Everything in one transaction, the lock included: it goes when the transaction does.
async fn migrate(
    db: &DatabaseConnection,
    server: &Server,
    options: &MigrateOptions,
    ladder: Ladder,
) -> Result<MigrateReport, MigrateError> {
    let explain = |error: DbErr| explain(server, &error);
    let transaction = db.begin().await.map_err(explain)?;
    lock(&transaction).await.map_err(explain)?;
    let ledger = Ledger::read(&transaction, &SchemaManager::new(&transaction))
        .await
        .map_err(explain)?;
    let applied = ledger.plan(&server.place, ladder, &options.binary_version)?;
    if !applied.is_empty() {
        ladder.up(&transaction, None).await.map_err(explain)?;
    }
    transaction.commit().await.map_err(explain)?;
    Ok(MigrateReport {
        applied,
        snapshot: None,
    })
}

async fn lock(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    // The limit holds for the tables as well that a migration changes: a long query of an older
    // node makes this one give up instead of queueing everybody else behind it.
    let limit = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT set_config('lock_timeout', $1, true)",
        [format!("{}s", PATIENCE.as_secs()).into()],
    );
    transaction.execute_raw(limit).await?;
    let lock = Statement::from_sql_and_values(DbBackend::Postgres, "SELECT pg_advisory_xact_lock($1)", [LOCK.into()]);
    transaction.execute_raw(lock).await?;
    Ok(())
}

async fn open(server: &Server) -> Result<DatabaseConnection, MigrateError> {
    // A pool would go on trying and then say only that it timed out: the first connection is made
    // by hand, for its reason.
    let unreachable = |cause: String| MigrateError::Unreachable {
        place: server.place.clone(),
        cause,
        remedy: error::POSTGRES_REMEDY,
    };
    match tokio::time::timeout(CONNECT_LIMIT, PgConnection::connect_with(&server.options)).await {
        Ok(Ok(first)) => first.close().await.map_err(|error| unreachable(error.to_string()))?,
        Ok(Err(error)) => {
            let error = DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into()));
            return Err(unreachable(error::cause(&error)));
        }
        Err(_) => return Err(unreachable(format!("no answer within {} s", CONNECT_LIMIT.as_secs()))),
    }
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(CONNECT_LIMIT)
        .connect_lazy_with(server.options.clone());
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}

fn explain(server: &Server, error: &DbErr) -> MigrateError {
    let place = server.place.clone();
    match error::code(error).as_deref() {
        // lock_not_available
        Some("55P03") => MigrateError::Busy {
            place,
            waited_seconds: PATIENCE.as_secs(),
        },
        // disk_full
        Some("53100") => MigrateError::Full { place },
        _ => MigrateError::Failed {
            place,
            cause: error::cause(error),
        },
    }
}
