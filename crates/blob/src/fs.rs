//! Objects as files.
//!
//! `blobs/ab/cd/<id>` holds what is finished, `tmp/` what is being written (on the same file
//! system, so that finishing is a rename), and a marker file tells the volume from the empty folder
//! it is mounted on.

mod folders;
mod read;
mod volume;
mod write;

use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{self, JoinError};

pub(crate) use write::FsWriter;

use crate::{BlobError, BlobKey, ByteStream, Probe};
use volume::Volume;

/// Objects below one folder.
#[derive(Clone, Debug)]
pub struct FsStore {
    volume: Arc<Volume>,
}

impl FsStore {
    pub(crate) fn open_or_create(root: &Path, floor_bytes: u64) -> Result<Self, BlobError> {
        Volume::open_or_create(root, floor_bytes).map(Self::on)
    }

    pub(crate) fn open(root: &Path, floor_bytes: u64) -> Result<Self, BlobError> {
        Volume::open(root, floor_bytes).map(Self::on)
    }

    fn on(volume: Volume) -> Self {
        Self {
            volume: Arc::new(volume),
        }
    }

    pub(crate) async fn writer(&self, key: &BlobKey, expected_bytes: Option<u64>) -> Result<FsWriter, BlobError> {
        FsWriter::start(Arc::clone(&self.volume), key.path(), expected_bytes).await
    }

    pub(crate) async fn read(&self, key: &BlobKey, range: Range<u64>) -> Result<ByteStream, BlobError> {
        read::stream(Arc::clone(&self.volume), key.path(), range).await
    }

    pub(crate) async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        let path = self.volume.path(&key.path());
        blocking(move || match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(BlobError::at(&path, error)),
            _ => Ok(()),
        })
        .await
    }

    pub(crate) async fn probe(&self) -> Result<Probe, BlobError> {
        let volume = Arc::clone(&self.volume);
        blocking(move || volume.probe()).await
    }

    pub(crate) async fn sweep(&self, older_than: Duration) -> Result<u64, BlobError> {
        let folder = self.volume.temporary_folder();
        blocking(move || sweep(&folder, older_than)).await
    }
}

/// Files in use are written to, so their age stays small; a left-over only grows older.
fn sweep(folder: &Path, older_than: Duration) -> Result<u64, BlobError> {
    let mut removed = 0;
    for entry in std::fs::read_dir(folder).map_err(|error| BlobError::at(folder, error))? {
        let entry = entry?;
        let Ok(modified) = entry.metadata().and_then(|metadata| metadata.modified()) else {
            continue; // Its writer has just finished or removed it.
        };
        // A file from the future is not old.
        if modified.elapsed().is_ok_and(|age| age >= older_than) && std::fs::remove_file(entry.path()).is_ok() {
            removed += 1;
        }
    }
    Ok(removed)
}

/// Runs `work` where it may wait for a disk.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BlobError> + Send + 'static,
) -> Result<T, BlobError> {
    joined(task::spawn_blocking(work)).await
}

/// The outcome of work on the blocking pool. It is cancelled only when the runtime goes down.
async fn joined<T>(handle: impl Future<Output = Result<Result<T, BlobError>, JoinError>>) -> Result<T, BlobError> {
    handle
        .await
        .unwrap_or_else(|error| Err(BlobError::Io(io::Error::other(error))))
}
