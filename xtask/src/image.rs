//! `cargo xtask image`: what the Dockerfile does, done here without a container engine.
//!
//! The script that lays out the image's root runs as it would there; then the server is started
//! from that root with the image's own variables, user and command, until the image's health
//! check is content. What only an engine can show (base images, layers) stays untested.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::args::Args;
use crate::build;
use crate::dockerfile::{Stage, last_stage};
use crate::house::House;
use crate::process;
use crate::setup;
use crate::steps::Steps;

const PATIENCE: Duration = Duration::from_secs(30);

pub fn run(house: &mut House, steps: &mut Steps, args: &Args) -> Result<ExitCode> {
    setup::ensure(house, steps, setup::For::Building)?;
    let binary = match &args.binary {
        Some(binary) => PathBuf::from(binary),
        None => build::binary(house, steps, args.profile.as_deref().unwrap_or("dist"))?,
    };
    steps.step("steps of the image", || rehearse(house, &binary))?;
    steps.table();
    Ok(ExitCode::SUCCESS)
}

pub fn rehearse(house: &House, binary: &Path) -> Result<()> {
    let stage = last_stage(&fs::read_to_string(house.root.join("Dockerfile"))?)?;
    let place = std::env::temp_dir().join(format!("dropcast-image-{}", std::process::id()));
    let root = place.join("root");
    process::quiet(house.program("deploy/build-image-root.sh").arg(binary).arg(&root))?;
    let log = place.join("log");
    let outcome = packages_exist(&stage).and_then(|()| serves(&stage, &root, fs::File::create(&log)?));
    if outcome.is_err() {
        print!("{}", fs::read_to_string(&log).unwrap_or_default());
    }
    fs::remove_dir_all(&place).context("removing the rehearsed image")?;
    outcome
}

fn packages_exist(stage: &Stage) -> Result<()> {
    ensure!(
        !stage.packages.is_empty(),
        "the image installs nothing, not even ffmpeg"
    );
    if process::which("apt-cache").is_none() {
        return Ok(());
    }
    for package in &stage.packages {
        process::quiet(Command::new("apt-cache").args(["show", package]))
            .with_context(|| format!("the image installs `{package}`, which Debian does not have"))?;
    }
    Ok(())
}

fn serves(stage: &Stage, root: &Path, log: fs::File) -> Result<()> {
    let address = free_address()?;
    let mut command = inside(stage, root, &stage.command, &address)?;
    command.stdout(log.try_clone()?).stderr(log);
    let mut server = command.spawn().context("starting the image's command")?;
    let outcome = until_healthy(stage, root, &address, &mut server);
    let ended = process::stop(&mut server, PATIENCE)?;
    outcome?;
    ensure!(
        ended.is_some_and(|status| status.success()),
        "asked to stop, it ended with {ended:?}"
    );
    Ok(())
}

fn until_healthy(stage: &Stage, root: &Path, address: &str, server: &mut std::process::Child) -> Result<()> {
    let started = Instant::now();
    loop {
        if let Some(status) = server.try_wait()? {
            bail!("the server ended at once: {status}");
        }
        let check = inside(stage, root, &stage.health, address)?
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        if check.success() {
            return Ok(());
        }
        ensure!(started.elapsed() < PATIENCE, "the health check never succeeded");
        thread::sleep(Duration::from_millis(100));
    }
}

/// A command of the image with paths moved below `root`, the image's variables and nothing else.
fn inside(stage: &Stage, root: &Path, words: &[String], address: &str) -> Result<Command> {
    let moved = |path: &str| format!("{}{path}", root.display());
    let (program, rest) = words.split_first().context("an image command has a program")?;
    let mut command = if setup::is_root() {
        let mut command = Command::new("setpriv");
        let id = stage.user.to_string();
        command
            .args(["--reuid", &id, "--regid", &id, "--clear-groups", "--"])
            .arg(moved(program));
        command
    } else {
        Command::new(moved(program))
    };
    command
        .args(rest)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin");
    for (name, value) in &stage.variables {
        let value = match name.as_str() {
            // Where the image listens on every interface, this machine gives a free port of its own.
            "DROPCAST_LISTEN" => address.to_owned(),
            _ if value.starts_with('/') => moved(value),
            _ => value.clone(),
        };
        command.env(name, value);
    }
    Ok(command)
}

fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}
