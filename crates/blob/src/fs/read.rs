//! Reading a file: large positional reads on the blocking pool, one of them ahead of the reader.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, StreamExt as _};
use rustix::buffer::spare_capacity;
use rustix::io::pread;
use tokio::task::{self, JoinHandle};

use super::volume::Volume;
use super::{blocking, joined};
use crate::{BlobError, ByteStream};

/// Large enough that the trip to the blocking pool does not count, small enough for many readers.
const READ_BYTES: u64 = 512 * 1024;

pub(super) async fn stream(volume: Arc<Volume>, path: String, range: Range<u64>) -> Result<ByteStream, BlobError> {
    let end = range.end;
    let (file, first) = blocking(move || {
        let file = open(&volume, &path)?;
        if file.metadata()?.len() < range.end {
            return Err(BlobError::too_short());
        }
        let first = read(&file, &range)?;
        Ok((Arc::new(file), (range.start + first.len() as u64, first)))
    })
    .await?;

    let (position, first) = first;
    let ahead = Ahead {
        next: read_in_background(&file, position..end),
        file,
        position,
        end,
    };
    let rest = stream::try_unfold(ahead, |mut ahead| async move {
        let Some(next) = ahead.next.take() else { return Ok(None) };
        let chunk = joined(next).await?;
        ahead.position += chunk.len() as u64;
        ahead.next = read_in_background(&ahead.file, ahead.position..ahead.end);
        Ok(Some((chunk, ahead)))
    });
    let first = (!first.is_empty()).then_some(Ok(first));
    Ok(stream::iter(first).chain(rest).boxed())
}

/// A reader's place, and the read that is under way for it.
struct Ahead {
    file: Arc<File>,
    position: u64,
    end: u64,
    next: Option<JoinHandle<Result<Bytes, BlobError>>>,
}

fn read_in_background(file: &Arc<File>, range: Range<u64>) -> Option<JoinHandle<Result<Bytes, BlobError>>> {
    if range.is_empty() {
        return None;
    }
    let file = Arc::clone(file);
    Some(task::spawn_blocking(move || read(&file, &range)))
}

/// A missing file on a missing volume is not a missing object.
fn open(volume: &Volume, path: &str) -> Result<File, BlobError> {
    let path = volume.path(path);
    File::open(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => volume.check_mounted().err().unwrap_or(BlobError::Missing),
        _ => BlobError::at(&path, error),
    })
}

/// The beginning of `range`; empty only when the range is.
fn read(file: &File, range: &Range<u64>) -> Result<Bytes, BlobError> {
    let wanted = range.end.saturating_sub(range.start).min(READ_BYTES);
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    // Not filled with zeros first: at this size that would cost as much as the read.
    let mut buffer = Vec::with_capacity(wanted);
    while buffer.len() < wanted {
        let place = range.start + buffer.len() as u64;
        match pread(file, spare_capacity(&mut buffer), place) {
            Ok(0) => return Err(BlobError::too_short()),
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(BlobError::Io(error.into())),
        }
    }
    // The allocator may have given more room than was asked for.
    buffer.truncate(wanted);
    Ok(buffer.into())
}
