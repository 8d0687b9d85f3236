//! Where bytes are: a folder on a local disk, or a bucket of anything that speaks S3.
//!
//! Both behave alike, and the same tests run over both: an object is visible under its key only
//! once it is whole and durable, it never changes afterwards, and a writer that is given up leaves
//! nothing visible behind.
//!
//! This crate knows bytes and keys. It must not know rows, names people gave, hashes, or who asks.
//! No AWS type leaves it.
//!
//! To add a kind of object: a variant of [`BlobKey`]. To add a backend: a module beside [`fs`] and
//! [`s3`], a variant of [`BlobStore`] and of [`BlobWriter`], and its line in `tests/it/main.rs`.

mod error;
mod fs;
mod key;
mod s3;
mod writer;

use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use futures::stream::BoxStream;

pub use error::BlobError;
pub use fs::FsStore;
pub use key::BlobKey;
pub use s3::{S3Options, S3Store};
pub use writer::BlobWriter;

/// The bytes of an object, in order. It ends after the range that was asked for, or with an error.
pub type ByteStream = BoxStream<'static, Result<Bytes, BlobError>>;

/// What a look at the storage found. That it answered at all is the better half of the news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Bytes that could still be written, where that can be known.
    pub free_bytes: Option<u64>,
    /// Bytes that are kept free: nothing is written once fewer are left.
    pub floor_bytes: u64,
}

/// One of the backends.
#[derive(Clone, Debug)]
pub enum BlobStore {
    Fs(FsStore),
    S3(S3Store),
}

impl BlobStore {
    /// Objects below the folder `root`, which is made when it does not exist yet. `floor_bytes` of
    /// its volume are kept free.
    pub fn fs(root: &Path, floor_bytes: u64) -> Result<Self, BlobError> {
        FsStore::open_or_create(root, floor_bytes).map(Self::Fs)
    }

    /// Objects below the folder `root`, which must have been used before: for when the database
    /// knows of blobs already, so that an empty folder means that a volume is not mounted.
    pub fn fs_in_use(root: &Path, floor_bytes: u64) -> Result<Self, BlobError> {
        FsStore::open(root, floor_bytes).map(Self::Fs)
    }

    /// Objects in a bucket. Nothing is asked of the server yet: [`BlobStore::probe`] does.
    pub fn s3(options: S3Options) -> Self {
        Self::S3(S3Store::new(options))
    }

    /// Starts an object. With `expected_bytes` the storage refuses at once what cannot fit.
    pub async fn writer(&self, key: &BlobKey, expected_bytes: Option<u64>) -> Result<BlobWriter, BlobError> {
        match self {
            Self::Fs(store) => store.writer(key, expected_bytes).await.map(BlobWriter::Fs),
            Self::S3(store) => store.writer(key, expected_bytes).map(BlobWriter::S3),
        }
    }

    /// The bytes of `range`, which must lie inside the object.
    pub async fn read(&self, key: &BlobKey, range: Range<u64>) -> Result<ByteStream, BlobError> {
        match self {
            Self::Fs(store) => store.read(key, range).await,
            Self::S3(store) => store.read(key, range).await,
        }
    }

    /// Removes an object. One that is not there is removed already.
    pub async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        match self {
            Self::Fs(store) => store.delete(key).await,
            Self::S3(store) => store.delete(key).await,
        }
    }

    /// Whether the storage is there and takes writes.
    pub async fn probe(&self) -> Result<Probe, BlobError> {
        match self {
            Self::Fs(store) => store.probe().await,
            Self::S3(store) => store.probe().await,
        }
    }

    /// What the storage is, in a word for people and metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Fs(_) => "disk",
            Self::S3(_) => "s3",
        }
    }

    /// Removes what writers left behind when their process was killed, unless it was touched more
    /// recently than `older_than` ago. Returns how many left-overs went.
    pub async fn sweep(&self, older_than: Duration) -> Result<u64, BlobError> {
        match self {
            Self::Fs(store) => store.sweep(older_than).await,
            Self::S3(store) => store.sweep(older_than).await,
        }
    }
}
