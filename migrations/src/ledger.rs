//! What a database says was done to it, and what follows from that.

use std::collections::BTreeSet;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{DbBackend, EntityTrait as _, Statement};
use sea_orm_migration::seaql_migrations;

use crate::error::MigrateError;
use crate::facts;
use crate::ladder::Ladder;
use crate::version::Version;

/// A database before anything is changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Whether there is anything in it at all.
    pub has_tables: bool,
    /// The migrations it has seen, known to this program or not.
    pub applied: BTreeSet<String>,
    /// The lowest version that may run on it; every database of ours says so.
    pub min_binary: Option<String>,
}

impl Ledger {
    /// Reads without writing: no table is made on the way.
    pub async fn read(db: &impl ConnectionTrait, manager: &SchemaManager<'_>) -> Result<Self, DbErr> {
        let mut ledger = Self {
            has_tables: has_tables(db).await?,
            ..Self::default()
        };
        if manager.has_table("seaql_migrations").await? {
            let rows = seaql_migrations::Entity::find().all(db).await?;
            ledger.applied = rows.into_iter().map(|row| row.version).collect();
        }
        if manager.has_table("schema_facts").await? {
            ledger.min_binary = facts::min_binary(db).await?;
        }
        Ok(ledger)
    }

    /// The migrations to apply, in order, or the reason why this program must keep its hands off.
    pub fn plan(&self, place: &str, ladder: Ladder, binary_version: &str) -> Result<Vec<String>, MigrateError> {
        let failed = |cause: String| MigrateError::Failed {
            place: place.to_owned(),
            cause,
        };
        if self.has_tables && self.min_binary.is_none() {
            return Err(MigrateError::Foreign {
                place: place.to_owned(),
            });
        }
        if let Some(needs) = &self.min_binary {
            let lowest =
                Version::parse(needs).ok_or_else(|| failed(format!("min_binary is {needs:?}, not a version")))?;
            let ours = Version::parse(binary_version)
                .ok_or_else(|| failed(format!("this program calls itself {binary_version:?}, not a version")))?;
            if ours < lowest {
                return Err(MigrateError::BinaryTooOld {
                    needs: needs.clone(),
                    have: binary_version.to_owned(),
                });
            }
        }
        let known = ladder.names();
        let pending: Vec<String> = known
            .iter()
            .filter(|name| !self.applied.contains(*name))
            .cloned()
            .collect();
        let unknown: Vec<&str> = self
            .applied
            .iter()
            .filter(|name| !known.contains(name))
            .map(String::as_str)
            .collect();
        // An older program on a newer schema has nothing to apply. Both at once means two
        // histories, and no order in which to go on.
        if !unknown.is_empty() && !pending.is_empty() {
            return Err(failed(format!(
                "it has seen {}, unknown here, but not {}",
                unknown.join(", "),
                pending.join(", ")
            )));
        }
        Ok(pending)
    }
}

/// PostgreSQL: tables that came with an extension do not count, an owner may have put one there
/// before handing the database over.
async fn has_tables(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let backend = db.get_database_backend();
    let question = match backend {
        DbBackend::Sqlite => "SELECT 1 FROM sqlite_schema LIMIT 1",
        _ => {
            "SELECT 1 FROM pg_class c WHERE c.relkind IN ('r', 'p') \
             AND c.relnamespace = current_schema()::regnamespace \
             AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') LIMIT 1"
        }
    };
    Ok(db
        .query_one_raw(Statement::from_string(backend, question))
        .await?
        .is_some())
}
