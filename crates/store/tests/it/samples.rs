//! Files to store, and a store to put them in.

use std::time::Duration;

use domain::access::{Actor, Scope};
use domain::ambient::Ambient as _;
use domain::digest::Sha256;
use domain::file::{StoredBlob, StoredFile};
use domain::id::{BlobId, NodeId};
use domain::name::NodeName;
use domain::time::Timestamp;
use store::blobs::{self, Inserted};
use store::{Store, StoreError, StoreOptions, Transaction, files};
use testkit::ambient::Fixed;

pub async fn connect(url: &str) -> Store {
    Store::connect(&options(url)).await.unwrap()
}

pub fn options(url: &str) -> StoreOptions {
    StoreOptions {
        url: url.to_owned(),
        readers: 4,
        acquire_timeout: Duration::from_secs(20),
    }
}

pub fn everything() -> Scope {
    Actor::LocalOwner.scope().unwrap()
}

/// Makes files, each a millisecond after the one before.
pub struct Samples(Fixed);

impl Samples {
    pub fn new() -> Self {
        Self(Fixed::new(Timestamp::from_micros(1_800_000_000_000_000), 1))
    }

    pub fn blob(&self, content: u64) -> StoredBlob {
        let mut sha256 = [0; 32];
        sha256[..8].copy_from_slice(&content.to_be_bytes());
        StoredBlob {
            id: BlobId::new(&self.0),
            size: content,
            sha256: Sha256::from_bytes(sha256),
            crc32: u32::MAX,
            media_type: "text/plain".to_owned(),
        }
    }

    pub fn file(&self, name: &str, content: u64) -> StoredFile {
        self.0.advance(Duration::from_millis(1));
        StoredFile {
            id: NodeId::new(&self.0),
            name: NodeName::parse(name).unwrap(),
            added_at: self.0.now(),
            blob: self.blob(content),
        }
    }
}

/// Adds a file and says which blob it has now: its own, or the one with the same bytes.
pub async fn add(transaction: &Transaction, mut file: StoredFile) -> Result<StoredFile, StoreError> {
    if let Inserted::AlreadyThere(known) = blobs::insert(transaction, &file.blob, file.added_at).await? {
        file.blob = known;
    }
    files::insert(transaction, &file).await?;
    Ok(file)
}

pub async fn write(store: &Store, file: StoredFile) -> Result<StoredFile, StoreError> {
    store.write(move |transaction| Box::pin(add(transaction, file))).await
}
