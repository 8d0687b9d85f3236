//! Which database an address means.

use std::path::PathBuf;
use std::str::FromStr as _;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::error::MigrateError;

#[derive(Clone, Debug)]
pub enum Address {
    Sqlite(SqliteFile),
    Postgres(Server),
}

#[derive(Clone, Debug)]
pub struct SqliteFile {
    pub path: PathBuf,
    pub options: SqliteConnectOptions,
}

#[derive(Clone, Debug)]
pub struct Server {
    /// Host, port and database: what a message may name, the password left out.
    pub place: String,
    pub options: PgConnectOptions,
}

impl Address {
    pub fn parse(url: &str) -> Result<Self, MigrateError> {
        // Only the reason is reported: the address itself may hold a password.
        let refuse = |reason: String| MigrateError::Address { reason };
        if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url).map_err(|error| refuse(error.to_string()))?;
            let path = options.get_filename().to_owned();
            if path.as_os_str().is_empty() {
                return Err(refuse("it names no file".to_owned()));
            }
            if url.contains(":memory:") || url.contains("mode=memory") {
                return Err(refuse("a database in memory would be lost at once".to_owned()));
            }
            Ok(Self::Sqlite(SqliteFile { path, options }))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(url).map_err(|error| refuse(error.to_string()))?;
            let database = options.get_database().unwrap_or(options.get_username());
            let place = format!("{}:{}/{database}", options.get_host(), options.get_port());
            Ok(Self::Postgres(Server { place, options }))
        } else {
            Err(refuse("it begins neither with sqlite: nor with postgres:".to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_cannot_work_are_refused_without_repeating_them() {
        for url in [
            "",
            "mysql://root:hunter2@localhost/x",
            "sqlite:",
            "sqlite://",
            "sqlite::memory:",
            "sqlite://x.db?mode=memory",
            "sqlite://x.db?colour=hunter2",
            "postgres://user:hunter2@host:notaport/x",
        ] {
            let refused = Address::parse(url).expect_err(url);
            assert!(matches!(refused, MigrateError::Address { .. }), "{url}: {refused:?}");
            assert!(!refused.to_string().contains("hunter2"), "{url}: {refused}");
        }
    }

    #[test]
    fn a_server_is_named_without_its_password() {
        let Ok(Address::Postgres(server)) = Address::parse("postgres://me:hunter2@db.example:5433/files") else {
            panic!("a PostgreSQL address");
        };
        assert_eq!(server.place, "db.example:5433/files");
    }
}
