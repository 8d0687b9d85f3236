//! The schema, append-only, for SQLite and PostgreSQL, and the careful way of bringing a database
//! to it.
//!
//! [`run`] is safe to call at every start. It looks first and changes nothing when nothing is
//! pending; otherwise it takes a lock, so that two nodes starting at once migrate once, copies a
//! SQLite file that holds something, and applies everything in one transaction, so that a failure
//! leaves the database as it was.
//!
//! This crate opens its own connection and knows nothing of `store`: a migration that used today's
//! entities would change its meaning when they do.
//!
//! To add a migration: a module `m0002_what_it_does` beside the first, at the end of [`ladder`],
//! by the rules in `README.md`.

mod address;
mod error;
mod facts;
mod ladder;
mod ledger;
mod m0001_blobs_and_nodes;
mod m0002_jobs;
mod m0003_marks_and_locks;
mod postgres;
mod snapshot;
mod sqlite;
mod version;

use std::path::PathBuf;

use crate::address::Address;
pub use crate::error::MigrateError;
use crate::ladder::Ladder;

/// What [`run`] needs to know.
#[derive(Clone, Debug)]
pub struct MigrateOptions {
    /// `sqlite://folder/file.db` or `postgres://user:password@host/database`.
    pub url: String,
    /// Where copies of a SQLite file go before it is changed; `None` makes none.
    pub snapshot_dir: Option<PathBuf>,
    /// The version of the program that will use the database, such as `1.4.0`.
    pub binary_version: String,
    /// Microseconds since the Unix epoch; dates the snapshot.
    pub now: i64,
}

/// What [`run`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MigrateReport {
    /// Names of the migrations applied by this call, in order.
    pub applied: Vec<String>,
    /// The copy made before them.
    pub snapshot: Option<PathBuf>,
}

/// Brings the database to this program's schema, or says why not.
pub async fn run(options: &MigrateOptions) -> Result<MigrateReport, MigrateError> {
    run_ladder(options, Ladder::OURS).await
}

/// The names of the migrations that [`run`] would apply. Creates nothing.
pub async fn pending(url: &str) -> Result<Vec<String>, MigrateError> {
    match Address::parse(url)? {
        Address::Sqlite(file) => sqlite::pending(&file, Ladder::OURS).await,
        Address::Postgres(server) => postgres::pending(&server, Ladder::OURS).await,
    }
}

async fn run_ladder(options: &MigrateOptions, ladder: Ladder) -> Result<MigrateReport, MigrateError> {
    match Address::parse(&options.url)? {
        Address::Sqlite(file) => sqlite::run(&file, options, ladder).await,
        Address::Postgres(server) => postgres::run(&server, options, ladder).await,
    }
}

#[cfg(test)]
mod tests;
