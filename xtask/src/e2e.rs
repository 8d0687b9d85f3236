//! The browser journeys: `end2end/run.mjs` with the system's Chromium against a finished binary.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::args::Args;
use crate::front::{self, Form, of_workspace};
use crate::house::House;
use crate::process;
use crate::setup;
use crate::steps::Steps;
use crate::tally::Tally;

pub fn run(house: &mut House, steps: &mut Steps, args: &Args) -> Result<ExitCode> {
    setup::ensure(house, steps, setup::For::Tests)?;
    let binary = match &args.binary {
        Some(binary) => PathBuf::from(binary),
        None => build(house, steps)?,
    };
    let tally = steps.step("browser journeys", || {
        journeys(house, &binary, args.all, args.only.as_deref())
    })?;
    steps.table();
    println!("{tally}");
    Ok(tally.exit_code())
}

fn build(house: &House, steps: &mut Steps) -> Result<PathBuf> {
    front::build(house, steps, Form::Release)?;
    steps.step("compile the server", || {
        process::visible(of_workspace(house.cargo().arg("build")).args(["--bin", "dropcast"]))
    })?;
    Ok(house.built("dev", "dropcast"))
}

pub fn journeys(house: &House, binary: &Path, all: bool, only: Option<&str>) -> Result<Tally> {
    let mut node = house.program("node");
    node.arg("end2end/run.mjs").arg("--binary").arg(binary);
    if all {
        node.arg("--all");
    }
    if let Some(name) = only {
        node.args(["--only", name]);
    }
    let (good, output) = process::tee(&mut node)?;
    let mut tally = Tally::of_end2end(&output).context("the browser journeys did not run to their end")?;
    if !good && tally.failed == 0 {
        tally.failed = 1;
    }
    Ok(tally)
}
