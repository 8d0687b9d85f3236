//! Writing one object.

use bytes::Bytes;

use crate::BlobError;
use crate::fs::FsWriter;
use crate::s3::S3Writer;

/// An object on its way. It becomes visible with [`BlobWriter::finish`] and never before; dropped
/// without it, whatever was written is removed in the background.
#[must_use = "an object that is not finished is thrown away"]
#[derive(Debug)]
pub enum BlobWriter {
    Fs(FsWriter),
    S3(S3Writer),
}

impl BlobWriter {
    /// Appends a chunk. It returns before the chunk is written, and waits only when the storage is
    /// slower than the source, so that the caller can do something useful meanwhile.
    ///
    /// After an error nothing can be appended any more.
    pub async fn write(&mut self, chunk: Bytes) -> Result<(), BlobError> {
        match self {
            Self::Fs(writer) => writer.write(chunk).await,
            Self::S3(writer) => writer.write(chunk).await,
        }
    }

    /// Makes the object visible. When this returns, the object survives a power cut.
    pub async fn finish(self) -> Result<(), BlobError> {
        match self {
            Self::Fs(writer) => writer.finish().await,
            Self::S3(writer) => writer.finish().await,
        }
    }

    /// Gives the object up, and returns once what was written is gone.
    pub async fn abort(self) {
        match self {
            Self::Fs(writer) => writer.abort().await,
            Self::S3(writer) => writer.abort().await,
        }
    }
}
