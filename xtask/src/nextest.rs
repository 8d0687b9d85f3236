//! All Rust tests of the host.
//!
//! cargo-nextest runs each test in a process of its own and reports better. Compiling it takes
//! longer than the whole suite, so where it is not installed `cargo test` runs the same tests.

use std::path::Path;

use anyhow::{Context, Result};

use crate::front::of_workspace;
use crate::house::House;
use crate::process;
use crate::tally::Tally;

/// Compiles the binaries and all tests at once, so that the binary is the one the tests know.
pub fn build(house: &House) -> Result<()> {
    process::visible(of_workspace(house.cargo().arg("build")).args(["--bins", "--tests"]))
}

pub fn run(house: &House, binary: &Path, variables: &[(String, String)], all: bool) -> Result<Tally> {
    let nextest = house
        .cargo()
        .args(["nextest", "--version"])
        .output()
        .is_ok_and(|output| output.status.success());
    let mut cargo = house.cargo();
    if nextest {
        of_workspace(cargo.args(["nextest", "run"])).args(["--no-fail-fast", "--no-tests=fail"]);
    } else {
        println!("    cargo-nextest is not installed: running the tests with `cargo test`");
        of_workspace(cargo.arg("test")).args(["--no-fail-fast", "--lib", "--bins", "--tests"]);
    }
    cargo
        .env("DROPCAST_BIN", binary)
        .envs(variables.iter().map(|(name, value)| (name, value)));
    if all {
        cargo.env("PROPTEST_CASES", "4096");
    }
    let (good, output) = process::tee(&mut cargo)?;
    let mut tally = if nextest {
        Tally::of_nextest(&output)
    } else {
        Tally::of_cargo_test(&output)
    }
    .context("the tests did not run")?;
    if !good && tally.failed == 0 {
        tally.failed = 1;
    }
    Ok(tally)
}
