//! `cargo xtask serve`: build, then become the server.

use std::os::unix::process::CommandExt as _;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::args::Args;
use crate::build;
use crate::house::House;
use crate::setup;
use crate::steps::Steps;

/// Replaces this process, so that Ctrl-C, signals and the exit code are the server's own.
pub fn run(house: &mut House, steps: &mut Steps, args: &Args) -> Result<ExitCode> {
    setup::ensure(house, steps, setup::For::Building)?;
    let binary = build::binary(house, steps, args.profile.as_deref().unwrap_or("serve"))?;
    steps.table();
    println!("==> {} serve\n", binary.display());
    let error = house.program(&binary).arg("serve").args(&args.rest).exec();
    Err(error).with_context(|| format!("starting {}", binary.display()))
}
