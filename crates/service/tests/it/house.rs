//! All parts of a small installation in a temporary folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use blob::BlobStore;
use bytes::Bytes;
use domain::access::Actor;
use domain::ambient::Ambient;
use domain::file::StoredFile;
use domain::name::NodeName;
use domain::time::Timestamp;
use futures::TryStreamExt as _;
use futures::stream::{self, Stream};
use service::{BodyError, Limits, Parts, ServiceError, Services};
use store::{Store, StoreOptions};
use tempfile::TempDir;
use testkit::ambient::Fixed;

pub const ME: Actor = Actor::LocalOwner;
pub const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;

pub struct House {
    pub services: Services,
    pub store: Store,
    pub clock: Arc<Fixed>,
    folder: TempDir,
}

impl House {
    pub async fn new() -> Self {
        let clock = Arc::new(Fixed::new(Timestamp::from_micros(1_700_000_000_000_000), 1));
        Self::with(Arc::clone(&clock) as Arc<dyn Ambient>, clock, 0).await
    }

    pub async fn with_floor(floor_bytes: u64) -> Self {
        let clock = Arc::new(Fixed::new(Timestamp::from_micros(1_700_000_000_000_000), 1));
        Self::with(Arc::clone(&clock) as Arc<dyn Ambient>, clock, floor_bytes).await
    }

    pub async fn with(ambient: Arc<dyn Ambient>, clock: Arc<Fixed>, floor_bytes: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = testkit::databases::sqlite_url(folder.path()).await.expect("a database");
        let options = StoreOptions {
            url,
            readers: 2,
            acquire_timeout: Duration::from_secs(2),
        };
        let store = Store::connect(&options).await.expect("a connection");
        let blobs = BlobStore::fs(&folder.path().join("data"), floor_bytes).expect("a data folder");
        let limits = Limits {
            max_file_bytes: MAX_FILE_BYTES,
        };
        let parts = Parts {
            store: store.clone(),
            blobs,
            redis: None,
            ambient,
            limits,
            version: "1.2.3",
        };
        Self {
            services: Services::new(parts),
            store,
            clock,
            folder,
        }
    }

    pub async fn put(&self, name: &str, content: &[u8]) -> Result<StoredFile, ServiceError> {
        self.clock.advance(Duration::from_secs(1));
        let declared = Some(content.len() as u64);
        self.services
            .files()
            .upload(ME, self::name(name), declared, body(content))
            .await
    }

    pub async fn get(&self, file: &StoredFile) -> Vec<u8> {
        let stream = self
            .services
            .files()
            .read(ME, file, 0..file.blob.size)
            .await
            .expect("a stream");
        let chunks: Vec<Bytes> = stream.try_collect().await.expect("bytes");
        chunks.concat()
    }

    /// How many files anybody can see.
    pub async fn visible(&self) -> u64 {
        self.services.files().page(ME, None, 1).await.expect("a page").total
    }

    /// Finished objects on the disk.
    pub fn objects(&self) -> Vec<PathBuf> {
        files_below(&self.data().join("blobs"))
    }

    /// Objects on their way.
    pub fn unfinished(&self) -> Vec<PathBuf> {
        files_below(&self.data().join("tmp"))
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Nothing visible and nothing on the disk.
    pub async fn assert_untouched(&self) {
        assert_eq!(self.visible().await, 0);
        assert_eq!(self.objects(), Vec::<PathBuf>::new());
        assert_eq!(self.unfinished(), Vec::<PathBuf>::new());
    }
}

pub fn name(text: &str) -> NodeName {
    NodeName::parse(text).expect("a name")
}

/// What a sender sends, in chunks as a network makes them.
pub fn chunks(content: &[u8]) -> Vec<Result<Bytes, BodyError>> {
    content
        .chunks(50_000)
        .map(|chunk| Ok(Bytes::copy_from_slice(chunk)))
        .collect()
}

pub fn body(content: &[u8]) -> impl Stream<Item = Result<Bytes, BodyError>> + Send + 'static {
    stream::iter(chunks(content))
}

/// A body whose connection breaks after `content`.
pub fn broken_body(content: &[u8]) -> impl Stream<Item = Result<Bytes, BodyError>> + Send + 'static {
    let mut chunks = chunks(content);
    chunks.push(Err(BodyError::broken("connection reset")));
    stream::iter(chunks)
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] })
        .collect()
}
