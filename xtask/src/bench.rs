//! `cargo xtask bench NAME`: builds the server and the program that measures it, installs the
//! peers, and leaves the rest to that program (the crate `benches`).

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::args::Args;
use crate::front;
use crate::house::House;
use crate::process;
use crate::setup::{self, peers::Peer};
use crate::steps::Steps;

/// Fast code and a quick link: what people run who build Dropcast themselves.
const PROFILE: &str = "serve";
/// Where there is room for some gigabytes on a real disk, instead of the user's cache.
const SCRATCH_VARIABLE: &str = "DROPCAST_BENCH_DIR";

struct Benchmark {
    name: &'static str,
    about: &'static str,
    peers: &'static [Peer],
}

const BENCHMARKS: &[Benchmark] = &[
    Benchmark {
        name: "download",
        about: "one large file over 1 and 8 connections, beside nginx and miniserve",
        peers: &[Peer::Nginx, Peer::Miniserve],
    },
    Benchmark {
        name: "ranges",
        about: "random ranges of 1 MiB over 64 connections, beside nginx",
        peers: &[Peer::Nginx],
    },
    Benchmark {
        name: "upload",
        about: "one large file, verified and durable, beside openssl, dd, copyparty and @tus/server",
        peers: &[Peer::Openssl, Peer::Copyparty, Peer::Tus],
    },
    Benchmark {
        name: "pages",
        about: "Home rendered on the server, a hundred times a second",
        peers: &[],
    },
    Benchmark {
        name: "queue",
        about: "jobs claimed and completed, on PostgreSQL beside an unbatched script, and on SQLite",
        peers: &[Peer::Postgres],
    },
];

pub fn run(house: &mut House, steps: &mut Steps, args: &Args) -> Result<ExitCode> {
    let Some(name) = &args.name else {
        print!("{}", list());
        return Ok(ExitCode::SUCCESS);
    };
    let chosen = chosen(name)?;
    setup::ensure(house, steps, setup::For::Building)?;
    let cache = cache_folder(|name| env::var_os(name).map(PathBuf::from))?;
    let peers = cache.join("peers");
    for benchmark in &chosen {
        setup::peers::ensure(house, steps, &peers, benchmark.peers)?;
    }
    build(house, steps)?;
    for benchmark in &chosen {
        steps.step(&format!("benchmark {}", benchmark.name), || {
            measure(house, benchmark, &cache, args)
        })?;
    }
    steps.table();
    Ok(ExitCode::SUCCESS)
}

fn list() -> String {
    let rows = BENCHMARKS
        .iter()
        .map(|benchmark| format!("  {:10} {}\n", benchmark.name, benchmark.about));
    let head = "cargo xtask bench NAME\n\n".to_owned();
    let tail = format!("  {:10} all of them, one after the other\n", "all");
    std::iter::once(head).chain(rows).chain([tail]).collect()
}

fn chosen(name: &str) -> Result<Vec<&'static Benchmark>> {
    let chosen: Vec<_> = BENCHMARKS
        .iter()
        .filter(|benchmark| name == "all" || benchmark.name == name)
        .collect();
    if chosen.is_empty() {
        bail!("there is no benchmark `{name}`\n\n{}", list());
    }
    Ok(chosen)
}

/// Both at once: so the server is the same as in a build of its own, and what they share is
/// compiled once.
fn build(house: &House, steps: &mut Steps) -> Result<()> {
    front::build(house, steps, front::Form::Release)?;
    steps.step(&format!("compile server and benchmarks ({PROFILE})"), || {
        let mut cargo = house.cargo();
        cargo.args(["build", "--package", "server", "--package", "benches"]);
        cargo.args(["--bin", "dropcast", "--bin", "bench", "--profile", PROFILE]);
        process::visible(&mut cargo)
    })
}

fn measure(house: &House, benchmark: &Benchmark, cache: &Path, args: &Args) -> Result<()> {
    let scratch = env::var_os(SCRATCH_VARIABLE).map_or_else(|| cache.join("bench"), PathBuf::from);
    let mut program = house.program(house.built(PROFILE, "bench"));
    program
        .arg(benchmark.name)
        .args(["--profile", PROFILE, "--reports", "benches/reports", "--binary"])
        .arg(house.built(PROFILE, "dropcast"))
        .arg("--peers")
        .arg(cache.join("peers"))
        .arg("--scratch")
        .arg(scratch);
    for (option, value) in [("--size", &args.size), ("--rounds", &args.rounds)] {
        if let Some(value) = value {
            program.args([option, value]);
        }
    }
    if args.quick {
        program.arg("--quick");
    }
    process::visible(&mut program)
}

fn cache_folder(variable: impl Fn(&str) -> Option<PathBuf>) -> Result<PathBuf> {
    variable("XDG_CACHE_HOME")
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .map(|cache| cache.join("dropcast"))
        .context("neither HOME nor XDG_CACHE_HOME says where things may be kept")
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{BENCHMARKS, cache_folder, chosen, list};

    #[test]
    fn one_is_chosen_by_name_or_all_at_once() {
        assert_eq!(chosen("upload").unwrap().len(), 1);
        assert_eq!(chosen("all").unwrap().len(), BENCHMARKS.len());
        let error = chosen("uplaod").err().unwrap().to_string();
        assert!(error.contains("`uplaod`") && error.contains("  upload"), "{error}");
    }

    #[test]
    fn the_list_names_each() {
        assert!(BENCHMARKS.iter().all(|benchmark| list().contains(benchmark.about)));
    }

    #[test]
    fn peers_and_data_are_kept_in_the_cache() {
        let home = |name: &str| (name == "HOME").then(|| PathBuf::from("/h"));
        assert_eq!(cache_folder(home).unwrap(), Path::new("/h/.cache/dropcast"));
        let chosen = |name: &str| (name == "XDG_CACHE_HOME").then(|| PathBuf::from("/c"));
        assert_eq!(cache_folder(chosen).unwrap(), Path::new("/c/dropcast"));
        assert!(cache_folder(|_| None).is_err());
    }
}
