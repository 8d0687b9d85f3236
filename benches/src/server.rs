//! A server in a process of its own: started, waited for, stopped with everything it started.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

const START: Duration = Duration::from_secs(30);
const STOP: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(10);
/// What is shown of a log when its server fails.
const LOG_END_BYTES: usize = 2000;

pub struct Server {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
}

impl Server {
    /// Starts `command`, which must listen at `address`, with its output in `log`.
    pub fn start(command: &mut Command, address: SocketAddr, log: &Path) -> Result<Self> {
        let output = File::create(log)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let mut server = Self {
            child,
            address,
            log: log.to_owned(),
        };
        server.wait_until_it_listens()?;
        Ok(server)
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn wait_until_it_listens(&mut self) -> Result<()> {
        let deadline = Instant::now() + START;
        while TcpStream::connect(self.address).is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("it ended at once ({status}): {}", self.log_end());
            }
            if Instant::now() > deadline {
                bail!("it does not listen after {START:?}: {}", self.log_end());
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    pub fn stop(mut self) -> Result<()> {
        self.end()
    }

    /// Asks it to go and waits for it. Those with children see to them.
    pub fn end(&mut self) -> Result<()> {
        self.ask_to_stop()?;
        let deadline = Instant::now() + STOP;
        while self.child.try_wait()?.is_none() {
            if Instant::now() > deadline {
                bail!("it does not stop: {}", self.log_end());
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    fn ask_to_stop(&self) -> Result<()> {
        // The shell has `kill` built in; a slim system may lack the program.
        Command::new("sh")
            .args(["-c", &format!("kill -TERM {}", self.child.id())])
            .stderr(Stdio::null())
            .status()
            .context("running a shell")?;
        Ok(())
    }

    fn log_end(&self) -> String {
        let text = fs::read(&self.log).unwrap_or_default();
        let begin = text.len().saturating_sub(LOG_END_BYTES);
        String::from_utf8_lossy(&text[begin..]).trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.ask_to_stop();
            thread::sleep(PAUSE);
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// An address on this machine where nobody listens.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_failing_server_said_is_in_the_error() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo no such option >&2; exit 4"]);
        let error = Server::start(&mut command, free_address().unwrap(), &folder.path().join("log"))
            .err()
            .unwrap();
        assert!(error.to_string().contains("no such option"), "{error}");
    }
}
