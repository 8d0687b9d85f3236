//! The front end: `frontend` compiled for the browser, then made into `dist/` by the crate `bundle`.

use std::process::Command;

use anyhow::Result;

use crate::house::House;
use crate::process;
use crate::setup;
use crate::steps::Steps;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Small above all.
    Release,
    /// Quickly built above all.
    Dev,
}

pub fn build(house: &House, steps: &mut Steps, form: Form) -> Result<()> {
    let profile = match form {
        Form::Release => "wasm-release",
        Form::Dev => "wasm-dev",
    };
    steps.step("compile the front end", || {
        let mut cargo = house.cargo();
        cargo.args([
            "build",
            "--package",
            "frontend",
            "--target",
            "wasm32-unknown-unknown",
            "--profile",
            profile,
        ]);
        process::visible(&mut cargo)
    })?;
    steps.step("compile the front-end tool", || {
        process::visible(of_workspace(house.cargo().arg("build")).args(["--bin", "bundle"]))
    })?;
    steps.step("bundle the front end", || {
        let mut bundle = house.command(house.built("dev", "bundle"));
        bundle
            .arg("--wasm")
            .arg(
                house
                    .target
                    .join("wasm32-unknown-unknown")
                    .join(profile)
                    .join("frontend.wasm"),
            )
            .args(["--out", "dist", "--wasm-opt"]);
        match form {
            Form::Release => bundle.arg(setup::wasm_opt(house)),
            Form::Dev => bundle.args(["none", "--dev"]),
        };
        process::visible(&mut bundle)
    })
}

/// Everything for the host at once. Cargo unites the features of what is built together, so
/// always naming the same set keeps one compiled form of each dependency.
pub fn of_workspace(cargo: &mut Command) -> &mut Command {
    cargo.args(["--workspace", "--exclude", "frontend"])
}
