//! `cargo xtask check`: what can be judged without running Dropcast. Each check counts as one test.

use std::fs;
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::args::Args;
use crate::edges;
use crate::files::{self, Source};
use crate::front::of_workspace;
use crate::house::House;
use crate::hygiene;
use crate::leaks;
use crate::licences;
use crate::manifest::Workspace;
use crate::process;
use crate::setup;
use crate::steps::Steps;
use crate::tally::Tally;

pub fn run(house: &mut House, steps: &mut Steps, args: &Args) -> Result<ExitCode> {
    setup::ensure(house, steps, setup::For::Building)?;
    let tally = if args.quick {
        quick(house, steps)?
    } else {
        all(house, steps)?
    };
    steps.table();
    println!("\n{tally}");
    Ok(tally.exit_code())
}

/// Quick ones first: what a person would mend at once should not wait for the compiler.
pub fn all(house: &House, steps: &mut Steps) -> Result<Tally> {
    let mut tally = quick(house, steps)?;
    let browser = ["--target", "wasm32-unknown-unknown", "--lib"];
    tally += passes(
        steps,
        "pure crates build for the browser",
        house
            .cargo()
            .args(["check", "--quiet"])
            .args(browser)
            .args(edges::PURE.iter().flat_map(|room| ["--package", room])),
    );
    tally += passes(
        steps,
        "clippy, browser side",
        house
            .cargo()
            .args(["clippy", "--quiet", "--package", "frontend", "--package", "app"])
            .args(browser)
            .args(["--", "-D", "warnings"]),
    );
    tally += passes(
        steps,
        "clippy, server side",
        of_workspace(house.cargo().args(["clippy", "--quiet"])).args(["--all-targets", "--", "-D", "warnings"]),
    );
    tally += advisories(house, steps);
    Ok(tally)
}

/// What needs no compiler.
fn quick(house: &House, steps: &mut Steps) -> Result<Tally> {
    let mut tally = rules(house, steps)?;
    tally += passes(steps, "format", house.cargo().args(["fmt", "--all", "--check"]));
    Ok(tally)
}

fn passes(steps: &mut Steps, name: &str, command: &mut Command) -> Tally {
    let outcome = steps.step(name, || process::visible(command));
    Tally::one(outcome.map_err(|error| println!("    {error:#}")).is_ok())
}

/// The rules that are functions over manifests and text.
fn rules(house: &House, steps: &mut Steps) -> Result<Tally> {
    let workspace = steps.step("read manifests", || Workspace::read(house))?;
    let sources = files::of_repository(house)?;
    let root = fs::read_to_string(house.root.join("Cargo.toml"))?;
    let licences_allowed = licences::allowed(&fs::read_to_string(house.root.join("deny.toml"))?);
    let manifests: Vec<&Source> = sources
        .iter()
        .filter(|source| source.path.ends_with("/Cargo.toml"))
        .collect();

    let found = [
        ("dependency edges", edges::forbidden(&workspace)),
        ("pure crates stay pure", edges::impure(&workspace)),
        ("types stay in their rooms (manifests)", leaks::in_manifests(&workspace)),
        (
            "types stay in their rooms (sources)",
            leaks::in_sources(&workspace, &sources),
        ),
        ("licences", licences::refused(&workspace.others, &licences_allowed)),
        ("each dependency has its reason", hygiene::without_reason(&root)),
        ("each dependency is used", hygiene::unused(&root, &manifests)),
        ("length of files", hygiene::too_long(&sources)),
        ("tidy lines", hygiene::untidy(&sources)),
        ("nothing unfinished", hygiene::unfinished(&sources)),
        (
            "no paths of one machine",
            hygiene::machine_paths(&sources, &machine_places(house)),
        ),
        ("nothing ignored is committed", files::ignored_but_committed(house)?),
    ];
    let mut tally = Tally::default();
    for (name, faults) in found {
        println!("==> {name}: {}", if faults.is_empty() { "fine" } else { "FAILED" });
        for fault in &faults {
            println!("    {fault}");
        }
        tally += Tally::one(faults.is_empty());
    }
    Ok(tally)
}

/// The clone itself and the homes of people; too short a path would be found everywhere.
fn machine_places(house: &House) -> Vec<String> {
    let mut places = vec![["/ho", "me/"].concat(), ["/Use", "rs/"].concat()];
    let root = format!("{}/", house.root.display());
    if root.matches('/').count() > 2 {
        places.push(root);
    }
    places
}

/// Known weaknesses of dependencies: needs cargo-deny and its database from the network.
fn advisories(house: &House, steps: &mut Steps) -> Tally {
    let skipped = |why: &str| {
        println!("==> advisories: skipped, {why}");
        Tally {
            skipped: 1,
            ..Tally::default()
        }
    };
    let version = house.cargo().args(["deny", "--version"]).output();
    if !version.is_ok_and(|output| output.status.success()) {
        return skipped("cargo-deny is not installed");
    }
    let fetched = house.cargo().args(["deny", "fetch", "db"]).output();
    if !fetched.is_ok_and(|output| output.status.success()) {
        return skipped("its database cannot be reached");
    }
    passes(
        steps,
        "advisories, licences and sources (cargo-deny)",
        house.cargo().args(["deny", "check"]),
    )
}
