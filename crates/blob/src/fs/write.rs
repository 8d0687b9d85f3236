//! Writing a file: gathered into batches, written in the background, visible only when durable.

use std::fs::{self, File};
use std::io::{self, IoSlice, Write as _};
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::task::{self, JoinHandle};

use super::volume::Volume;
use super::{blocking, folders, joined};
use crate::BlobError;

/// Small chunks wait for each other until a trip to the blocking pool is worth it.
const BATCH_BYTES: usize = 1024 * 1024;
/// How much may be written between two looks at the free space.
const ROOM_EVERY_BYTES: u64 = 64 * 1024 * 1024;
/// `blobs/ab/cd`: two levels below a folder that was there from the start.
const LEVELS_BELOW_BLOBS: usize = 2;

/// A file on its way.
#[derive(Debug)]
pub struct FsWriter {
    batch: Vec<Bytes>,
    batch_bytes: usize,
    state: State,
}

/// At most one batch is being written while the next one gathers.
#[derive(Debug)]
enum State {
    Waiting(Unfinished),
    Writing(JoinHandle<Result<Unfinished, BlobError>>),
    Failed,
}

impl FsWriter {
    pub(super) async fn start(volume: Arc<Volume>, path: String, expected: Option<u64>) -> Result<Self, BlobError> {
        let unfinished = blocking(move || Unfinished::start(volume, &path, expected)).await?;
        Ok(Self {
            batch: Vec::new(),
            batch_bytes: 0,
            state: State::Waiting(unfinished),
        })
    }

    pub(crate) async fn write(&mut self, chunk: Bytes) -> Result<(), BlobError> {
        if matches!(self.state, State::Failed) {
            return Err(BlobError::spent());
        }
        self.batch_bytes += chunk.len();
        self.batch.push(chunk);
        if self.batch_bytes >= BATCH_BYTES {
            let mut unfinished = self.settle().await?;
            let mut batch = mem::take(&mut self.batch);
            self.batch_bytes = 0;
            self.state = State::Writing(task::spawn_blocking(move || {
                unfinished.append(&mut batch)?;
                Ok(unfinished)
            }));
        }
        Ok(())
    }

    pub(crate) async fn finish(mut self) -> Result<(), BlobError> {
        let mut unfinished = self.settle().await?;
        let mut batch = mem::take(&mut self.batch);
        blocking(move || {
            unfinished.append(&mut batch)?;
            unfinished.finish()
        })
        .await
    }

    pub(crate) async fn abort(mut self) {
        if let Ok(unfinished) = self.settle().await {
            let _ = task::spawn_blocking(move || drop(unfinished)).await;
        }
    }

    /// Waits for the batch that is being written. Given up while it waits, it loses nothing.
    async fn settle(&mut self) -> Result<Unfinished, BlobError> {
        let written = match &mut self.state {
            State::Writing(handle) => Some(joined(handle).await),
            State::Waiting(_) | State::Failed => None,
        };
        match (written, mem::replace(&mut self.state, State::Failed)) {
            (Some(outcome), _) => outcome,
            (None, State::Waiting(unfinished)) => Ok(unfinished),
            (None, _) => Err(BlobError::spent()),
        }
    }
}

impl Drop for FsWriter {
    /// A batch that is being written takes its file along when it is done: nobody waits for it.
    fn drop(&mut self) {
        if let (State::Waiting(unfinished), Ok(runtime)) =
            (mem::replace(&mut self.state, State::Failed), Handle::try_current())
        {
            runtime.spawn_blocking(move || drop(unfinished));
        }
    }
}

/// A temporary file that goes when this is dropped, unless it was finished.
#[derive(Debug)]
struct Unfinished {
    volume: Arc<Volume>,
    file: File,
    temporary: Option<PathBuf>,
    target: PathBuf,
    bytes_until_look: u64,
}

impl Unfinished {
    fn start(volume: Arc<Volume>, path: &str, expected: Option<u64>) -> Result<Self, BlobError> {
        let target = volume.path(path);
        let name = target.file_name().and_then(|name| name.to_str()).unwrap_or(path);
        let (file, temporary) = volume.create_temporary(name, expected.unwrap_or(0))?;
        Ok(Self {
            volume,
            file,
            temporary: Some(temporary),
            target,
            bytes_until_look: ROOM_EVERY_BYTES,
        })
    }

    fn append(&mut self, batch: &mut [Bytes]) -> Result<(), BlobError> {
        let bytes = batch.iter().map(|chunk| chunk.len() as u64).sum();
        if bytes > self.bytes_until_look {
            self.volume.check_room(bytes)?;
            self.bytes_until_look = ROOM_EVERY_BYTES;
        }
        self.bytes_until_look = self.bytes_until_look.saturating_sub(bytes);
        write_all(&mut self.file, batch).map_err(|error| BlobError::at(&self.target, error))
    }

    fn finish(mut self) -> Result<(), BlobError> {
        let (Some(temporary), Some(folder)) = (self.temporary.take(), self.target.parent()) else {
            return Err(BlobError::spent());
        };
        let done = self
            .file
            .sync_data()
            .and_then(|()| self.volume.safe_folders.ensure(folder, LEVELS_BELOW_BLOBS))
            .and_then(|()| fs::rename(&temporary, &self.target))
            .and_then(|()| folders::sync(folder));
        done.map_err(|error| {
            // Nobody was told of the object, under whichever of its names it is now.
            let _ = fs::remove_file(&temporary).or_else(|_| fs::remove_file(&self.target));
            BlobError::at(&self.target, error)
        })
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(temporary) = self.temporary.take() {
            // What cannot be removed now, the sweep removes later.
            let _ = fs::remove_file(temporary);
        }
    }
}

fn write_all(file: &mut File, batch: &mut [Bytes]) -> io::Result<()> {
    let mut slices: Vec<_> = batch
        .iter()
        .filter(|chunk| !chunk.is_empty())
        .map(|chunk| IoSlice::new(chunk))
        .collect();
    let mut rest = slices.as_mut_slice();
    while !rest.is_empty() {
        match file.write_vectored(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut rest, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
