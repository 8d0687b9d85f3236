//! Files: adding one, listing them, reading one.

mod digest;
mod upload;

use std::ops::Range;

use blob::{BlobKey, ByteStream};
use bytes::Bytes;
use domain::access::Actor;
use domain::file::StoredFile;
use domain::id::NodeId;
use domain::name::NodeName;
use futures::Stream;
use wire::files::{FileEntry, FilePage};
use wire::limits::MAX_PAGE;

use crate::{BodyError, Parts, ServiceError};

/// The use cases around files.
#[derive(Clone, Copy)]
pub struct Files<'a> {
    parts: &'a Parts,
}

impl<'a> Files<'a> {
    pub(crate) fn new(parts: &'a Parts) -> Self {
        Self { parts }
    }

    /// Adds a file. When this returns, its bytes and its row survive a power cut; when it fails,
    /// nothing of it can be seen. `declared` is the length the sender announced, if it did.
    ///
    /// Content that is there already is kept once. Nobody learns that from the answer or from how
    /// long it takes: all bytes are read, hashed and written either way.
    pub async fn upload(
        self,
        actor: Actor,
        name: NodeName,
        declared: Option<u64>,
        body: impl Stream<Item = Result<Bytes, BodyError>> + Send,
    ) -> Result<StoredFile, ServiceError> {
        actor.scope()?;
        upload::upload(self.parts, name, declared, body).await
    }

    /// At most `limit` files (and never more than [`MAX_PAGE`]), newest first, from behind `after`.
    pub async fn page(self, actor: Actor, after: Option<NodeId>, limit: u32) -> Result<FilePage, ServiceError> {
        let scope = actor.scope()?;
        let store = &self.parts.store;
        let limit = limit.clamp(1, MAX_PAGE);
        // One more than asked for tells whether there is a next page.
        let (files, totals) = futures::try_join!(
            store::files::page(store, scope, after, limit + 1),
            store::files::totals(store, scope)
        )?;
        let shown = files.len().min(limit as usize);
        let next = (files.len() > shown).then(|| files[shown - 1].id.to_string());
        Ok(FilePage {
            files: files[..shown].iter().map(Self::entry).collect(),
            next,
            total: totals.files,
            stored_bytes: totals.stored_bytes,
        })
    }

    /// One file, if it is there for this actor.
    pub async fn find(self, actor: Actor, id: NodeId) -> Result<StoredFile, ServiceError> {
        let scope = actor.scope()?;
        store::files::find(&self.parts.store, scope, id)
            .await?
            .ok_or(ServiceError::NotFound)
    }

    /// The bytes of `range`, which must lie inside the file.
    pub async fn read(self, actor: Actor, file: &StoredFile, range: Range<u64>) -> Result<ByteStream, ServiceError> {
        actor.scope()?;
        Ok(self.parts.blobs.read(&BlobKey::Blob(file.blob.id), range).await?)
    }

    /// A file as clients see it.
    pub fn entry(file: &StoredFile) -> FileEntry {
        FileEntry {
            id: file.id.to_string(),
            name: file.name.to_string(),
            size: file.blob.size,
            media_type: file.blob.media_type.clone(),
            sha256: file.blob.sha256.to_string(),
            added_at: file.added_at.micros(),
            content_url: format!("/api/v1/files/{}/content", file.id),
        }
    }
}
