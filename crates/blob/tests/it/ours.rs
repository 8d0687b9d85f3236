//! A store to write to, whichever backend is behind it.

use blob::{BlobError, BlobKey, BlobStore, S3Options};
use bytes::Bytes;
use domain::ambient::Ambient;
use domain::id::BlobId;
use domain::time::Timestamp;
use futures::TryStreamExt as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use testkit::ambient::{Fixed, noise};
use testkit::s3::S3Server;

/// A backend, and what it stands on.
pub enum Ours {
    Disk { store: BlobStore, folder: TempDir },
    Bucket { store: BlobStore, server: S3Server },
}

pub async fn both() -> [Ours; 2] {
    [disk(), bucket().await]
}

pub fn disk() -> Ours {
    let folder = tempfile::tempdir().expect("a folder");
    Ours::Disk {
        store: BlobStore::fs(folder.path(), 0).expect("a new data folder"),
        folder,
    }
}

pub async fn bucket() -> Ours {
    let server = testkit::s3::start().await.expect("an S3 server");
    Ours::Bucket {
        store: BlobStore::s3(options(&server)),
        server,
    }
}

pub fn options(server: &S3Server) -> S3Options {
    S3Options {
        endpoint: Some(server.endpoint()),
        region: server.region().to_owned(),
        bucket: server.bucket().to_owned(),
        access_key: server.access_key().to_owned(),
        secret_key: server.secret_key().to_owned(),
        path_style: true,
        prefix: "some/where".to_owned(),
    }
}

impl Ours {
    pub fn store(&self) -> &BlobStore {
        match self {
            Self::Disk { store, .. } | Self::Bucket { store, .. } => store,
        }
    }

    /// Everything that exists because of us, finished or not.
    pub fn traces(&self) -> Vec<PathBuf> {
        match self {
            Self::Disk { folder, .. } => [
                files_below(&folder.path().join("blobs")),
                files_below(&folder.path().join("tmp")),
            ]
            .concat(),
            Self::Bucket { server, .. } => {
                let mut traces: Vec<_> = server
                    .keys()
                    .expect("the keys")
                    .into_iter()
                    .filter(|key| !key.contains(".upload"))
                    .map(PathBuf::from)
                    .collect();
                traces.extend(server.unfinished().expect("the unfinished"));
                traces.dedup();
                traces
            }
        }
    }
}

pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] })
        .collect()
}

pub fn key(seed: u64) -> BlobKey {
    let ambient = Fixed::new(Timestamp::from_micros(1_700_000_000_000_000), seed);
    let mut unused = [0; 8];
    ambient.fill(&mut unused);
    BlobKey::Blob(BlobId::new(&ambient))
}

/// Content of `len` bytes as it might come from a network: in chunks of changing size.
pub fn content(seed: u64, len: usize) -> (Vec<u8>, Vec<Bytes>) {
    let whole = noise(seed, len);
    let mut chunks = Vec::new();
    let mut rest = Bytes::from(whole.clone());
    let mut size = 1;
    while !rest.is_empty() {
        chunks.push(rest.split_to(size.min(rest.len())));
        size = size * 5 % 300_007 + 1;
    }
    (whole, chunks)
}

pub async fn put(store: &BlobStore, key: &BlobKey, chunks: Vec<Bytes>) -> Result<(), BlobError> {
    let mut writer = store.writer(key, None).await?;
    for chunk in chunks {
        writer.write(chunk).await?;
    }
    writer.finish().await
}

pub async fn get(store: &BlobStore, key: &BlobKey, range: Range<u64>) -> Result<Vec<u8>, BlobError> {
    let chunks: Vec<Bytes> = store.read(key, range).await?.try_collect().await?;
    Ok(chunks.concat())
}
