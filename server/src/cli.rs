//! The commands.
//!
//! Exit codes: 0 is fine, 1 is "cannot go on" or "a check failed", 2 is wrong usage or a wrong
//! configuration. Answers go to standard output; what keeps a command from its work is one plain
//! sentence on standard error, whatever the format of the log.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use clap::{Parser, Subcommand};
use service::ambient::System;
use tokio::runtime::{Builder, Runtime};

use crate::boot::{self, StartError, parts};
use crate::config::{Config, Queues, Refusals, effective, reference};
use crate::healthcheck::Sick;
use crate::lifecycle::Signals;
use crate::{VERSION, doctor, front, healthcheck, out, telemetry};

/// Pages stream on several tasks that wait for each other; with fewer workers they can all wait.
const FEWEST_WORKERS: usize = 4;

/// How long blocking work may hold up the end of the process.
const LAST_CALL: Duration = Duration::from_secs(1);

/// Wrong usage or configuration; the code that the argument parser uses, too.
const WRONG_INPUT: u8 = 2;

/// One place for your files: drop, send, stream.
#[derive(Debug, Parser)]
#[command(name = "dropcast", version = VERSION)]
struct Cli {
    /// The configuration file. Without it, the one that `DROPCAST_CONFIG` names.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server until a signal ends it.
    Serve,
    /// Work on queued jobs until a signal ends it: for machines beside the one that serves.
    Worker {
        /// The queues to work on, with commas between them. Without it, all.
        #[arg(long, value_name = "NAMES", value_delimiter = ',')]
        queues: Vec<String>,
    },
    /// Bring the database to this version's schema, and stop. `serve` does so by itself.
    Migrate,
    /// Look at everything Dropcast stands on, and change nothing.
    Doctor {
        /// Answer for programs.
        #[arg(long)]
        json: bool,
    },
    /// Ask the server or worker on this machine whether it runs: for the health checks of containers.
    Healthcheck,
    /// Look at the configuration.
    Config {
        #[command(subcommand)]
        what: ConfigCommand,
    },
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print each setting in effect and where it came from, without secrets.
    Check,
    /// Print the reference page of all settings, as Markdown.
    Reference,
}

/// Why a command did not do its work.
enum Failure {
    Config(Refusals),
    Start(StartError),
    /// The command line asks for something that is not there; it was told so.
    Usage,
    /// Its answer has said why already.
    Told,
}

impl From<Refusals> for Failure {
    fn from(refusals: Refusals) -> Self {
        Self::Config(refusals)
    }
}

impl<E: Into<StartError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Start(error.into())
    }
}

/// Does what the command line says.
pub fn run() -> ExitCode {
    let Cli { config, command } = Cli::parse();
    let load = || Config::of_process(config.as_deref());
    let outcome = match command {
        Command::Serve => load().map_err(Failure::Config).and_then(serve),
        Command::Worker { queues } => load()
            .map_err(Failure::Config)
            .and_then(|config| with_queues(config, &queues))
            .and_then(work),
        Command::Migrate => load().map_err(Failure::Config).and_then(|config| migrate(&config)),
        Command::Doctor { json } => examine(load(), json),
        Command::Healthcheck => load().map_err(Failure::Config).and_then(|config| check_health(&config)),
        Command::Config {
            what: ConfigCommand::Check,
        } => load().map_err(Failure::Config).map(|config| check(&config)),
        Command::Config {
            what: ConfigCommand::Reference,
        } => {
            out::line(reference::markdown().trim_end());
            Ok(())
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Told) => ExitCode::FAILURE,
        Err(Failure::Usage) => ExitCode::from(WRONG_INPUT),
        Err(Failure::Start(error)) => {
            out::complaint(error);
            ExitCode::FAILURE
        }
        Err(Failure::Config(refusals)) => {
            for refusal in refusals.0 {
                out::complaint(refusal);
            }
            ExitCode::from(WRONG_INPUT)
        }
    }
}

fn serve(config: Config) -> Result<(), Failure> {
    // Dropped last, so that the reports of the last moments are sent.
    let _guard = telemetry::init(&config);
    let runtime = runtime()?;
    let outcome = runtime.block_on(async {
        let mut signals = Signals::listen()?;
        let running = tokio::select! {
            running = boot::start(config, Arc::new(System)) => running?,
            name = signals.next() => return Err(StartError::Stopped(name)),
        };
        out::line(format_args!("Dropcast is running at {}", running.url()));
        out::line(running.openness());
        if !front::is_embedded() {
            out::line("This binary was built without its pages: the API works, and `cargo xtask serve` builds both.");
        }
        running.wait_for_signal(signals).await
    });
    runtime.shutdown_timeout(LAST_CALL);
    outcome?;
    Ok(())
}

/// A worker works on what its command line says, whatever `serve` leaves to it.
fn with_queues(mut config: Config, queues: &[String]) -> Result<Config, Failure> {
    config.jobs.queues = if queues.is_empty() || queues == ["all"] {
        Queues::All
    } else {
        Queues::only(queues).map_err(|wrong| {
            out::complaint(format_args!("--queues {wrong}"));
            Failure::Usage
        })?
    };
    Ok(config)
}

fn work(config: Config) -> Result<(), Failure> {
    // Dropped last, so that the reports of the last moments are sent.
    let _guard = telemetry::init(&config);
    let runtime = runtime()?;
    let outcome = runtime.block_on(async {
        let mut signals = Signals::listen()?;
        let working = tokio::select! {
            working = boot::start_worker(config, Arc::new(System)) => working?,
            name = signals.next() => return Err(StartError::Stopped(name)),
        };
        out::line("Dropcast is working.");
        working.wait_for_signal(signals).await
    });
    runtime.shutdown_timeout(LAST_CALL);
    outcome?;
    Ok(())
}

fn migrate(config: &Config) -> Result<(), Failure> {
    let _guard = telemetry::init(config);
    let runtime = runtime()?;
    let report = runtime.block_on(async {
        let folder = boot::folder::DataFolder::prepare(&config.storage.data)?;
        let report = parts::migrate(config, &System).await?;
        folder.keep();
        Ok::<_, StartError>(report)
    })?;
    if let Some(snapshot) = &report.snapshot {
        out::line(format_args!("The database as it was is kept in {}", snapshot.display()));
    }
    for name in &report.applied {
        out::line(format_args!("applied {name}"));
    }
    if report.applied.is_empty() {
        out::line("The database has this version's schema already.");
    }
    Ok(())
}

fn examine(config: Result<Config, Refusals>, json: bool) -> Result<(), Failure> {
    let runtime = runtime()?;
    let findings = runtime.block_on(doctor::examine(config));
    out::line(if json {
        doctor::as_json(&findings)
    } else {
        doctor::as_text(&findings)
    });
    if doctor::is_well(&findings) {
        Ok(())
    } else {
        Err(Failure::Told)
    }
}

fn check_health(config: &Config) -> Result<(), Failure> {
    let ask = |address| healthcheck::ask(boot::reachable(address));
    // A worker is reached at the address for figures alone.
    let answer = match (ask(config.server.listen), config.metrics.listen) {
        (Err(Sick::Silent { .. }), Some(figures)) => ask(figures),
        (answer, _) => answer,
    };
    answer.map_err(|error| {
        out::complaint(error);
        Failure::Told
    })
}

fn check(config: &Config) {
    out::line(effective::listing(config.effective()).trim_end());
}

fn runtime() -> Result<Runtime, StartError> {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let workers = cores.max(FEWEST_WORKERS);
    Ok(Builder::new_multi_thread()
        .worker_threads(workers)
        .thread_name("dropcast")
        .enable_all()
        .build()?)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_runtime_never_has_fewer_than_four_workers() {
        let runtime = runtime().expect("a runtime");
        assert!(runtime.metrics().num_workers() >= FEWEST_WORKERS);
    }
}
