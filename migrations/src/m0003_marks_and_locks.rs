//! What holds across nodes: marks of limits, and locks.
//!
//! A limit is one number per key, `tat`: the moment, in microseconds, at which its allowance is
//! whole again. The key is a digest, so that the table is no list of who came from where.
//!
//! A lock is free while it has no `holder`. Its row stays, because `fence` must grow for as long as
//! somebody might come back with an old one; `beat` grows while the holder lives.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0003_marks_and_locks"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(limit_marks()).await?;
        manager.create_table(locks()).await
    }
}

#[derive(DeriveIden)]
enum LimitMarks {
    Table,
    Key,
    Tat,
}

#[derive(DeriveIden)]
enum Locks {
    Table,
    Name,
    Holder,
    Fence,
    Beat,
}

fn limit_marks() -> TableCreateStatement {
    Table::create()
        .table(LimitMarks::Table)
        .col(ColumnDef::new(LimitMarks::Key).text().not_null())
        .col(ColumnDef::new(LimitMarks::Tat).big_integer().not_null())
        .primary_key(Index::create().name("limit_marks_pkey").col(LimitMarks::Key))
        .to_owned()
}

fn locks() -> TableCreateStatement {
    Table::create()
        .table(Locks::Table)
        .col(ColumnDef::new(Locks::Name).text().not_null())
        .col(ColumnDef::new(Locks::Holder).text())
        .col(ColumnDef::new(Locks::Fence).big_integer().not_null())
        .col(ColumnDef::new(Locks::Beat).big_integer().not_null())
        .primary_key(Index::create().name("locks_pkey").col(Locks::Name))
        .to_owned()
}
