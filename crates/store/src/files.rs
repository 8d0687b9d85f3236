//! Files: nodes with the blob of their current version.
//!
//! A page is asked for by the id of the last file of the page before. Ids are UUIDv7 and sort by
//! the time they were made, so "newest first" is "greatest id first": the primary key is all the
//! index it takes, and a cursor stays good when its file is gone.

use domain::access::{Reach, Scope};
use domain::file::StoredFile;
use domain::id::NodeId;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Func, Query, SubQueryStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use crate::entity::{blobs, nodes};
use crate::error::{StoreError, classify};
use crate::row;
use crate::store::Store;
use crate::transaction::Transaction;

/// Figures over the files in a scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub files: u64,
    /// What their blobs take, each counted once however many files show it.
    pub stored_bytes: u64,
}

/// At most `limit` files, newest first, from behind `after`.
pub async fn page(
    store: &Store,
    scope: Scope,
    after: Option<NodeId>,
    limit: u32,
) -> Result<Vec<StoredFile>, StoreError> {
    let mut within = within(scope);
    if let Some(after) = after {
        within = within.add(nodes::Column::Id.lt(after.uuid()));
    }
    let rows = nodes::Entity::find()
        .find_also_related(blobs::Entity)
        .filter(within)
        .order_by_desc(nodes::Column::Id)
        .limit(u64::from(limit))
        .all(store.reader())
        .await
        .map_err(classify)?;
    rows.into_iter().map(row::file).collect()
}

pub async fn find(store: &Store, scope: Scope, id: NodeId) -> Result<Option<StoredFile>, StoreError> {
    let found = nodes::Entity::find_by_id(id.uuid())
        .find_also_related(blobs::Entity)
        .filter(within(scope))
        .one(store.reader())
        .await
        .map_err(classify)?;
    found.map(row::file).transpose()
}

pub async fn totals(store: &Store, scope: Scope) -> Result<Totals, StoreError> {
    let files = Query::select()
        .expr(Expr::col(nodes::Column::Id).count())
        .from(nodes::Entity)
        .cond_where(within(scope))
        .take();
    let used = Query::select()
        .column(nodes::Column::BlobId)
        .from(nodes::Entity)
        .cond_where(within(scope))
        .take();
    let bytes = Query::select()
        // PostgreSQL sums into a decimal number, which the cast takes back.
        .expr(
            Func::coalesce([Func::sum(Expr::col(blobs::Column::Size)).into(), Expr::val(0)])
                .cast_as(Alias::new("bigint")),
        )
        .from(blobs::Entity)
        .and_where(Expr::col(blobs::Column::Id).in_subquery(used))
        .take();
    // One statement, so that both figures are of the same moment.
    let both = Query::select()
        .expr_as(Expr::from(SubQueryStatement::from(files)), "files")
        .expr_as(Expr::from(SubQueryStatement::from(bytes)), "stored_bytes")
        .take();

    let row = store.reader().query_one(&both).await.map_err(classify)?;
    let row = row.ok_or_else(|| StoreError::Internal("no totals".to_owned()))?;
    let figure = |column: &str| -> Result<u64, StoreError> {
        let figure: i64 = row.try_get("", column).map_err(classify)?;
        u64::try_from(figure).map_err(|_| StoreError::Corrupt(format!("{column} is {figure}")))
    };
    Ok(Totals {
        files: figure("files")?,
        stored_bytes: figure("stored_bytes")?,
    })
}

/// What blobs take by their media type, each blob counted once however many files show it.
pub async fn stored_by_type(store: &Store, scope: Scope) -> Result<Vec<(String, u64)>, StoreError> {
    let used = Query::select()
        .column(nodes::Column::BlobId)
        .from(nodes::Entity)
        .cond_where(within(scope))
        .take();
    let by_type = Query::select()
        .column(blobs::Column::MediaType)
        .expr_as(
            Expr::col(blobs::Column::Size).sum().cast_as(Alias::new("bigint")),
            "stored_bytes",
        )
        .from(blobs::Entity)
        .and_where(Expr::col(blobs::Column::Id).in_subquery(used))
        .group_by_col(blobs::Column::MediaType)
        .take();
    let rows = store.reader().query_all(&by_type).await.map_err(classify)?;
    rows.into_iter()
        .map(|row| {
            let media_type = row.try_get("", "media_type").map_err(classify)?;
            let stored: i64 = row.try_get("", "stored_bytes").map_err(classify)?;
            let stored = u64::try_from(stored).map_err(|_| StoreError::Corrupt(format!("stored_bytes is {stored}")))?;
            Ok((media_type, stored))
        })
        .collect()
}

/// Adds a file whose blob is there.
pub async fn insert(transaction: &Transaction, file: &StoredFile) -> Result<(), StoreError> {
    let new = nodes::ActiveModel {
        id: Set(file.id.uuid()),
        name: Set(file.name.as_str().to_owned()),
        blob_id: Set(file.blob.id.uuid()),
        added_at: Set(file.added_at.micros()),
    };
    nodes::Entity::insert(new)
        .exec_without_returning(transaction.connection())
        .await
        .map_err(classify)?;
    Ok(())
}

/// What a scope means for rows of `nodes`.
fn within(scope: Scope) -> Condition {
    match scope.reach() {
        Reach::Everything => Condition::all(),
    }
}
