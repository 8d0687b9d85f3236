//! A foreign server process that cannot outlive us, and that can be taken down and put up again.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

use crate::signal::{self, Signal};
use crate::wait;

/// The shell waits on a pipe that only we hold. It closes when we drop it and when we are killed,
/// so no test, however it ends, leaves a server or its folder behind. Each line on the pipe starts
/// the server again once the one before is gone; the answer is the number of the new process.
const GUARD: &str = r#"
folder=$1 signal=$2; shift 2
trap : INT TERM HUP
start() { "$@" >>"$folder/server.log" 2>&1 & server=$!; echo "$server"; }
start "$@"
while read -r _; do wait "$server"; start "$@"; done
kill -s "$signal" "$server" 2>/dev/null
kill -s CONT "$server" 2>/dev/null
wait "$server" 2>/dev/null
rm -rf "$folder"
"#;

/// How long a server may take until it listens.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A running server; it stops, and its folder goes, when this is dropped.
pub(crate) struct Guarded {
    guard: Child,
    line: Mutex<Line>,
    port: u16,
    log: PathBuf,
}

/// What is said between us and the guard.
struct Line {
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    server: u32,
    paused: Vec<u32>,
}

impl Guarded {
    /// Runs `command`, which has to listen at `port`, as a child of the guard. In the end the guard
    /// sends it `signal` and removes `folder`.
    pub(crate) fn spawn(folder: TempDir, signal: &str, port: u16, command: &[String]) -> anyhow::Result<Self> {
        let log = folder.path().join("server.log");
        File::create(&log).context("cannot create the log of a test service")?;
        let mut guard = Command::new("sh")
            .args(["-c", GUARD, "guard"])
            .arg(folder.path())
            .arg(signal)
            .args(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start `sh`")?;
        let _folder = folder.keep();
        let mut line = Line {
            orders: guard.stdin.take(),
            answers: BufReader::new(guard.stdout.take().context("the guard has no output")?),
            server: 0,
            paused: Vec::new(),
        };
        line.hear()?;
        Ok(Self {
            guard,
            line: Mutex::new(line),
            port,
            log,
        })
    }

    /// Waits until the server listens; says what it said when it does not.
    pub(crate) fn wait_for_port(&self) -> anyhow::Result<()> {
        let deadline = Instant::now() + START_LIMIT;
        while !self.listens() {
            if Instant::now() > deadline {
                bail!("within {START_LIMIT:?} {}", self.complaint());
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Ends the server and everything it started at once, as a loss of power would.
    pub(crate) async fn kill(&self) -> anyhow::Result<()> {
        // The first one must not start others, nor notice how they go.
        let first = self.line().server;
        signal::send(Signal::Stop, &[first])?;
        let family = signal::family(first)?;
        signal::send(Signal::Kill, &family)?;
        self.line().paused.clear();
        signal::all_gone(&family).await
    }

    /// Starts the server again, after it was killed, with what its folder holds.
    pub(crate) async fn start_again(&self) -> anyhow::Result<()> {
        self.line().start_again()?;
        let listens = async || {
            if self.listens() { Ok(()) } else { Err(self.complaint()) }
        };
        wait::for_ok("the test service listens again", listens).await
    }

    /// Makes the server and everything it started stand still.
    pub(crate) async fn pause(&self) -> anyhow::Result<()> {
        let first = self.line().server;
        signal::send(Signal::Stop, &[first])?;
        let family = signal::family(first)?;
        self.line().paused.clone_from(&family);
        signal::send(Signal::Stop, &family)?;
        signal::all_stopped(&family).await
    }

    /// Lets the server go on.
    pub(crate) fn resume(&self) -> anyhow::Result<()> {
        let paused = std::mem::take(&mut self.line().paused);
        if paused.is_empty() {
            return Ok(());
        }
        signal::send(Signal::Cont, &paused)
    }

    fn listens(&self) -> bool {
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok()
    }

    fn complaint(&self) -> String {
        let said = std::fs::read_to_string(&self.log).unwrap_or_default();
        format!("a test service did not listen on port {}; it said:\n{said}", self.port)
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    fn start_again(&mut self) -> anyhow::Result<()> {
        let orders = self.orders.as_mut().context("the guard has no input")?;
        orders.write_all(b"start\n").context("the guard is gone")?;
        self.hear()
    }

    /// The guard answers as soon as the server was started.
    fn hear(&mut self) -> anyhow::Result<()> {
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        self.server = answer
            .trim_end()
            .parse()
            .with_context(|| format!("the guard of a test service said {answer:?}"))?;
        Ok(())
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // What stands still cannot leave.
        let _ = self.resume();
        drop(self.line().orders.take());
        let _ = self.guard.wait();
    }
}
