//! A real Redis: one server, a numbered database of its own for each test.

use std::sync::OnceLock;

use anyhow::{Context as _, bail, ensure};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::task;

use crate::guarded::Guarded;
use crate::{ports, wait};

/// Set by `cargo xtask test`: a server that is running already.
pub const URL_VARIABLE: &str = "DROPCAST_TEST_REDIS_URL";

/// A running server. It stops when this is dropped.
///
/// A test that takes its server away starts one of its own: the one that [`server_url`] names
/// belongs to others as well.
pub struct RedisServer {
    process: Guarded,
    url: String,
}

impl RedisServer {
    /// Starts a server on a free port that keeps nothing: after a restart it is empty.
    pub fn start() -> anyhow::Result<Self> {
        Self::start_with(&["--appendonly", "no"])
    }

    /// Starts a server on a free port that has everything again after a restart.
    pub fn start_keeping() -> anyhow::Result<Self> {
        // Each change is handed to the system before its answer: that survives the process.
        Self::start_with(&["--appendonly", "yes", "--appendfsync", "no"])
    }

    fn start_with(keeping: &[&str]) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("dropcast-redis-").tempdir()?;
        let port = ports::free()?;
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
            "--databases",
            "10000",
        ];
        let command: Vec<_> = command.iter().chain(keeping).map(|&word| word.to_owned()).collect();
        let process = Guarded::spawn(folder, "KILL", port, &command)?;
        process
            .wait_for_port()
            .context("Redis did not start; if it is not installed, install the package `redis-server`")?;
        Ok(Self {
            process,
            url: format!("redis://127.0.0.1:{port}"),
        })
    }

    /// Ends the server in the middle of whatever it does.
    pub async fn kill(&self) -> anyhow::Result<()> {
        self.process.kill().await
    }

    /// Starts it again after [`kill`](Self::kill), at the same address, and waits until it answers:
    /// one that listens may still be reading what it kept.
    pub async fn start_again(&self) -> anyhow::Result<()> {
        self.process.start_again().await?;
        wait::for_ok("Redis answers", async || {
            let answer = ask(&self.url, "PING").await?;
            ensure!(answer == "+PONG", "it answered {answer:?}");
            Ok(())
        })
        .await
    }

    /// Kills it and starts it again.
    pub async fn restart(&self) -> anyhow::Result<()> {
        self.kill().await?;
        self.start_again().await
    }

    /// Makes it stand still: connections stay, and nobody answers.
    pub async fn pause(&self) -> anyhow::Result<()> {
        self.process.pause().await
    }

    /// Lets it go on.
    pub fn resume(&self) -> anyhow::Result<()> {
        self.process.resume()
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
    let answer = ask(&server, "INCR testkit:databases").await?;
    let number: u32 = answer
        .strip_prefix(':')
        .and_then(|number| number.parse().ok())
        .with_context(|| format!("Redis answered {answer:?} to INCR"))?;
    Ok(format!("{server}/{number}"))
}

/// Sends one command, over a connection of its own, and returns the first line of the answer.
pub async fn ask(server: &str, command: &str) -> anyhow::Result<String> {
    let address = server
        .strip_prefix("redis://")
        .context("the address of the test Redis must start with redis://")?;
    let mut connection = BufReader::new(TcpStream::connect(address).await?);
    connection.write_all(format!("{command}\r\n").as_bytes()).await?;
    let mut answer = String::new();
    connection.read_line(&mut answer).await?;
    Ok(answer.trim_end().to_owned())
}
