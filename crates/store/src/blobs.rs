//! Blobs: what is known of stored bytes. Equal bytes are one blob.

use domain::digest::Sha256;
use domain::file::StoredBlob;
use domain::time::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, TryInsertResult};

use crate::entity::blobs;
use crate::error::{StoreError, classify};
use crate::row;
use crate::transaction::Transaction;

/// What became of a blob that was to be inserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// It is there now.
    New,
    /// The same bytes were there before, under another id; that is the one to use.
    AlreadyThere(StoredBlob),
}

pub async fn find_by_sha256(transaction: &Transaction, sha256: Sha256) -> Result<Option<StoredBlob>, StoreError> {
    let found = blobs::Entity::find()
        .filter(blobs::Column::Sha256.eq(sha256.as_bytes().to_vec()))
        .one(transaction.connection())
        .await
        .map_err(classify)?;
    found.map(row::blob).transpose()
}

/// Inserts `blob` unless its bytes are known. Of many that try at once exactly one is
/// [`Inserted::New`]: the database decides, by the unique hash.
pub async fn insert(transaction: &Transaction, blob: &StoredBlob, now: Timestamp) -> Result<Inserted, StoreError> {
    let new = blobs::ActiveModel {
        id: Set(blob.id.uuid()),
        size: Set(row::size(blob.size)?),
        sha256: Set(blob.sha256.as_bytes().to_vec()),
        crc32: Set(i64::from(blob.crc32)),
        media_type: Set(blob.media_type.clone()),
        created_at: Set(now.micros()),
    };
    let outcome = blobs::Entity::insert(new)
        .on_conflict_do_nothing_on([blobs::Column::Sha256])
        .exec_without_returning(transaction.connection())
        .await
        .map_err(classify)?;
    if let TryInsertResult::Inserted(1..) = outcome {
        return Ok(Inserted::New);
    }
    match find_by_sha256(transaction, blob.sha256).await? {
        Some(known) => Ok(Inserted::AlreadyThere(known)),
        // Removed between the two statements: the caller may try again.
        None => Err(StoreError::Conflict("blobs_sha256_key".to_owned())),
    }
}
