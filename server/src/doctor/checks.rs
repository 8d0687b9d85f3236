//! The single checks.

use std::future::Future;
use std::io;
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use super::Finding;
use crate::boot::{self, folder, parts, programs};
use crate::config::{Config, Engine};
use crate::healthcheck;

/// How long a part over the network may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

pub fn listen(config: &Config) -> Finding {
    const WHAT: &str = "listen address";
    let address = config.server.listen;
    match TcpListener::bind(address) {
        Ok(_) => Finding::ok(WHAT, format!("{address} is free")),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            if healthcheck::ask(boot::reachable(address)).is_ok() {
                Finding::ok(WHAT, format!("Dropcast is running at {address}"))
            } else {
                let remedy = "stop that program, or set DROPCAST_LISTEN to another address or port";
                Finding::fail(WHAT, format!("another program listens on {address}: {remedy}"))
            }
        }
        Err(error) => Finding::fail(WHAT, format!("{address} cannot be used ({error}): set DROPCAST_LISTEN")),
    }
}

pub fn public_url(config: &Config) -> Finding {
    const WHAT: &str = "public address";
    let Some(url) = &config.server.public_url else {
        return Finding::ok(WHAT, "not set: links that leave this installation cannot be built");
    };
    let origin = &url.origin;
    if !url.is_https && !matches!(url.host.as_str(), "localhost" | "127.0.0.1" | "[::1]") {
        return Finding::warn(
            WHAT,
            format!("{origin} is not encrypted: put a proxy with TLS in front"),
        );
    }
    if url.is_https && config.server.trusted_proxies.is_empty() {
        let remedy = "set DROPCAST_TRUSTED_PROXIES to the network of the proxy that does the encryption";
        return Finding::warn(
            WHAT,
            format!("{origin} is encrypted, but no proxy is trusted: {remedy}"),
        );
    }
    Finding::ok(WHAT, origin.clone())
}

pub fn data_folder(config: &Config) -> Finding {
    const WHAT: &str = "data folder";
    let data = &config.storage.data;
    let Some(existing) = nearest_existing(data) else {
        return Finding::fail(
            WHAT,
            format!("nothing above {} exists: set DROPCAST_DATA", data.display()),
        );
    };
    if let Err(error) = folder::try_writing(existing) {
        return Finding::fail(WHAT, folder::explain(data, error).to_string());
    }
    let free = match folder::free_bytes(existing) {
        Ok(free) if free < config.storage.free_space_floor => {
            let detail = format!(
                "{}, {} free: uploads are refused until there is room",
                data.display(),
                size(free)
            );
            return Finding::warn(WHAT, detail);
        }
        Ok(free) => format!("{} free", size(free)),
        Err(error) => format!("free space unknown, {error}"),
    };
    let state = if existing == data {
        "can be written"
    } else {
        "will be created"
    };
    Finding::ok(WHAT, format!("{} {state}, {free}", data.display()))
}

pub async fn database(config: &Config) -> Finding {
    const WHAT: &str = "database";
    if let Engine::Sqlite { file } = &config.database.engine
        && !file.exists()
    {
        return Finding::ok(WHAT, format!("{} will be created", file.display()));
    }
    let kind = match &config.database.engine {
        Engine::Sqlite { file } => format!("SQLite, {}", file.display()),
        Engine::Postgres => "PostgreSQL".to_owned(),
    };
    match in_time(migrations::pending(config.database.url.expose())).await {
        Some(Ok(pending)) if pending.is_empty() => Finding::ok(WHAT, format!("{kind} answers, its schema is current")),
        Some(Ok(pending)) => {
            let count = pending.len();
            Finding::ok(
                WHAT,
                format!("{kind} answers; the next start applies {count} migrations"),
            )
        }
        Some(Err(error)) => Finding::fail(WHAT, error.to_string()),
        None => Finding::fail(
            WHAT,
            format!("{kind} does not answer: check DATABASE_URL, and that the server runs"),
        ),
    }
}

pub async fn storage(config: &Config) -> Finding {
    const WHAT: &str = "storage";
    if let Some(s3) = &config.storage.s3 {
        return match parts::storage(&config.storage).await {
            Ok(_) => Finding::ok(WHAT, format!("the bucket {} can be used", s3.bucket)),
            Err(error) => Finding::fail(WHAT, error.to_string()),
        };
    }
    let blobs = config.storage.data.join("blobs");
    if !blobs.exists() {
        return Finding::ok(WHAT, format!("{} will be created", blobs.display()));
    }
    match folder::try_writing(&blobs) {
        Ok(()) => Finding::ok(WHAT, format!("{} can be written", blobs.display())),
        Err(error) => Finding::fail(WHAT, folder::explain(&blobs, error).to_string()),
    }
}

pub async fn redis(config: &Config) -> Option<Finding> {
    const WHAT: &str = "redis";
    let url = config.redis.url.as_ref()?;
    let answer = in_time(async { bus::Redis::connect(url.expose())?.ping().await }).await;
    Some(match answer {
        Some(Ok(())) => Finding::ok(WHAT, "answers"),
        Some(Err(error)) => Finding::warn(
            WHAT,
            format!("does not answer ({error}): check REDIS_URL, and that it runs"),
        ),
        None => Finding::warn(WHAT, "does not answer: check REDIS_URL, and that it runs"),
    })
}

pub fn programs(config: &Config) -> Vec<Finding> {
    let media = &config.media;
    [
        ("ffmpeg", &media.ffmpeg, "DROPCAST_FFMPEG"),
        ("ffprobe", &media.ffprobe, "DROPCAST_FFPROBE"),
    ]
    .into_iter()
    .map(|(what, program, setting)| match programs::find(program) {
        Some(path) => Finding::ok(what, path.display().to_string()),
        None => Finding::warn(
            what,
            format!("`{program}` cannot be found: install ffmpeg, or set {setting}"),
        ),
    })
    .collect()
}

async fn in_time<T>(answer: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(PATIENCE, answer).await.ok()
}

/// The folder itself, or the one it would be created in.
fn nearest_existing(path: &Path) -> Option<&Path> {
    path.ancestors()
        .map(|part| {
            if part.as_os_str().is_empty() {
                Path::new(".")
            } else {
                part
            }
        })
        .find(|part| part.exists())
}

/// A number of bytes for people.
fn size(bytes: u64) -> String {
    const STEPS: [(&str, u64); 4] = [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    match STEPS.into_iter().find(|(_, step)| bytes >= *step) {
        Some((unit, step)) => {
            let tenths = u128::from(bytes) * 10 / u128::from(step);
            format!("{}.{} {unit}", tenths / 10, tenths % 10)
        }
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_for_people() {
        assert_eq!(size(900), "900 B");
        assert_eq!(size(1_536), "1.5 KiB");
        assert_eq!(size(10 << 30), "10.0 GiB");
        assert_eq!(size(u64::MAX), "16777215.9 TiB");
    }

    #[test]
    fn what_does_not_exist_yet_is_looked_for_above() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(nearest_existing(&folder.path().join("a/b")), Some(folder.path()));
        assert_eq!(nearest_existing(Path::new("no-such-folder/data")), Some(Path::new(".")));
    }
}
