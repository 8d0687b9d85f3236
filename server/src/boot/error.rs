//! Why Dropcast does not start: one sentence each, with the remedy.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use blob::BlobError;
use migrations::MigrateError;
use store::StoreError;

/// Why Dropcast does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "cannot listen on {address}, because another program does: stop that program, or set {setting} to another \
         address or port"
    )]
    Busy { address: SocketAddr, setting: &'static str },

    #[error("cannot listen on {address} ({cause}): set {setting} to an address of this machine and a port above 1023")]
    Listen {
        address: SocketAddr,
        setting: &'static str,
        cause: io::Error,
    },

    #[error("the data folder {} is a file: remove it, or set DROPCAST_DATA to a folder", folder.display())]
    FolderIsFile { folder: PathBuf },

    #[error(
        "the data folder {} cannot be used ({cause}): give this user the right to write there, or set DROPCAST_DATA to \
         another folder",
        folder.display()
    )]
    Folder { folder: PathBuf, cause: io::Error },

    #[error(
        "the disk under the data folder {} is full: make room there, or set DROPCAST_DATA to a folder on another disk",
        folder.display()
    )]
    FolderFull { folder: PathBuf },

    #[error("{0}")]
    Migrate(#[from] MigrateError),

    #[error("the database cannot be opened ({0}): check DATABASE_URL, and that the database runs")]
    Store(#[from] StoreError),

    #[error("{0}")]
    Storage(#[from] StorageError),

    #[error("the Redis address cannot be used ({0}): correct REDIS_URL, or unset it on a single node")]
    Redis(#[from] bus::BusError),

    #[error("a listener ended by a fault of the program: start again, and report what the log says about it")]
    Broken,

    #[error("stopped by {0} before it was ready")]
    Stopped(&'static str),

    #[error(
        "the operating system refuses something that every program may do ({0}): look at the limits of this process"
    )]
    System(#[from] io::Error),
}

/// Why the storage cannot be used. What the storage itself says ends in a remedy where it has one.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error(
        "the files cannot be kept in the bucket: {0} (DROPCAST_S3_ENDPOINT and the other DROPCAST_S3_ settings say where)"
    )]
    S3(BlobError),

    #[error("the files cannot be kept in the data folder: {0} (DROPCAST_DATA says where it is)")]
    Disk(BlobError),
}
