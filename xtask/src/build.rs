//! The finished binary, with the front end inside.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

use crate::args::Args;
use crate::front;
use crate::house::House;
use crate::process;
use crate::setup;
use crate::steps::Steps;

pub fn run(house: &mut House, steps: &mut Steps, args: &Args) -> Result<ExitCode> {
    setup::ensure(house, steps, setup::For::Building)?;
    let binary = binary(house, steps, args.profile.as_deref().unwrap_or("serve"))?;
    steps.table();
    println!("{}", binary.display());
    Ok(ExitCode::SUCCESS)
}

/// Front end first: the server's build script embeds it.
pub fn binary(house: &House, steps: &mut Steps, profile: &str) -> Result<PathBuf> {
    front::build(house, steps, front::Form::Release)?;
    steps.step(&format!("compile the server ({profile})"), || {
        process::visible(house.cargo().args([
            "build",
            "--package",
            "server",
            "--bin",
            "dropcast",
            "--profile",
            profile,
        ]))
    })?;
    Ok(house.built(profile, "dropcast"))
}
