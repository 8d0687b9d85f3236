//! Each body runs against both databases: it is given the address of an empty one.

mod bodies;
mod postgres;
mod sqlite;

use sea_orm_migration::prelude::*;

use crate::ladder::Ladder;
use crate::{MigrateError, MigrateOptions, MigrateReport};

const NOW: i64 = 1_800_000_000_000_000;

fn options(url: &str, version: &str) -> MigrateOptions {
    MigrateOptions {
        url: url.to_owned(),
        snapshot_dir: None,
        binary_version: version.to_owned(),
        now: NOW,
    }
}

async fn run(url: &str) -> Result<MigrateReport, MigrateError> {
    crate::run(&options(url, "0.1.0")).await
}

/// The next release adds a table that older programs need not know.
const NEXT: Ladder = Ladder(|| with(Box::new(AddsATable)));

/// A later release changes something that older programs cannot live with.
const BREAKING: Ladder = Ladder(|| with(Box::new(NeedsTwo)));

/// A release whose migration fails after it has changed something.
const FAILING: Ladder = Ladder(|| with(Box::new(FailsHalfway)));

fn with(migration: Box<dyn MigrationTrait>) -> Vec<Box<dyn MigrationTrait>> {
    let mut migrations = (Ladder::OURS.0)();
    migrations.push(migration);
    migrations
}

#[derive(DeriveIden)]
struct Extras;

fn extras() -> TableCreateStatement {
    Table::create()
        .table(Extras)
        .col(ColumnDef::new("id").integer())
        .to_owned()
}

struct AddsATable;
struct NeedsTwo;
struct FailsHalfway;

impl MigrationName for AddsATable {
    fn name(&self) -> &'static str {
        "m9001_adds_a_table"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddsATable {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(extras()).await
    }
}

impl MigrationName for NeedsTwo {
    fn name(&self) -> &'static str {
        "m9002_needs_two"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for NeedsTwo {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::facts::set_min_binary(manager, "2.0.0").await
    }
}

impl MigrationName for FailsHalfway {
    fn name(&self) -> &'static str {
        "m9003_fails_halfway"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for FailsHalfway {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(extras()).await?;
        manager.create_table(extras()).await
    }
}
