//! A PostgreSQL with the settings it comes with: a commit is on the disk when it is acknowledged.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use super::Program;
use crate::scratch::is_root;
use crate::server::{Server, free_address};

/// The account that the package makes; PostgreSQL refuses to run as root.
const ACCOUNT: &str = "postgres";

/// A running server over a folder of its own.
pub struct Postgres {
    server: Server,
    programs: PathBuf,
    folder: PathBuf,
}

/// The newest version that Debian keeps off the path, or the one that is on it.
pub fn program(name: &str) -> Result<Program> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions
        .map(|version| version.path().join("bin").join(name))
        .filter(|path| path.exists())
        .collect();
    found.sort();
    found.pop().map_or_else(
        || Program::of_system(name, "--version"),
        |path| Program::at(&path, "--version"),
    )
}

impl Postgres {
    /// Starts one below `place`, which that account must be able to reach.
    pub fn start(place: &Path) -> Result<Self> {
        let programs = program("initdb")?.path;
        let programs = programs.parent().context("initdb lies in a folder")?.to_owned();
        let folder = place.join(format!("dropcast-bench-postgres-{}", std::process::id()));
        fs::create_dir(&folder)?;
        if is_root()? {
            let given = Command::new("chown").arg(ACCOUNT).arg(&folder).status()?;
            ensure!(given.success(), "the account {ACCOUNT} is missing");
        }
        Self::over(&programs, &folder).inspect_err(|_| {
            let _ = fs::remove_dir_all(&folder);
        })
    }

    fn over(programs: &Path, folder: &Path) -> Result<Self> {
        let data = folder.join("data");
        let made = as_account(&programs.join("initdb"))?
            .arg("--pgdata")
            .arg(&data)
            .args([
                "--auth=trust",
                "--username=postgres",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
            ])
            .current_dir("/")
            .output()?;
        ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let address = free_address()?;
        let mut command = as_account(&programs.join("postgres"))?;
        command
            .current_dir("/")
            .arg("-D")
            .arg(&data)
            .args(["-c", "listen_addresses=127.0.0.1", "-p"])
            .arg(address.port().to_string())
            .arg("-c")
            .arg(format!("unix_socket_directories={}", folder.display()));
        let log = folder.with_extension("log");
        let server = Server::start(&mut command, address, &log);
        let _ = fs::remove_file(log);
        let running = Self {
            server: server?,
            programs: programs.to_owned(),
            folder: folder.to_owned(),
        };
        running.wait()?;
        Ok(running)
    }

    /// A server that listens may still refuse for a moment.
    fn wait(&self) -> Result<()> {
        let asked = Command::new(self.programs.join("pg_isready"))
            .args(["--timeout=30", "--host=127.0.0.1", "--port"])
            .arg(self.server.address().port().to_string())
            .stdout(Stdio::null())
            .status()?;
        ensure!(asked.success(), "PostgreSQL takes no connections");
        Ok(())
    }

    pub fn id(&self) -> u32 {
        self.server.id()
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@{}/{database}", self.server.address())
    }

    /// One of its programs, told which database.
    pub fn tool(&self, name: &str, database: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command
            .env("PGHOST", "127.0.0.1")
            .env("PGPORT", self.server.address().port().to_string())
            .env("PGUSER", ACCOUNT)
            .env("PGDATABASE", database)
            .stdin(Stdio::null());
        command
    }

    /// Runs a statement and returns what it answers, without headings.
    pub fn ask(&self, database: &str, statement: &str) -> Result<String> {
        let output = self
            .tool("psql", database)
            .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--command"])
            .arg(statement)
            .output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.server.end().is_err() {
            eprintln!("PostgreSQL (process {}) does not stop", self.server.id());
        }
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("{} is left behind: {error}", self.folder.display());
        }
    }
}

fn as_account(program: &Path) -> Result<Command> {
    if !is_root()? {
        return Ok(Command::new(program));
    }
    // Not runuser: it stays in between and keeps the signals to itself.
    let mut command = Command::new("setpriv");
    let (user, group) = (format!("--reuid={ACCOUNT}"), format!("--regid={ACCOUNT}"));
    command.args([&user, &group, "--init-groups"]).arg(program);
    Ok(command)
}
