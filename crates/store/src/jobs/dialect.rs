//! What the two databases call differently.

use sea_orm::{ConnectionTrait, DbBackend};

#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    /// Ends a question whose rows will be changed, and leaves out those that others are changing.
    /// On SQLite there is one writer at a time, and nothing to skip.
    pub skip_locked: &'static str,
    /// Ends a question about `jobs` whose rows will be changed, and waits for others. Whoever locks
    /// many rows locks them in the order of their ids, so that no two wait for each other.
    pub locked: &'static str,
    /// PostgreSQL has to be told what a value on its own is; SQLite would change it by that.
    pub bigint: &'static str,
    pub uuid: &'static str,
    names_indexes: bool,
    /// The greatest and the least of several values.
    pub greatest: &'static str,
    pub least: &'static str,
}

impl Dialect {
    pub(super) fn of(connection: &impl ConnectionTrait) -> Self {
        match connection.get_database_backend() {
            DbBackend::Postgres => Self {
                skip_locked: " FOR UPDATE SKIP LOCKED",
                locked: " FOR UPDATE OF jobs",
                bigint: "::bigint",
                uuid: "::uuid",
                names_indexes: false,
                greatest: "GREATEST",
                least: "LEAST",
            },
            _ => Self {
                skip_locked: "",
                locked: "",
                bigint: "",
                uuid: "",
                names_indexes: true,
                greatest: "max",
                least: "min",
            },
        }
    }

    /// Follows the name of a table that is to be read in the order of an index. SQLite keeps no
    /// count of what is where, and would rather go through everything that waits.
    pub(super) fn indexed_by(self, index: &str) -> String {
        if self.names_indexes {
            format!(" INDEXED BY {index}")
        } else {
            String::new()
        }
    }
}
