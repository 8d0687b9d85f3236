//! Why a database could not be brought to this program's schema, each with what to do about it.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use sea_orm_migration::sea_orm::{DbErr, RuntimeErr};

/// Each message is one sentence that an operator can act on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MigrateError {
    #[error(
        "the database address is not usable: {reason}; write it as sqlite://folder/file.db or \
         postgres://user:password@host/database"
    )]
    Address { reason: String },

    #[error("the database {place} cannot be opened: {cause}; {remedy}")]
    Unreachable {
        place: String,
        cause: String,
        remedy: &'static str,
    },

    #[error("{} is not a readable database ({cause}) and was left as it is: {}", file.display(), restore(snapshots.as_deref()))]
    NotADatabase {
        file: PathBuf,
        snapshots: Option<PathBuf>,
        cause: String,
    },

    #[error("the database {place} holds the tables of another program: give Dropcast a database of its own")]
    Foreign { place: String },

    #[error(
        "the database was last used by a newer Dropcast and needs version {needs} or later, but this is {have}: install \
         {needs} or later, or restore a snapshot from before that upgrade"
    )]
    BinaryTooOld { needs: String, have: String },

    #[error(
        "another program has been changing the database {place} for {waited_seconds} s: let it finish, then start again"
    )]
    Busy { place: String, waited_seconds: u64 },

    #[error(
        "no snapshot could be written to {} before the migration ({cause}), so nothing was changed: make room there or \
         make it writable",
        folder.display()
    )]
    Snapshot { folder: PathBuf, cause: String },

    #[error("there is no room left for the database {place}, and nothing was changed: free some space and start again")]
    Full { place: String },

    #[error(
        "the migration of the database {place} failed and nothing was changed: {cause}; go back to the previous version and report this"
    )]
    Failed { place: String, cause: String },
}

fn restore(snapshots: Option<&Path>) -> String {
    match snapshots {
        Some(folder) => format!("put a snapshot from {} or a backup in its place", folder.display()),
        None => "put a backup in its place".to_owned(),
    }
}

pub const SQLITE_REMEDY: &str = "check that its folder exists and has room, and that this user may write there";
pub const POSTGRES_REMEDY: &str = "check the address, and that the server runs and lets this user in";

/// What the database itself said, without the layers around it.
pub fn cause(error: &DbErr) -> String {
    match driver_error(error) {
        Some(sqlx::Error::Database(said)) => said.message().to_owned(),
        Some(other) => other.to_string(),
        None => error.to_string(),
    }
}

/// SQLSTATE on PostgreSQL, the extended result code on SQLite.
pub fn code(error: &DbErr) -> Option<Cow<'_, str>> {
    match driver_error(error)? {
        sqlx::Error::Database(said) => said.code(),
        _ => None,
    }
}

/// What failed, as SQLite tells it, by the low byte of its result code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqliteTrouble {
    /// The file is damaged or something else (`SQLITE_CORRUPT`, `SQLITE_NOTADB`).
    Damaged,
    /// `SQLITE_FULL`
    Full,
    /// `SQLITE_BUSY`: a program that is not migrating writes all the time.
    Busy,
    /// `SQLITE_PERM`, `SQLITE_READONLY`, `SQLITE_IOERR`, `SQLITE_CANTOPEN`
    Unreachable,
    Other,
}

pub fn sqlite_trouble(error: &DbErr) -> SqliteTrouble {
    let code = code(error).and_then(|code| code.parse::<i32>().ok());
    match code.map(|code| code & 0xff) {
        Some(11 | 26) => SqliteTrouble::Damaged,
        Some(13) => SqliteTrouble::Full,
        Some(5) => SqliteTrouble::Busy,
        Some(3 | 8 | 10 | 14) => SqliteTrouble::Unreachable,
        _ => SqliteTrouble::Other,
    }
}

fn driver_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(inner))
        | DbErr::Exec(RuntimeErr::SqlxError(inner))
        | DbErr::Query(RuntimeErr::SqlxError(inner)) => Some(inner),
        _ => None,
    }
}
