//! A program as a process: the built binary, as an operator meets it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use futures::future::BoxFuture;
use tempfile::TempDir;

use crate::client::Client;
use crate::cramped::Cramped;
use crate::signal::{self, Signal};
use crate::{ports, wait};

/// Set by `cargo xtask test`: the program with its front end inside.
const BINARY_VARIABLE: &str = "DROPCAST_BIN";

/// A single question whether a program is ready must not take all the time there is for it.
const READY_LIMIT: Duration = Duration::from_secs(2);

/// A program about to be started.
#[derive(Clone)]
pub struct ProgramBuilder {
    executable: PathBuf,
    arguments: Vec<OsString>,
    folder: PathBuf,
    settings: BTreeMap<OsString, OsString>,
    way_in: Vec<OsString>,
    address: Option<SocketAddr>,
    ready: Ready,
}

/// How one sees that a program is ready.
#[derive(Clone)]
enum Ready {
    AtOnce,
    Answers(Client),
    Logs(String),
    When(Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>),
}

/// A running program. Dropping it kills it, also while it stands still.
///
/// Everything takes `&self`, so that a load and a fault can use it at once.
pub struct Program {
    how: ProgramBuilder,
    run: Mutex<Run>,
    log: PathBuf,
    _scratch: TempDir,
}

/// One life of the program.
struct Run {
    child: Child,
    /// Where its lines in the log begin.
    log_from: usize,
}

impl Program {
    /// `dropcast serve` in a folder, on a port of its own; ready when it says so at `/readyz`.
    pub fn serve(folder: &Path) -> anyhow::Result<ProgramBuilder> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, ports::free()?));
        let mut builder = Self::dropcast(folder, &["serve"])?.with("DROPCAST_LISTEN", address.to_string());
        builder.address = Some(address);
        builder.ready = Ready::Answers(Client::new(address));
        Ok(builder)
    }

    /// `dropcast worker` on these queues (`a,b`); ready when it says what it works on.
    /// Several can be started on one database, in one folder or in many.
    pub fn worker(folder: &Path, queues: &str) -> anyhow::Result<ProgramBuilder> {
        let builder = Self::dropcast(folder, &["worker", "--queues", queues])?;
        Ok(builder.ready_when_it_logs("works on"))
    }

    /// `dropcast` with these arguments in a folder; ready at once unless something else is said.
    pub fn dropcast(folder: &Path, arguments: &[&str]) -> anyhow::Result<ProgramBuilder> {
        Ok(Self::of(binary()?, folder, arguments))
    }

    /// Any program in a folder.
    pub fn of(executable: impl Into<PathBuf>, folder: &Path, arguments: &[&str]) -> ProgramBuilder {
        ProgramBuilder {
            executable: executable.into(),
            arguments: arguments.iter().map(OsString::from).collect(),
            folder: folder.to_owned(),
            settings: BTreeMap::new(),
            way_in: Vec::new(),
            address: None,
            ready: Ready::AtOnce,
        }
    }
}

impl ProgramBuilder {
    /// Another executable than the built one, a copy for instance.
    #[must_use]
    pub fn executable(mut self, path: impl Into<PathBuf>) -> Self {
        self.executable = path.into();
        self
    }

    /// Sets a variable of its environment, which is empty otherwise: what the tests were told is
    /// not meant for it.
    #[must_use]
    pub fn with(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.settings.insert(name.into(), value.into());
        self
    }

    /// Sets many variables.
    #[must_use]
    pub fn with_all(mut self, settings: impl IntoIterator<Item = (impl Into<OsString>, impl Into<OsString>)>) -> Self {
        let settings = settings.into_iter().map(|(name, value)| (name.into(), value.into()));
        self.settings.extend(settings);
        self
    }

    /// Runs it over a small disk, which it sees as `disk` in its folder.
    #[must_use]
    pub fn over(mut self, disk: &Cramped) -> Self {
        disk.folder().clone_into(&mut self.folder);
        self.way_in = disk.way_in();
        self
    }

    /// It is ready once its log holds `words`.
    #[must_use]
    pub fn ready_when_it_logs(mut self, words: impl Into<String>) -> Self {
        self.ready = Ready::Logs(words.into());
        self
    }

    /// It is ready once `condition` holds.
    #[must_use]
    pub fn ready_when<F, W>(mut self, condition: F) -> Self
    where
        F: Fn() -> W + Send + Sync + 'static,
        W: Future<Output = bool> + Send + 'static,
    {
        self.ready = Ready::When(Arc::new(move || Box::pin(condition())));
        self
    }

    /// Starts it and waits until it is ready.
    pub async fn start(self) -> anyhow::Result<Program> {
        let scratch = tempfile::Builder::new().prefix("dropcast-program-").tempdir()?;
        let log = scratch.path().join("log");
        let child = self.spawn(File::create(&log)?)?;
        let program = Program {
            how: self,
            run: Mutex::new(Run { child, log_from: 0 }),
            log,
            _scratch: scratch,
        };
        program.wait_until_ready().await?;
        Ok(program)
    }

    /// Runs it to its end, and returns how it ended and what it said.
    pub fn output(&self) -> anyhow::Result<Output> {
        Ok(self.command(&self.arguments).output()?)
    }

    fn spawn(&self, log: File) -> anyhow::Result<Child> {
        let mut command = self.command(&self.arguments);
        command.stdout(log.try_clone()?).stderr(log);
        command
            .spawn()
            .with_context(|| format!("cannot start {}", self.executable.display()))
    }

    fn command(&self, arguments: &[OsString]) -> Command {
        let mut words = self.way_in.iter().cloned().chain([self.executable.clone().into()]);
        let mut command = Command::new(words.next().unwrap_or_default());
        command
            .args(words)
            .args(arguments)
            .env_clear()
            .envs(&self.settings)
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        command
    }
}

impl Program {
    /// A client for a program that serves.
    ///
    /// # Panics
    /// When this program has no address.
    pub fn client(&self) -> Client {
        match self.how.address {
            Some(address) => Client::new(address),
            None => panic!("{:?} listens nowhere", self.how.arguments),
        }
    }

    /// The process that runs now, or ran last.
    pub fn pid(&self) -> u32 {
        self.run().child.id()
    }

    /// How it ended; nothing while it runs.
    pub fn status(&self) -> anyhow::Result<Option<ExitStatus>> {
        Ok(self.run().child.try_wait()?)
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        // As long as nobody asked for its status its number belongs to nobody else.
        let mut run = self.run();
        let gone = run.child.try_wait()?.is_some();
        ensure!(!gone, "it was gone already: {}", self.log()?);
        signal::send(signal, &[run.child.id()])
    }

    /// Sends it a signal and waits until it has gone.
    pub async fn stop(&self, signal: Signal) -> anyhow::Result<ExitStatus> {
        self.signal(signal)?;
        self.wait().await
    }

    /// Waits until it has gone by itself.
    pub async fn wait(&self) -> anyhow::Result<ExitStatus> {
        wait::for_ok("the program has gone", async || {
            self.status()?
                .with_context(|| format!("it still runs: {}", self.log().unwrap_or_default()))
        })
        .await
    }

    /// Makes it stand still.
    pub async fn pause(&self) -> anyhow::Result<()> {
        self.signal(Signal::Stop)?;
        signal::all_stopped(&[self.pid()]).await
    }

    /// Lets it go on.
    pub fn resume(&self) -> anyhow::Result<()> {
        self.signal(Signal::Cont)
    }

    /// Kills it, if it still runs, and starts it again: same folder, settings and port.
    pub async fn restart(&self) -> anyhow::Result<()> {
        if self.status()?.is_none() {
            self.stop(Signal::Kill).await?;
        }
        self.start_again().await
    }

    /// Starts it again after it has gone: same folder, settings and port.
    pub async fn start_again(&self) -> anyhow::Result<()> {
        ensure!(self.status()?.is_some(), "it still runs");
        let log_from = self.log()?.len();
        let child = self.how.spawn(File::options().append(true).open(&self.log)?)?;
        *self.run() = Run { child, log_from };
        self.wait_until_ready().await
    }

    /// Runs another command of the same executable with the same folder and settings to its end,
    /// `doctor` for instance.
    pub fn ask(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        let arguments: Vec<_> = arguments.iter().map(OsString::from).collect();
        Ok(self.how.command(&arguments).output()?)
    }

    /// Everything it said, in all its lives.
    pub fn log(&self) -> anyhow::Result<String> {
        Ok(String::from_utf8_lossy(&fs::read(&self.log)?).into_owned())
    }

    /// The most memory it ever had, in bytes.
    pub fn peak_memory(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        Ok(peak.context("the system does not say")?.trim().parse::<u64>()? << 10)
    }

    async fn wait_until_ready(&self) -> anyhow::Result<()> {
        let ended = wait::for_ok(
            "the program is ready",
            async || -> anyhow::Result<Option<ExitStatus>> {
                if let Some(status) = self.status()? {
                    return Ok(Some(status));
                }
                let ready = tokio::time::timeout(READY_LIMIT, self.is_ready()).await;
                ensure!(ready.is_ok_and(|ready| ready), "it said: {}", self.log()?);
                Ok(None)
            },
        )
        .await?;
        if let Some(status) = ended {
            bail!("it ended with {status} before it was ready: {}", self.log()?);
        }
        Ok(())
    }

    async fn is_ready(&self) -> bool {
        match &self.how.ready {
            Ready::AtOnce => true,
            Ready::Answers(client) => {
                let answer = client.get("/readyz").send().await;
                answer.is_ok_and(|answer| answer.status == 200)
            }
            Ready::Logs(words) => {
                let from = self.run().log_from;
                self.log()
                    .is_ok_and(|log| log.get(from..).is_some_and(|log| log.contains(words.as_str())))
            }
            Ready::When(condition) => condition().await,
        }
    }

    fn run(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let run = self.run.get_mut().unwrap_or_else(PoisonError::into_inner);
        let _ = run.child.kill();
        let _ = run.child.wait();
    }
}

/// The built program.
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
