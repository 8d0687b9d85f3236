//! The built program itself, as an operator meets it.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::UNIX_EPOCH;

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use http::Method;
use tempfile::TempDir;
use testkit::client::{Client, pieces};
use testkit::{ambient, wait};
use wire::files::FileEntry;

use crate::assets::assets_of;
use crate::support::{list, upload};

/// Set by `cargo xtask test`: the program with its front end inside.
const BINARY_VARIABLE: &str = "DROPCAST_BIN";

#[tokio::test]
async fn alone_in_an_empty_folder_it_serves_the_whole_app() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("dropcast");
    fs::copy(binary()?, &copy)?;
    let mut program = Program::start(&copy, folder.path(), &[]).await?;
    assert!(
        folder.path().join("data/dropcast.db").exists(),
        "the data folder is beside it"
    );

    let entry = upload(&program.client, "a.txt", "all here").await?;
    assert_eq!(program.client.get(&entry.content_url).send().await?.text()?, "all here");
    for target in [
        "/",
        "/status",
        "/robots.txt",
        "/favicon.ico",
        "/api/openapi.json",
        "/health/",
    ] {
        assert_eq!(program.client.get(target).send().await?.status, 200, "{target}");
    }
    for asset in assets_of(&program.client).await? {
        assert_eq!(program.client.get(&asset).send().await?.status, 200, "{asset}");
    }
    assert!(program.stop("TERM").await?.success(), "{}", program.log()?);
    Ok(())
}

#[tokio::test]
async fn killed_in_the_middle_of_an_upload_it_shows_and_keeps_nothing_of_it() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut program = Program::start(&binary()?, folder.path(), &[]).await?;
    let kept = upload(&program.client, "kept.txt", "acknowledged").await?;

    let mut connection = program.client.raw().await?;
    let head = format!(
        "PUT /api/v1/files/cut.bin HTTP/1.1\r\nHost: {}\r\nContent-Length: 99000000\r\n\r\n",
        program.client.address()
    );
    connection.write(head).await?;
    connection.write(ambient::noise(6, 8 << 20)).await?;
    let unfinished = folder.path().join("data/tmp");
    wait::until("the upload is on its way to the disk", async || {
        !files_in(&unfinished).is_empty()
    })
    .await?;
    program.stop("KILL").await?;

    // What is younger than a day may be another node's work in progress.
    let left = files_in(&unfinished);
    assert!(!left.is_empty());
    for path in &left {
        fs::File::options().write(true).open(path)?.set_modified(UNIX_EPOCH)?;
    }
    let mut again = Program::start(&binary()?, folder.path(), &[]).await?;
    let page = list(&again.client).await?;
    assert_eq!((page.total, page.files[0].name.as_str()), (1, "kept.txt"));
    assert_eq!(
        again.client.get(&kept.content_url).send().await?.text()?,
        "acknowledged"
    );
    wait::until("the half file is gone", async || files_in(&unfinished).is_empty()).await?;
    assert!(again.stop("INT").await?.success());
    Ok(())
}

#[tokio::test]
async fn what_prevents_a_start_is_said_in_one_sentence() -> anyhow::Result<()> {
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let taken_address = taken.local_addr()?.to_string();
    let folder = tempfile::tempdir()?;
    let corrupt = folder.path().join("corrupt");
    fs::create_dir_all(&corrupt)?;
    fs::write(
        corrupt.join("dropcast.db"),
        "this is no database, but it is long enough to be taken for one".repeat(50),
    )?;
    fs::write(folder.path().join("a-file"), "")?;

    let s3 = [
        ("DROPCAST_S3_BUCKET", "files"),
        ("DROPCAST_S3_ENDPOINT", "http://127.0.0.1:1"),
        ("DROPCAST_S3_ACCESS_KEY", "an-access-key"),
        ("DROPCAST_S3_SECRET_KEY", "secret-word"),
    ];
    for (settings, word) in [
        (
            &[("DROPCAST_LISTEN", taken_address.as_str())][..],
            taken_address.as_str(),
        ),
        (&[("DROPCAST_DATA", "corrupt")], "dropcast.db"),
        (&[("DROPCAST_DATA", "a-file/data")], "a-file"),
        (
            &[("DATABASE_URL", "postgres://nobody:secret-word@127.0.0.1:1/none")],
            "127.0.0.1",
        ),
        (&[("DATABASE_URL", "mysql://db/x")], "DATABASE_URL"),
        (&s3, "127.0.0.1:1"),
        (&[("DROPCAST_LISTEN", "everywhere")], "DROPCAST_LISTEN"),
        (&[("DROPCAST_LISTN", "127.0.0.1:1")], "DROPCAST_LISTEN"),
    ] {
        let data = tempfile::tempdir_in(folder.path())?.path().join("data");
        let mut command = command(&binary()?, folder.path());
        command
            .env("DROPCAST_DATA", &data)
            .env("DROPCAST_LISTEN", "127.0.0.1:0")
            .envs(settings.iter().copied());
        let output = command.output()?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(!output.status.success(), "{settings:?} went on: {said}");
        assert!(said.contains(word), "{settings:?} does not name {word}: {said}");
        assert!(!said.contains("panicked") && !said.contains("secret-word"), "{said}");
        let lines = said.lines().filter(|line| !line.trim().is_empty()).count();
        assert!(
            (1..=4).contains(&lines),
            "{settings:?} says too much or nothing: {said}"
        );
        assert!(!data.exists(), "{settings:?} left a data folder behind");
    }
    assert!(
        fs::read_to_string(corrupt.join("dropcast.db"))?.starts_with("this is no database"),
        "it was overwritten"
    );
    Ok(())
}

#[tokio::test]
async fn a_large_file_never_is_in_memory_as_a_whole() -> anyhow::Result<()> {
    const PIECES: usize = 256;
    let folder = tempfile::tempdir()?;
    let mut program = Program::start(&binary()?, folder.path(), &[]).await?;
    upload(&program.client, "small.txt", "so that everything has been used once").await?;
    let before = program.peak_memory()?;

    let body = pieces(Bytes::from(ambient::noise(8, 1 << 20)), PIECES);
    let answer = program
        .client
        .call(Method::PUT, "/api/v1/files/large.bin")
        .body_stream(body)
        .send()
        .await?;
    assert_eq!(answer.status, 201, "{}", answer.text()?);
    let entry: FileEntry = answer.json()?;
    let mut open = program.client.get(&entry.content_url).send_and_hold().await?;
    let mut received = 0;
    while let Some(piece) = open.next_piece().await? {
        received += piece.len();
    }
    assert_eq!(received, PIECES << 20);
    let grown = program.peak_memory()?.saturating_sub(before);
    assert!(
        grown < 64 << 20,
        "256 MiB went through and the program grew by {} MiB",
        grown >> 20
    );
    assert!(program.stop("TERM").await?.success());
    Ok(())
}

/// A running program over a folder.
pub struct Program {
    child: Child,
    pub client: Client,
    log: PathBuf,
    _scratch: TempDir,
}

impl Program {
    /// Starts `binary` in `folder` and waits until it is ready.
    pub async fn start(binary: &Path, folder: &Path, settings: &[(&str, &str)]) -> anyhow::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let scratch = tempfile::tempdir()?;
        let log = scratch.path().join("log");
        let child = command(binary, folder)
            .env("DROPCAST_LISTEN", address.to_string())
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log)?)
            .spawn()?;
        let program = Self {
            child,
            client: Client::new(address),
            log,
            _scratch: scratch,
        };
        wait::for_ok("the program is ready", async || -> anyhow::Result<()> {
            let answer = program
                .client
                .get("/readyz")
                .send()
                .await
                .with_context(|| program.log().unwrap_or_default())?;
            ensure!(answer.status == 200, "{}", program.log()?);
            Ok(())
        })
        .await?;
        Ok(program)
    }

    async fn stop(&mut self, signal: &str) -> anyhow::Result<ExitStatus> {
        let sent = Command::new("kill")
            .args(["-s", signal, &self.child.id().to_string()])
            .status()?;
        ensure!(sent.success(), "it was gone already: {}", self.log()?);
        wait::until("the program has gone", async || {
            self.child.try_wait().is_ok_and(|status| status.is_some())
        })
        .await?;
        Ok(self.child.wait()?)
    }

    /// The most memory it ever had, in bytes.
    fn peak_memory(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        Ok(peak.context("the system does not say")?.trim().parse::<u64>()? << 10)
    }

    fn log(&self) -> anyhow::Result<String> {
        Ok(fs::read_to_string(&self.log)?)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program with an empty environment: what the tests were told is not meant for it.
pub fn command(binary: &Path, folder: &Path) -> Command {
    let mut command = Command::new(binary);
    command
        .arg("serve")
        .env_clear()
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

pub fn binary() -> anyhow::Result<PathBuf> {
    if let Some(path) = std::env::var_os(BINARY_VARIABLE) {
        return Ok(path.into());
    }
    let test = std::env::current_exe()?;
    let built = test
        .ancestors()
        .nth(2)
        .map(|folder| folder.join("dropcast"))
        .filter(|path| path.exists());
    built.with_context(|| {
        format!("the program is not built: run `cargo xtask test`, or build it and name it in {BINARY_VARIABLE}")
    })
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect()
}
