//! Adding a file: stream in, make durable, then one transaction that makes it visible.
//!
//! What can be left behind and by what:
//! - Before the object is finished: at most a temporary one, invisible, for the sweep.
//! - Between the object and the commit (a crash, or a database whose answer to the commit was
//!   lost): an object without a row. It is never shown, and the garbage collection that compares
//!   objects with rows removes it.
//! - A row without its object: nothing. That order is the promise.

use std::pin::pin;

use blob::{BlobKey, BlobStore, BlobWriter};
use bytes::Bytes;
use domain::file::{StoredBlob, StoredFile};
use domain::id::{BlobId, NodeId};
use domain::name::NodeName;
use domain::time::Timestamp;
use formats::media_type;
use futures::{Stream, StreamExt as _};
use store::blobs::Inserted;
use store::{Store, StoreError};

use super::digest::ContentDigest;
use crate::{BodyError, Limits, Parts, ServiceError};

pub(super) async fn upload(
    parts: &Parts,
    name: NodeName,
    declared: Option<u64>,
    body: impl Stream<Item = Result<Bytes, BodyError>> + Send,
) -> Result<StoredFile, ServiceError> {
    if declared.is_some_and(|declared| declared > parts.limits.max_file_bytes) {
        return Err(too_large(parts.limits));
    }
    let id = BlobId::new(&*parts.ambient);
    let mut writer = parts.blobs.writer(&BlobKey::Blob(id), declared).await?;
    let content = match receive(&mut writer, parts.limits, declared, body).await {
        Ok(content) => content,
        Err(error) => {
            writer.abort().await;
            return Err(error);
        }
    };
    let added_at = parts.ambient.now();
    let file = StoredFile {
        id: NodeId::new(&*parts.ambient),
        name,
        added_at,
        blob: content.into_blob(id),
    };
    let (store, blobs) = (parts.store.clone(), parts.blobs.clone());
    // The bytes are here. From now on nobody has to wait for the rest to happen whole: a caller
    // who goes away does not leave half of it.
    let keeping = tokio::spawn(async move { keep(&store, blobs, writer, file).await });
    keeping.await.unwrap_or_else(|error| Err(ServiceError::internal(error)))
}

/// What is known of the bytes once all have passed.
struct Content {
    size: u64,
    digest: (domain::digest::Sha256, u32),
    media_type: &'static str,
}

impl Content {
    fn into_blob(self, id: BlobId) -> StoredBlob {
        let (sha256, crc32) = self.digest;
        StoredBlob {
            id,
            size: self.size,
            sha256,
            crc32,
            media_type: self.media_type.to_owned(),
        }
    }
}

async fn receive(
    writer: &mut BlobWriter,
    limits: Limits,
    declared: Option<u64>,
    body: impl Stream<Item = Result<Bytes, BodyError>> + Send,
) -> Result<Content, ServiceError> {
    let mut body = pin!(body);
    let mut digest = ContentDigest::default();
    let mut head = Vec::new();
    let mut size: u64 = 0;
    while let Some(chunk) = body.next().await {
        let chunk = chunk?;
        size = size.saturating_add(chunk.len() as u64);
        if size > limits.max_file_bytes {
            return Err(too_large(limits));
        }
        if declared.is_some_and(|declared| size > declared) {
            return Err(ServiceError::BodyIncomplete(None));
        }
        let missing = media_type::HEAD_BYTES - head.len();
        head.extend_from_slice(&chunk[..missing.min(chunk.len())]);
        // Both only wait when their last batch is not done yet: hashing, writing and receiving
        // go on at once.
        writer.write(chunk.clone()).await?;
        digest.push(chunk).await?;
    }
    if declared.is_some_and(|declared| size != declared) {
        return Err(ServiceError::BodyIncomplete(None));
    }
    Ok(Content {
        size,
        digest: digest.finish().await?,
        media_type: media_type::sniff(&head),
    })
}

/// Makes the bytes durable, then visible.
async fn keep(
    store: &Store,
    blobs: BlobStore,
    writer: BlobWriter,
    file: StoredFile,
) -> Result<StoredFile, ServiceError> {
    writer.finish().await?;
    let ours = file.blob.id;
    match record(store, file).await {
        Ok(file) => {
            if file.blob.id != ours {
                // Not waited for: the time it takes would tell that the content was known.
                tokio::spawn(async move { discard(&blobs, ours).await });
            }
            Ok(file)
        }
        Err(error) => {
            if surely_undone(&error) {
                discard(&blobs, ours).await;
            }
            Err(error.into())
        }
    }
}

/// The rows, in one transaction. The file that comes back shows the blob that was there before, if
/// there was one with the same bytes.
async fn record(store: &Store, mut file: StoredFile) -> Result<StoredFile, StoreError> {
    store
        .write(move |transaction| {
            Box::pin(async move {
                let now: Timestamp = file.added_at;
                if let Inserted::AlreadyThere(known) = store::blobs::insert(transaction, &file.blob, now).await? {
                    file.blob = known;
                }
                store::files::insert(transaction, &file).await?;
                Ok(file)
            })
        })
        .await
}

/// Whether the transaction certainly did not happen. A lost connection says nothing of the sort:
/// the commit may have arrived, and then the object is in use.
fn surely_undone(error: &StoreError) -> bool {
    matches!(error, StoreError::Conflict(_) | StoreError::Full)
}

/// Removes an object that no row names. If that fails it stays invisible until it is collected.
async fn discard(blobs: &BlobStore, id: BlobId) {
    if let Err(error) = blobs.delete(&BlobKey::Blob(id)).await {
        tracing::warn!(blob = %id, %error, "an object that nobody needs could not be removed yet");
    }
}

fn too_large(limits: Limits) -> ServiceError {
    ServiceError::TooLarge {
        limit: limits.max_file_bytes,
    }
}
