//! Files as the rest of the house sees them, whatever the rows look like.

use crate::digest::Sha256;
use crate::id::{BlobId, NodeId};
use crate::name::NodeName;
use crate::time::Timestamp;

/// Bytes in the blob store, and what is known of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBlob {
    pub id: BlobId,
    pub size: u64,
    pub sha256: Sha256,
    pub crc32: u32,
    pub media_type: String,
}

/// A file node and the blob of its current version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    pub id: NodeId,
    pub name: NodeName,
    pub added_at: Timestamp,
    pub blob: StoredBlob,
}
