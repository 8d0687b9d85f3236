//! Numbers and texts of a row as domain values, and back.

use std::fmt::Display;

use domain::digest::Sha256;
use domain::file::{StoredBlob, StoredFile};
use domain::id::{BlobId, NodeId};
use domain::name::NodeName;
use domain::time::Timestamp;

use crate::entity::{blobs, nodes};
use crate::error::StoreError;

pub(crate) fn blob(row: blobs::Model) -> Result<StoredBlob, StoreError> {
    let id = BlobId::from_uuid(row.id);
    let wrong = |column: &str| corrupt(id, column);
    let sha256: [u8; 32] = row.sha256.try_into().map_err(|_| wrong("sha256"))?;
    Ok(StoredBlob {
        id,
        size: u64::try_from(row.size).map_err(|_| wrong("size"))?,
        sha256: Sha256::from_bytes(sha256),
        crc32: u32::try_from(row.crc32).map_err(|_| wrong("crc32"))?,
        media_type: row.media_type,
    })
}

pub(crate) fn file((node, content): (nodes::Model, Option<blobs::Model>)) -> Result<StoredFile, StoreError> {
    let id = NodeId::from_uuid(node.id);
    Ok(StoredFile {
        id,
        name: NodeName::parse(node.name).map_err(|_| corrupt(id, "name"))?,
        added_at: Timestamp::from_micros(node.added_at),
        blob: blob(content.ok_or_else(|| corrupt(id, "blob_id"))?)?,
    })
}

/// Sizes are kept as signed numbers; none that is real comes near the end.
pub(crate) fn size(bytes: u64) -> Result<i64, StoreError> {
    i64::try_from(bytes).map_err(|_| StoreError::Internal(format!("a size of {bytes} bytes")))
}

fn corrupt(id: impl Display, column: &str) -> StoreError {
    StoreError::Corrupt(format!("{column} of {id}"))
}
