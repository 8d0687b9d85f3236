//! `cargo xtask test`: everything, in one go, with one closing line.
//!
//! A failing suite does not keep the later ones from running; a failing build does, for nothing
//! after it would tell anything.

use std::process::ExitCode;

use anyhow::Result;

use crate::args::Args;
use crate::check;
use crate::docs;
use crate::e2e;
use crate::files;
use crate::front::{self, Form};
use crate::house::House;
use crate::image;
use crate::nextest;
use crate::services::Services;
use crate::setup;
use crate::steps::Steps;
use crate::tally::Tally;
use crate::wasm_size;

pub fn run(house: &mut House, steps: &mut Steps, args: &Args) -> ExitCode {
    let mut tally = Tally::default();
    if let Err(error) = everything(house, steps, args, &mut tally) {
        println!("\nstopped: {error:#}");
        tally += Tally::one(false);
    }
    steps.table();
    println!("\n{tally}");
    tally.exit_code()
}

fn everything(house: &mut House, steps: &mut Steps, args: &Args, tally: &mut Tally) -> Result<()> {
    setup::ensure(house, steps, setup::For::Tests)?;
    *tally += check::all(house, steps)?;
    front::build(house, steps, Form::Release)?;
    steps.step("compile server and tests", || nextest::build(house))?;
    let binary = house.built("dev", "dropcast");

    let services = steps.step("start PostgreSQL and Redis", || Services::start(house))?;
    *tally += suite(steps, "Rust tests", || {
        nextest::run(house, &binary, &services.variables, args.all)
    });
    drop(services);
    if docs::any(&files::of_repository(house)?) {
        *tally += suite(steps, "examples in the documentation", || docs::run(house));
    }
    *tally += suite(steps, "browser journeys", || {
        e2e::journeys(house, &binary, args.all, None)
    });
    *tally += suite(steps, "size of the front end", || {
        Ok(Tally::one(wasm_size::within_budget(house)?))
    });
    *tally += suite(steps, "steps of the image", || {
        image::rehearse(house, &binary).map(|()| Tally::one(true))
    });
    Ok(())
}

/// A suite that cannot run at all counts as one failure.
fn suite(steps: &mut Steps, name: &str, work: impl FnOnce() -> Result<Tally>) -> Tally {
    steps.step(name, work).unwrap_or_else(|error| {
        println!("    {error:#}");
        Tally::one(false)
    })
}
