//! What the database says about itself: the table `schema_facts`.

use sea_orm_migration::prelude::*;

/// The lowest version of the program that may run on this schema.
pub const MIN_BINARY: &str = "min_binary";

#[derive(DeriveIden)]
pub enum SchemaFacts {
    Table,
    Name,
    Value,
}

/// States the lowest version that may run on the schema from this migration on. Call it in a
/// migration that older programs cannot live with.
pub async fn set_min_binary(manager: &SchemaManager<'_>, version: &str) -> Result<(), DbErr> {
    let statement = Query::insert()
        .into_table(SchemaFacts::Table)
        .columns([SchemaFacts::Name, SchemaFacts::Value])
        .values_panic([MIN_BINARY.into(), version.into()])
        .on_conflict(
            OnConflict::column(SchemaFacts::Name)
                .update_column(SchemaFacts::Value)
                .to_owned(),
        )
        .to_owned();
    manager.execute(statement).await
}

pub async fn min_binary(db: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
    let statement = Query::select()
        .column(SchemaFacts::Value)
        .from(SchemaFacts::Table)
        .and_where(Expr::col(SchemaFacts::Name).eq(MIN_BINARY))
        .to_owned();
    match db.query_one(&statement).await? {
        Some(row) => row.try_get_by_index(0).map(Some),
        None => Ok(None),
    }
}
