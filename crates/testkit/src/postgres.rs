//! A real PostgreSQL: one server, a database of its own for each test.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context as _, bail, ensure};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::task;

use crate::guarded::Guarded;
use crate::ports;

/// Set by `cargo xtask test`: a server that is running already.
pub const URL_VARIABLE: &str = "DROPCAST_TEST_POSTGRES_URL";

/// A running server. It stops when this is dropped.
///
/// A test that takes its server away starts one of its own: the one that [`server_url`] names
/// belongs to others as well.
pub struct PostgresServer {
    process: Guarded,
    url: String,
}

impl PostgresServer {
    /// Starts a server on a free port over a temporary folder. It takes about two seconds.
    pub fn start() -> anyhow::Result<Self> {
        let programs = programs()?;
        let folder = tempfile::Builder::new().prefix("dropcast-postgres-").tempdir()?;
        let data = folder.path().join("data");
        std::fs::create_dir(&data)?;
        let become_user = account(folder.path())?;

        let initdb = [
            program(&programs, "initdb"),
            format!("--pgdata={}", data.display()),
            "--auth=trust".to_owned(),
            "--no-sync".to_owned(),
            "--username=postgres".to_owned(),
            "--encoding=UTF8".to_owned(),
            "--locale=C.UTF-8".to_owned(),
        ];
        run(&become_user, &initdb).context("PostgreSQL could not set up its folder")?;

        let port = ports::free()?;
        let mut command = become_user;
        command.extend([
            program(&programs, "postgres"),
            "-D".to_owned(),
            data.display().to_string(),
            "-p".to_owned(),
            port.to_string(),
        ]);
        for setting in [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("unix_socket_directories={}", folder.path().display()),
            "max_connections=300".to_owned(),
            // The data is thrown away: nothing here has to survive a power cut. It does have to
            // survive the end of the server, so commits are not put off.
            "fsync=off".to_owned(),
            "full_page_writes=off".to_owned(),
        ] {
            command.extend(["-c".to_owned(), setting]);
        }
        let process = Guarded::spawn(folder, "QUIT", port, &command)?;
        process.wait_for_port()?;
        Ok(Self {
            process,
            url: format!("postgres://postgres@127.0.0.1:{port}"),
        })
    }

    /// The server's address, without a database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address of a new, empty database on this server.
    pub async fn fresh_database_url(&self) -> anyhow::Result<String> {
        create_database_on(&self.url, None).await
    }

    /// Ends the server in the middle of whatever it does.
    pub async fn kill(&self) -> anyhow::Result<()> {
        self.process.kill().await
    }

    /// Starts it again after [`kill`](Self::kill), at the same address and with every commit it
    /// ever acknowledged, and waits until it takes connections.
    pub async fn start_again(&self) -> anyhow::Result<()> {
        self.process.start_again().await?;
        admin_connection(&self.url).await?.close().await?;
        Ok(())
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
}

/// The address of the server that this process uses, without a database.
pub async fn server_url() -> anyhow::Result<String> {
    static OWN: OnceLock<Result<PostgresServer, String>> = OnceLock::new();

    if let Ok(url) = std::env::var(URL_VARIABLE) {
        return Ok(url);
    }
    task::spawn_blocking(
        || match OWN.get_or_init(|| PostgresServer::start().map_err(|error| format!("{error:#}"))) {
            Ok(server) => Ok(server.url.clone()),
            Err(reason) => bail!("{reason}"),
        },
    )
    .await?
}

/// The address of a new, empty database.
pub async fn fresh_database_url() -> anyhow::Result<String> {
    create_database(None).await
}

/// Creates a database, empty or as a copy of `template`, and returns its address.
pub(crate) async fn create_database(template: Option<&str>) -> anyhow::Result<String> {
    create_database_on(&server_url().await?, template).await
}

async fn create_database_on(server: &str, template: Option<&str>) -> anyhow::Result<String> {
    let name = format!("test_{}", crate::ambient::unique_word());
    let mut admin = admin_connection(server).await?;
    let from = template
        .map(|template| format!(" TEMPLATE {template}"))
        .unwrap_or_default();
    let create = format!("CREATE DATABASE {name}{from}");
    // A template cannot be copied while a connection to it is still on its way out.
    crate::wait::for_ok("the database is made", async || {
        sqlx::raw_sql(AssertSqlSafe(create.clone())).execute(&mut admin).await
    })
    .await?;
    admin.close().await?;
    Ok(format!("{server}/{name}"))
}

/// A connection to the database that every server has. A server that listens may still be
/// starting up and refuse the first ones.
pub(crate) async fn admin_connection(server: &str) -> anyhow::Result<PgConnection> {
    let url = format!("{server}/postgres");
    crate::wait::for_ok("PostgreSQL takes connections", || PgConnection::connect(&url)).await
}

/// The folder of PostgreSQL's programs: the newest version the system has, or that on the path.
fn programs() -> anyhow::Result<PathBuf> {
    let version = |path: &Path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let mut installed: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("bin/postgres").exists())
        .collect();
    installed.sort_by_key(|path| version(path));
    if let Some(newest) = installed.pop() {
        return Ok(newest.join("bin"));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .find(|folder| folder.join("postgres").exists() && folder.join("initdb").exists())
        .context("PostgreSQL is not installed: run `cargo xtask test`, or install the package `postgresql`")
}

/// PostgreSQL refuses to run as root; then it runs as the account its package made.
fn account(folder: &Path) -> anyhow::Result<Vec<String>> {
    let id = Command::new("id").arg("-u").output().context("cannot run `id`")?;
    if id.stdout.trim_ascii() != b"0" {
        return Ok(Vec::new());
    }
    let owner = Command::new("chown")
        .args(["-R", "postgres:postgres"])
        .arg(folder)
        .status()?;
    ensure!(
        owner.success(),
        "cannot give {} to the account `postgres`",
        folder.display()
    );
    // Not runuser: it stays in between and keeps the signals to itself.
    Ok(["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        .map(str::to_owned)
        .into())
}

fn program(folder: &Path, name: &str) -> String {
    folder.join(name).display().to_string()
}

fn run(prefix: &[String], command: &[String]) -> anyhow::Result<()> {
    let mut words = prefix.iter().chain(command);
    let first = words.next().context("an empty command")?;
    let output = Command::new(first)
        .args(words)
        .current_dir("/")
        .output()
        .with_context(|| format!("cannot run {first}"))?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
