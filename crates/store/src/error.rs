//! What can go wrong with the database, told apart by what the caller can do about it.

use sea_orm::{DbErr, RuntimeErr};
use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

/// The texts inside are for the log; they never leave the installation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The address in the configuration cannot mean a database.
    #[error("the database address is not usable: {0}")]
    Address(String),
    /// The database does not answer or has no connection free: worth another try later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The change contradicts what is there. Holds the constraint's name.
    #[error("the change contradicts {0}")]
    Conflict(String),
    /// No room is left where the database lives.
    #[error("the database has no room left")]
    Full,
    /// What is stored cannot be right.
    #[error("the database holds something that cannot be right: {0}")]
    Corrupt(String),
    /// A fault of ours.
    #[error("the database was asked something it does not understand: {0}")]
    Internal(String),
}

impl StoreError {
    /// Whether the trouble is the database's rather than one operation's.
    pub(crate) fn concerns_everybody(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Full | Self::Corrupt(_))
    }
}

/// Not a `From`: that would show SeaORM to everybody who uses [`StoreError`].
pub(crate) fn classify(error: DbErr) -> StoreError {
    match error {
        DbErr::ConnectionAcquire(reason) => StoreError::Unavailable(reason.to_string()),
        DbErr::Conn(RuntimeErr::SqlxError(inner))
        | DbErr::Exec(RuntimeErr::SqlxError(inner))
        | DbErr::Query(RuntimeErr::SqlxError(inner)) => classify_driver(&inner),
        DbErr::Type(reason) => StoreError::Corrupt(reason),
        other => StoreError::Internal(other.to_string()),
    }
}

pub(crate) fn classify_driver(error: &sqlx::Error) -> StoreError {
    use sqlx::Error;
    match error {
        Error::Database(said) => match said.try_downcast_ref::<PgDatabaseError>() {
            Some(said) => postgres(said),
            None => sqlite(said.as_ref()),
        },
        Error::Io(_) | Error::Tls(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed => {
            StoreError::Unavailable(error.to_string())
        }
        // The connection is out of step with the server, which a new one may cure.
        Error::Protocol(_) | Error::BeginFailed => StoreError::Unavailable(error.to_string()),
        Error::ColumnDecode { .. } | Error::Decode(_) => StoreError::Corrupt(error.to_string()),
        Error::Configuration(reason) => StoreError::Address(reason.to_string()),
        _ => StoreError::Internal(error.to_string()),
    }
}

/// By SQLSTATE, whose first two characters are the class.
fn postgres(said: &PgDatabaseError) -> StoreError {
    let text = || said.message().to_owned();
    let code = said.code();
    match (code.get(..2).unwrap_or_default(), code) {
        ("23", _) => StoreError::Conflict(said.constraint().unwrap_or(said.message()).to_owned()),
        (_, "53100") => StoreError::Full,
        ("XX", "XX001" | "XX002") => StoreError::Corrupt(text()),
        // Connection trouble, wrong password, no such database, rolled back by the server (a
        // deadlock, say), out of connections or memory, lock not free, shutting down, disk trouble.
        ("08" | "28" | "3D" | "40" | "53" | "57" | "58", _) | (_, "55P03") => StoreError::Unavailable(text()),
        _ => StoreError::Internal(format!("{code}: {}", said.message())),
    }
}

/// By result code: the low byte is the kind of trouble, the rest refines it.
fn sqlite(said: &dyn DatabaseError) -> StoreError {
    let text = || said.message().to_owned();
    let code = said
        .code()
        .and_then(|code| code.parse::<i32>().ok())
        .unwrap_or_default();
    match code & 0xff {
        // SQLITE_CONSTRAINT
        19 => StoreError::Conflict(sqlite_constraint(said.message(), code)),
        // SQLITE_FULL
        13 => StoreError::Full,
        // SQLITE_CORRUPT, SQLITE_NOTADB
        11 | 26 => StoreError::Corrupt(text()),
        // SQLITE_PERM, BUSY, LOCKED, READONLY, IOERR, CANTOPEN, PROTOCOL
        3 | 5 | 6 | 8 | 10 | 14 | 15 => StoreError::Unavailable(text()),
        _ => StoreError::Internal(format!("{code}: {}", said.message())),
    }
}

/// SQLite names the columns (`UNIQUE constraint failed: blobs.sha256`), PostgreSQL the constraint
/// (`blobs_sha256_key`). The migrations name constraints so that one follows from the other; a
/// violated foreign key SQLite does not name at all.
fn sqlite_constraint(message: &str, code: i32) -> String {
    const PRIMARY_KEY: i32 = 1555;
    const UNIQUE: i32 = 2067;

    let Some((_, columns)) = message.rsplit_once(": ") else {
        return "foreign_key".to_owned();
    };
    let columns: Vec<_> = columns
        .split(", ")
        .filter_map(|column| column.split_once('.'))
        .collect();
    let Some((table, _)) = columns.first() else {
        return message.to_owned();
    };
    let names: Vec<_> = columns.iter().map(|(_, column)| *column).collect();
    match code {
        PRIMARY_KEY => format!("{table}_pkey"),
        UNIQUE => format!("{table}_{}_key", names.join("_")),
        _ => format!("{table}_{}", names.join("_")),
    }
}

#[cfg(test)]
mod tests {
    use super::sqlite_constraint;

    #[test]
    fn constraints_of_sqlite_get_the_names_they_have_on_postgresql() {
        for (message, code, name) in [
            ("UNIQUE constraint failed: blobs.sha256", 2067, "blobs_sha256_key"),
            ("UNIQUE constraint failed: a.b, a.c", 2067, "a_b_c_key"),
            ("UNIQUE constraint failed: nodes.id", 1555, "nodes_pkey"),
            ("NOT NULL constraint failed: nodes.name", 1299, "nodes_name"),
            ("FOREIGN KEY constraint failed", 787, "foreign_key"),
        ] {
            assert_eq!(sqlite_constraint(message, code), name);
        }
    }
}
