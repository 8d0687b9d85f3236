//! Set-up and build: the one entry for people and CI.
//!
//! Every task first makes sure of what it needs (`setup`), then does its work as timed steps and
//! ends with a table of where the time went. What is compiled here is kept small, so that a task
//! starts in seconds; the front-end tool with its large dependencies is the crate `bundle`.
//!
//! The rules a machine can check (`edges`, `leaks`, `hygiene`, `licences`) are pure functions over
//! text, tested like any other code. To add a task: a module with `run`, a line in [`USAGE`] and
//! one in [`dispatch`].

#![expect(clippy::print_stdout, reason = "a command line tool talks on standard output")]

mod args;
mod bench;
mod build;
mod check;
mod dev;
mod dockerfile;
mod docs;
mod e2e;
mod edges;
mod files;
mod front;
mod house;
mod hygiene;
mod image;
mod leaks;
mod licences;
mod manifest;
mod nextest;
mod process;
mod serve;
mod services;
mod setup;
mod steps;
mod tally;
mod test;
mod wasm_size;

use std::process::ExitCode;

use anyhow::Result;

use args::Args;
use house::House;
use steps::Steps;

const USAGE: &str = "\
cargo xtask TASK

  serve [--dev] [-- ARGS]   set up, build and run Dropcast; --dev rebuilds on every change
  test [--all]              set up, build and run every check and test; --all adds the slow forms
  check [--quick]           format, lints, edges, licences, hygiene; --quick without the compiler's
  e2e [--all] [--only NAME] the browser journeys alone
  wasm-size                 what the browser loads, against its budget
  build [--profile NAME]    the finished binary (profile `serve`; `dist` is the one of releases)
  image [--binary FILE]     the steps of the Dockerfile, without a container engine
  bench [NAME] [--size 4G] [--rounds 5] [--quick]
                            measure beside peers, judge the goals; without a name, what there is
  setup                     only install what is missing
  env                       what plain cargo needs to build as xtask does: eval \"$(cargo xtask env)\"
";

fn main() -> ExitCode {
    let args = match Args::parse(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(error) => {
            eprintln!("{error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if args.task == "help" {
        print!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    match dispatch(&args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nstopped: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &Args) -> Result<ExitCode> {
    let mut house = House::find()?;
    let mut steps = Steps::new();
    match args.task.as_str() {
        "serve" if args.dev => dev::run(&mut house, &mut steps, args),
        "serve" => serve::run(&mut house, &mut steps, args),
        "test" => Ok(test::run(&mut house, &mut steps, args)),
        "check" => check::run(&mut house, &mut steps, args),
        "e2e" => e2e::run(&mut house, &mut steps, args),
        "wasm-size" => wasm_size::run(&mut house, &mut steps),
        "build" => build::run(&mut house, &mut steps, args),
        "image" => image::run(&mut house, &mut steps, args),
        "bench" => bench::run(&mut house, &mut steps, args),
        "setup" => {
            setup::ensure(&mut house, &mut steps, setup::For::Tests)?;
            steps.table();
            Ok(ExitCode::SUCCESS)
        }
        "env" => {
            house.toolchain = setup::toolchain();
            print!("{}", house.exports());
            Ok(ExitCode::SUCCESS)
        }
        other => {
            eprintln!("there is no task `{other}`\n\n{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}
