//! A real S3 server in the test process, over a temporary folder.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::relay::{Relay, Way};

const BUCKET: &str = "dropcast";
const ACCESS_KEY: &str = "test-access-key";
const SECRET_KEY: &str = "test-secret-key";

/// A running server. It stops, and its objects go, when this is dropped.
pub struct S3Server {
    folder: TempDir,
    relay: Relay,
    task: JoinHandle<()>,
}

/// Starts a server with one empty bucket.
pub async fn start() -> anyhow::Result<S3Server> {
    let folder = tempfile::Builder::new().prefix("dropcast-s3-").tempdir()?;
    std::fs::create_dir(folder.path().join(BUCKET))?;
    let files =
        FileSystem::new(folder.path()).map_err(|error| anyhow::anyhow!("the S3 server did not start: {error:?}"))?;
    let mut builder = S3ServiceBuilder::new(files);
    builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
    let service = builder.build();

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let task = tokio::spawn(serve(listener, service));
    let relay = Relay::to(address).await?;
    Ok(S3Server { folder, relay, task })
}

impl S3Server {
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address())
    }

    pub fn address(&self) -> SocketAddr {
        self.relay.address()
    }

    pub fn region(&self) -> &'static str {
        "us-east-1"
    }

    pub fn bucket(&self) -> &'static str {
        BUCKET
    }

    pub fn access_key(&self) -> &'static str {
        ACCESS_KEY
    }

    pub fn secret_key(&self) -> &'static str {
        SECRET_KEY
    }

    /// What the app has to be told to use this server, under the names of the environment.
    pub fn settings(&self) -> [(&'static str, String); 6] {
        [
            ("DROPCAST_S3_ENDPOINT", self.endpoint()),
            ("DROPCAST_S3_REGION", self.region().to_owned()),
            ("DROPCAST_S3_BUCKET", self.bucket().to_owned()),
            ("DROPCAST_S3_ACCESS_KEY", self.access_key().to_owned()),
            ("DROPCAST_S3_SECRET_KEY", self.secret_key().to_owned()),
            ("DROPCAST_S3_PATH_STYLE", "true".to_owned()),
        ]
    }

    /// The way to the server.
    pub fn relay(&self) -> &Relay {
        &self.relay
    }

    /// From now on the server is away: every connection is closed.
    pub fn pause(&self) {
        self.relay.set(Way::Refusing);
    }

    /// From now on the server takes connections and never answers.
    pub fn silence(&self) {
        self.relay.set(Way::Silent);
    }

    /// The server is back, with everything it had.
    pub fn resume(&self) {
        self.relay.set(Way::Open);
    }

    /// The objects in the bucket, as their keys. Unfinished uploads are not objects.
    pub fn keys(&self) -> anyhow::Result<Vec<String>> {
        let bucket = self.folder.path().join(BUCKET);
        let mut keys: Vec<_> = files_below(&bucket)?
            .into_iter()
            .filter_map(|path| Some(path.strip_prefix(&bucket).ok()?.to_str()?.to_owned()))
            .collect();
        keys.sort();
        Ok(keys)
    }

    /// Files of uploads that were begun and neither completed nor aborted.
    pub fn unfinished(&self) -> anyhow::Result<Vec<PathBuf>> {
        let parts = files_below(self.folder.path())?.into_iter().filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.starts_with(".upload") || name.starts_with(".tmp.")
        });
        Ok(parts.collect())
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, service: S3Service) {
    while let Ok((socket, _)) = listener.accept().await {
        let service = service.clone();
        tokio::spawn(async move {
            // A client that goes away is its own business.
            let _ = Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(socket), service)
                .await;
        });
    }
}

/// Every file below a folder.
pub(crate) fn files_below(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                files.push(entry.path());
            }
        }
    }
    Ok(files)
}
