//! Measures Dropcast beside its peers, in the same run, and judges the goals.
//!
//! Started by `cargo xtask bench NAME`, which builds this program and the server in the same
//! profile and installs the peers. Every figure is a ratio: machines differ, and the same machine
//! differs from one minute to the next, so contenders take turns ([`runner`]), and a goal is judged
//! only when the machine was quiet and the rounds agree ([`judge`]).
//!
//! What must not happen here: a peer that is not there is named as missing, never left out; a
//! report holds no path and no name of the machine it was made on.
//!
//! To add a benchmark: a module in `bench` that makes courses of contenders and goals, a line in
//! [`bench::by_name`], and a row in `xtask/src/bench.rs`. To add a peer: a module in `peers`, and
//! how to install it in `xtask/src/setup/peers.rs`.

#![expect(clippy::print_stdout, reason = "a command line tool talks on standard output")]

mod args;
mod bench;
mod http;
mod judge;
mod machine;
mod peers;
mod procfs;
mod report;
mod runner;
mod sample;
mod scratch;
mod server;
mod stats;

use std::process::ExitCode;

use anyhow::{Context as _, Result};

use args::Args;
use scratch::Scratch;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nstopped: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let args = Args::parse(std::env::args().skip(1))?;
    let measure = bench::by_name(&args.name).with_context(|| format!("there is no benchmark `{}`", args.name))?;
    let scratch = Scratch::take(&args.scratch)?;
    let plan = bench::Plan::new(&args, scratch)?;
    let findings = measure(&plan)?;
    let places = [plan.scratch.path(), &args.peers, &args.reports, &args.binary];
    let report = report::Report::new(&plan, findings).without_places(&places)?;
    print!("\n{}", report::markdown(&report));
    if plan.quick {
        println!("\nThis was a quick run: nothing is judged and no report is written.");
    } else {
        report::write(&args.reports, &report)?;
    }
    Ok(())
}
