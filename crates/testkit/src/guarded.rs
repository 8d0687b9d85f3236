//! A foreign server process that cannot outlive us.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

/// The shell waits on a pipe that only we hold. It closes when we drop it and when we are killed,
/// so no test, however it ends, leaves a server or its folder behind.
const GUARD: &str = r#"
folder=$1 signal=$2; shift 2
trap : INT TERM HUP
"$@" &
cat >/dev/null
kill -s "$signal" $! 2>/dev/null
wait $! 2>/dev/null
rm -rf "$folder"
"#;

/// How long a server may take until it listens.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A running server; it stops, and its folder goes, when this is dropped.
pub(crate) struct Guarded {
    guard: Child,
    log: PathBuf,
}

impl Guarded {
    /// Runs `command` as a child of the guard, which sends it `signal` in the end and removes `folder`.
    pub(crate) fn spawn(folder: TempDir, signal: &str, command: &[String]) -> anyhow::Result<Self> {
        let log_path = folder.path().join("server.log");
        let log = File::create(&log_path).context("cannot create the log of a test service")?;
        let guard = Command::new("sh")
            .args(["-c", GUARD, "guard"])
            .arg(folder.path())
            .arg(signal)
            .args(command)
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot start `sh`")?;
        let _folder = folder.keep();
        Ok(Self { guard, log: log_path })
    }

    /// Waits until something listens at `port`; says what the server said when nothing does.
    pub(crate) fn wait_for_port(&mut self, port: u16) -> anyhow::Result<()> {
        let deadline = Instant::now() + START_LIMIT;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if Instant::now() > deadline {
                let log = std::fs::read_to_string(&self.log).unwrap_or_default();
                bail!("a test service did not listen on port {port} within {START_LIMIT:?}; it said:\n{log}");
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// A port that was free a moment ago. Another process may be quicker, so callers try again.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
