//! A real Redis: one server, a numbered database of its own for each test.

use std::sync::OnceLock;

use anyhow::{Context as _, bail};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::task;

use crate::guarded::{self, Guarded};

/// Set by `cargo xtask test`: a server that is running already.
pub const URL_VARIABLE: &str = "DROPCAST_TEST_REDIS_URL";

/// A running server. It stops when this is dropped.
pub struct RedisServer {
    _process: Guarded,
    url: String,
}

impl RedisServer {
    /// Starts a server on a free port that keeps nothing.
    pub fn start() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("dropcast-redis-").tempdir()?;
        let port = guarded::free_port()?;
        let folder_text = folder.path().display().to_string();
        let port_text = port.to_string();
        let command = [
            "redis-server",
            "--bind",
            "127.0.0.1",
            "--port",
            &port_text,
            "--dir",
            &folder_text,
            "--save",
            "",
            "--appendonly",
            "no",
            "--databases",
            "10000",
        ]
        .map(str::to_owned);
        let mut process = Guarded::spawn(folder, "KILL", &command)?;
        process
            .wait_for_port(port)
            .context("Redis did not start; if it is not installed, install the package `redis-server`")?;
        Ok(Self {
            _process: process,
            url: format!("redis://127.0.0.1:{port}"),
        })
    }

    /// The server's address, without a database.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// The address of the server that this process uses, without a database.
pub async fn server_url() -> anyhow::Result<String> {
    static OWN: OnceLock<Result<RedisServer, String>> = OnceLock::new();

    if let Ok(url) = std::env::var(URL_VARIABLE) {
        return Ok(url);
    }
    task::spawn_blocking(
        || match OWN.get_or_init(|| RedisServer::start().map_err(|error| format!("{error:#}"))) {
            Ok(server) => Ok(server.url.clone()),
            Err(reason) => bail!("{reason}"),
        },
    )
    .await?
}

/// The address of a database that no other test of this run uses. Channels are shared by all of
/// Redis's databases: a test that listens must use a name of its own.
pub async fn url() -> anyhow::Result<String> {
    let server = server_url().await?;
    let address = server
        .strip_prefix("redis://")
        .context("the address of the test Redis must start with redis://")?;
    let mut connection = BufReader::new(TcpStream::connect(address).await?);
    connection.write_all(b"INCR testkit:databases\r\n").await?;
    let mut answer = String::new();
    connection.read_line(&mut answer).await?;
    let number: u32 = answer
        .trim_end()
        .strip_prefix(':')
        .and_then(|number| number.parse().ok())
        .with_context(|| format!("Redis answered {answer:?} to INCR"))?;
    Ok(format!("{server}/{number}"))
}
