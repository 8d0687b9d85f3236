//! The benchmarks. Each makes courses of contenders, runs them, and says how it was done.

mod download;
mod pages;
mod queue;
mod ranges;
mod upload;

use std::path::PathBuf;
use std::rc::Rc;

use anyhow::{Context as _, Result, ensure};

use crate::args::Args;
use crate::machine::{Machine, available_bytes};
use crate::peers::{Host, dropcast, miniserve, nginx, present};
use crate::runner::{self, Course, Missing, Outcome};
use crate::scratch::{Scratch, Source, file_system};

/// For a quick run.
const QUICK_BYTES: u64 = 64 << 20;
const BYTES: u64 = 4 << 30;
const ROUNDS: usize = 5;

/// What is to be measured, and with what.
pub struct Plan {
    pub name: String,
    pub binary: PathBuf,
    pub profile: String,
    pub peers: PathBuf,
    pub scratch: Scratch,
    /// As it was before we began.
    pub machine: Machine,
    pub size: u64,
    pub rounds: usize,
    pub quick: bool,
}

impl Plan {
    pub fn new(args: &Args, scratch: Scratch) -> Result<Self> {
        let binary = args
            .binary
            .canonicalize()
            .context("the server to measure is not built")?;
        Ok(Self {
            name: args.name.clone(),
            binary,
            profile: args.profile.clone(),
            peers: args.peers.clone(),
            machine: Machine::look(file_system(scratch.path())?),
            scratch,
            size: args.size.unwrap_or(if args.quick { QUICK_BYTES } else { BYTES }),
            rounds: args.rounds.unwrap_or(if args.quick { 1 } else { ROUNDS }),
            quick: args.quick,
        })
    }

    /// The file that is sent to and fro, in a folder of its own.
    fn source(&self) -> Result<Rc<Source>> {
        let copies = 3;
        ensure!(
            available_bytes() > copies * self.size,
            "there is not memory enough to keep the files in it; choose a smaller `--size`"
        );
        println!("==> writing {} of noise", mebibytes(self.size));
        let folder = self.scratch.fresh("source")?;
        Source::write(folder.join("source.bin"), self.size).map(Rc::new)
    }

    fn run(&self, course: Course) -> Result<Outcome> {
        runner::run(course, self.rounds, !self.quick, &mut |line| println!("{line}"))
    }
}

/// What came out.
pub struct Findings {
    pub title: &'static str,
    /// How it was done, in sentences.
    pub method: Vec<String>,
    /// Name and version of everybody who took part.
    pub versions: Vec<(String, String)>,
    pub outcomes: Vec<Outcome>,
}

pub type Benchmark = fn(&Plan) -> Result<Findings>;

pub fn by_name(name: &str) -> Option<Benchmark> {
    match name {
        "download" => Some(download::run),
        "pages" => Some(pages::run),
        "queue" => Some(queue::run),
        "ranges" => Some(ranges::run),
        "upload" => Some(upload::run),
        _ => None,
    }
}

/// Those who hand out the source file, and what versions they are.
struct Hosts {
    ready: Vec<Host>,
    missing: Vec<Missing>,
    versions: Vec<(String, String)>,
}

impl Hosts {
    fn gather(plan: &Plan, source: &Source, with_miniserve: bool) -> Result<Self> {
        let root = source.path.parent().context("the source lies in a folder")?;
        let (mut missing, mut versions) = (Vec::new(), Vec::new());
        let mut ready = vec![dropcast::host(&plan.binary, &plan.scratch, source)?];
        if let Some(program) = present("nginx", nginx::program(), &mut missing) {
            versions.push(("nginx".to_owned(), program.version.clone()));
            for sendfile in [true, false] {
                ready.push(nginx::host(&program, &plan.scratch, root, sendfile)?);
            }
        }
        let miniserve = with_miniserve.then(|| miniserve::program(&plan.peers));
        if let Some(program) = miniserve.and_then(|found| present(miniserve::NAME, found, &mut missing)) {
            versions.push((miniserve::NAME.to_owned(), program.version.clone()));
            ready.push(miniserve::host(&program, &plan.scratch, root)?);
        }
        Ok(Self {
            ready,
            missing: both_forms_of_nginx(missing),
            versions,
        })
    }
}

/// Goals name the two forms, so both are missing.
fn both_forms_of_nginx(missing: Vec<Missing>) -> Vec<Missing> {
    missing
        .into_iter()
        .flat_map(|absent| {
            let names = if absent.name == "nginx" {
                nginx::names()
            } else {
                vec![absent.name]
            };
            let reason = absent.reason;
            names.into_iter().map(move |name| Missing {
                name,
                reason: reason.clone(),
            })
        })
        .collect()
}

fn mebibytes(bytes: u64) -> String {
    if bytes >= 1 << 30 && bytes.trailing_zeros() >= 30 {
        format!("{} GiB", bytes >> 30)
    } else {
        format!("{} MiB", bytes >> 20)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_nginx_both_of_its_forms_are_missing() {
        let missing = |name: &str| Missing {
            name: name.to_owned(),
            reason: "it is not installed".to_owned(),
        };
        let found = both_forms_of_nginx(vec![missing("nginx"), missing(miniserve::NAME)]);
        let names: Vec<String> = found.into_iter().map(|absent| absent.name).collect();
        assert_eq!(names, [nginx::WITH_SENDFILE, nginx::WITHOUT_SENDFILE, miniserve::NAME]);
    }

    #[test]
    fn sizes_are_written_in_the_larger_unit_that_fits() {
        assert_eq!(mebibytes(4 << 30), "4 GiB");
        assert_eq!(mebibytes(64 << 20), "64 MiB");
        assert_eq!(mebibytes((1 << 30) + (1 << 20)), "1025 MiB");
    }
}
