//! Runs the binary in an empty folder with an empty environment.

use std::io::{BufRead as _, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Long enough for a slow machine; a test that needs as long has failed.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A folder to run in.
pub struct Place {
    folder: TempDir,
}

/// How a command ended.
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Place {
    pub fn new() -> Self {
        Self {
            folder: tempfile::Builder::new()
                .prefix("dropcast-it-")
                .tempdir()
                .expect("a folder"),
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn command(&self, arguments: &[&str], env: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dropcast"));
        command
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .envs(env.iter().copied());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts a command that goes on.
    pub fn start(&self, arguments: &[&str], env: &[(&str, &str)]) -> Process {
        Process::spawn(self.command(arguments, env))
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str], env: &[(&str, &str)]) -> Ended {
        Process::spawn(self.command(arguments, env)).end()
    }

    /// The names of everything in the folder.
    pub fn entries(&self) -> Vec<String> {
        let entries = self.path().read_dir().expect("its entries");
        entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect()
    }

    /// Starts a server on a free port, and waits until it says where.
    pub fn serve(&self, env: &[(&str, &str)]) -> Server {
        let env = [&[("DROPCAST_LISTEN", "127.0.0.1:0")], env].concat();
        let process = Process::spawn(self.command(&["serve"], &env));
        let mut said = Vec::new();
        let address = loop {
            let Ok(line) = process.stdout.recv_timeout(PATIENCE) else {
                panic!("it did not start: {said:?}, {:?}", process.end().stderr);
            };
            let address = line.strip_prefix("Dropcast is running at http://").map(str::parse);
            said.push(line);
            if let Some(address) = address {
                break address.expect("an address");
            }
        };
        Server { address, process }
    }
}

impl Ended {
    /// The one sentence on standard error.
    pub fn sentence(&self) -> &str {
        let mut lines = self.stderr.lines();
        let sentence = lines.next().unwrap_or_default();
        assert_eq!(lines.next(), None, "one sentence: {}", self.stderr);
        let sentence = sentence.strip_prefix("dropcast: ");
        sentence.unwrap_or_else(|| panic!("it says who speaks: {}", self.stderr))
    }
}

/// A running server.
pub struct Server {
    pub address: SocketAddr,
    pub process: Process,
}

/// A process whose output is read as it comes, so that it never waits for us.
pub struct Process {
    child: Child,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
}

impl Process {
    fn spawn(mut command: Command) -> Self {
        let mut child = command.spawn().expect("the binary runs");
        let stdout = lines(child.stdout.take().expect("its output"));
        let stderr = lines(child.stderr.take().expect("its errors"));
        Self { child, stdout, stderr }
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status();
        assert!(sent.expect("kill runs").success());
    }

    /// Waits for a line of the log that contains `words`.
    pub fn await_log(&self, words: &str) {
        let deadline = Instant::now() + PATIENCE;
        let mut said = Vec::new();
        while let Ok(line) = self
            .stderr
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            if line.contains(words) {
                return;
            }
            said.push(line);
        }
        panic!("the log never says {words}: {said:?}");
    }

    /// Waits for the end, which closes both outputs.
    pub fn end(mut self) -> Ended {
        let deadline = Instant::now() + PATIENCE;
        let stdout = rest(&self.stdout, deadline);
        let stderr = rest(&self.stderr, deadline);
        let (Some(stdout), Some(stderr)) = (stdout, stderr) else {
            panic!("it does not end");
        };
        let status: ExitStatus = self.child.wait().expect("its exit code");
        Ended {
            code: status.code(),
            stdout,
            stderr,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Gone already in most tests; a failed one must not leave it behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// What comes until the output is closed, or nothing if it is not closed in time.
fn rest(lines: &Receiver<String>, deadline: Instant) -> Option<String> {
    let mut said = String::new();
    loop {
        match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                said.push_str(&line);
                said.push('\n');
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => return Some(said),
            Err(mpsc::RecvTimeoutError::Timeout) => return None,
        }
    }
}

/// An address where nobody listens.
pub fn closed_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
}
