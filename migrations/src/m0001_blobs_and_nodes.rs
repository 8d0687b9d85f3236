//! The first tables: stored bytes, the files that show them, and what the schema says of itself.
//!
//! Ids are UUIDv7 and sort by time, in both databases byte by byte, so the primary key of `nodes`
//! is also the index for listing the newest first. On SQLite an id is a blob of 16 bytes.
//!
//! Constraints are named as PostgreSQL would name them (`table_column_key`): SQLite reports a
//! violation by table and column only, and the store finds the name again by this pattern.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::facts::{self, SchemaFacts};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0001_blobs_and_nodes"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        manager.create_table(schema_facts()).await?;
        manager.create_table(blobs(backend)).await?;
        manager.create_table(nodes(backend)).await?;
        // A blob may go only when no node shows it: this makes the question cheap.
        let of_blob = Index::create()
            .name("nodes_blob_id_idx")
            .table(Nodes::Table)
            .col(Nodes::BlobId)
            .to_owned();
        manager.create_index(of_blob).await?;
        facts::set_min_binary(manager, "0.1.0").await
    }
}

#[derive(DeriveIden)]
enum Blobs {
    Table,
    Id,
    Size,
    Sha256,
    Crc32,
    MediaType,
    CreatedAt,
}

#[derive(DeriveIden)]
enum Nodes {
    Table,
    Id,
    Name,
    BlobId,
    AddedAt,
}

fn schema_facts() -> TableCreateStatement {
    Table::create()
        .table(SchemaFacts::Table)
        .col(ColumnDef::new(SchemaFacts::Name).text().not_null())
        .col(ColumnDef::new(SchemaFacts::Value).text().not_null())
        .primary_key(Index::create().name("schema_facts_pkey").col(SchemaFacts::Name))
        .to_owned()
}

fn blobs(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(Blobs::Table)
        .col(id(Blobs::Id, backend))
        .col(ColumnDef::new(Blobs::Size).big_integer().not_null())
        .col(ColumnDef::new(Blobs::Sha256).blob().not_null())
        .col(ColumnDef::new(Blobs::Crc32).big_integer().not_null())
        .col(ColumnDef::new(Blobs::MediaType).text().not_null())
        .col(ColumnDef::new(Blobs::CreatedAt).big_integer().not_null())
        .primary_key(Index::create().name("blobs_pkey").col(Blobs::Id))
        .index(Index::create().name("blobs_sha256_key").col(Blobs::Sha256).unique())
        .check(Expr::col(Blobs::Size).gte(0))
        .check(Expr::cust("length(sha256) = 32"))
        .check(Expr::col(Blobs::Crc32).between(0_i64, i64::from(u32::MAX)))
        .to_owned()
}

fn nodes(backend: DbBackend) -> TableCreateStatement {
    let blob = ForeignKey::create()
        .name("nodes_blob_id_fkey")
        .from(Nodes::Table, Nodes::BlobId)
        .to(Blobs::Table, Blobs::Id)
        .on_delete(ForeignKeyAction::Restrict)
        .to_owned();
    Table::create()
        .table(Nodes::Table)
        .col(id(Nodes::Id, backend))
        .col(ColumnDef::new(Nodes::Name).text().not_null())
        .col(id(Nodes::BlobId, backend))
        .col(ColumnDef::new(Nodes::AddedAt).big_integer().not_null())
        .primary_key(Index::create().name("nodes_pkey").col(Nodes::Id))
        .foreign_key(&mut blob.clone())
        .to_owned()
}

fn id(column: impl IntoIden, backend: DbBackend) -> ColumnDef {
    let mut column = ColumnDef::new(column);
    match backend {
        DbBackend::Sqlite => column.blob(),
        _ => column.uuid(),
    };
    column.not_null().to_owned()
}
