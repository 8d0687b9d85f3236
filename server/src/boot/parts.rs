//! Opens what Dropcast stands on. Starting and the doctor share it.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use blob::{BlobError, BlobStore, S3Options};
use bus::Redis;
use domain::access::Actor;
use domain::ambient::Ambient;
use migrations::{MigrateOptions, MigrateReport};
use store::{Store, StoreOptions};
use tokio::net::TcpListener;

use super::{StartError, StorageError};
use crate::VERSION;
use crate::config::{Config, S3, Storage};

/// How long the first word with a part over the network may take.
const FIRST_CONTACT: Duration = Duration::from_secs(10);

/// How long the start waits for Redis, which it can do without.
const REDIS_CONTACT: Duration = Duration::from_secs(2);

/// Takes the port before anything is created, because a busy one is the likeliest obstacle.
pub async fn bind(address: SocketAddr, setting: &'static str) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|cause| match cause.kind() {
        io::ErrorKind::AddrInUse => StartError::Busy { address, setting },
        _ => StartError::Listen {
            address,
            setting,
            cause,
        },
    })
}

/// Opens the storage and tries it.
pub async fn storage(config: &Storage) -> Result<BlobStore, StorageError> {
    let (opened, explain): (_, fn(BlobError) -> StorageError) = match &config.s3 {
        Some(s3) => (Ok(BlobStore::s3(options(s3))), StorageError::S3),
        None => (BlobStore::fs(&config.data, config.free_space_floor), StorageError::Disk),
    };
    let blobs = opened.map_err(explain)?;
    match tokio::time::timeout(FIRST_CONTACT, blobs.probe()).await {
        Ok(Ok(_)) => Ok(blobs),
        Ok(Err(error)) => Err(explain(error)),
        Err(_) => Err(explain(BlobError::Unavailable(
            "no answer within ten seconds".to_owned(),
        ))),
    }
}

/// Opens the data folder for files. When the database knows of files already, an empty folder means
/// that its volume is not mounted, and nothing may be written beside it.
pub async fn local_storage(config: &Storage, store: &Store) -> Result<BlobStore, StartError> {
    let has_files = match Actor::LocalOwner.scope() {
        Ok(everything) => store::files::totals(store, everything).await?.files > 0,
        Err(_) => false,
    };
    if has_files {
        BlobStore::fs_in_use(&config.data, config.free_space_floor).map_err(StorageError::Disk)?;
    }
    Ok(storage(config).await?)
}

fn options(s3: &S3) -> S3Options {
    S3Options {
        endpoint: s3.endpoint.clone(),
        region: s3.region.clone(),
        bucket: s3.bucket.clone(),
        access_key: s3.access_key.expose().to_owned(),
        secret_key: s3.secret_key.expose().to_owned(),
        path_style: s3.path_style,
        prefix: s3.prefix.clone(),
    }
}

/// Brings the database to this version's schema.
pub async fn migrate(config: &Config, ambient: &dyn Ambient) -> Result<MigrateReport, StartError> {
    let options = MigrateOptions {
        url: config.database.url.expose().to_owned(),
        snapshot_dir: Some(config.storage.data.join("snapshots")),
        binary_version: VERSION.to_owned(),
        now: ambient.now().micros(),
    };
    Ok(migrations::run(&options).await?)
}

/// Opens the database.
pub async fn store(config: &Config) -> Result<Store, StartError> {
    let options = StoreOptions {
        url: config.database.url.expose().to_owned(),
        readers: config.database.readers,
        acquire_timeout: config.database.acquire_timeout,
    };
    Ok(Store::connect(&options).await?)
}

/// Opens the line to Redis. When nobody answers, Dropcast goes on without and says so: hints to
/// other nodes come late, and nothing is lost.
pub async fn redis(config: &Config) -> Result<Option<Redis>, StartError> {
    let Some(url) = &config.redis.url else {
        return Ok(None);
    };
    let redis = Redis::connect(url.expose())?;
    match tokio::time::timeout(REDIS_CONTACT, redis.ping()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(part = "redis", %error, "Redis does not answer; going on without it for now"),
        Err(_) => tracing::warn!(
            part = "redis",
            "Redis does not answer in time; going on without it for now"
        ),
    }
    Ok(Some(redis))
}
