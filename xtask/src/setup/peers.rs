//! Whom benchmarks compare us with, in pinned versions.
//!
//! What is no Debian package is kept below the user's cache, one folder each. A peer that cannot
//! be installed is said aloud and stops nothing: the report then names it as missing, and the goals
//! that need it are not judged.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::apt;
use super::programs::postgresql;
use crate::house::House;
use crate::process::{capture, quiet, which};
use crate::steps::Steps;

const MINISERVE: &str = "0.35.0";
const COPYPARTY: &str = "1.20.26";

#[derive(Clone, Copy, Debug)]
pub enum Peer {
    Nginx,
    Miniserve,
    Openssl,
    Postgres,
    Copyparty,
    Tus,
}

pub fn ensure(house: &House, steps: &mut Steps, folder: &Path, peers: &[Peer]) -> Result<()> {
    fs::create_dir_all(folder)?;
    for peer in peers {
        let installed = match peer {
            Peer::Nginx => package(steps, "nginx", "nginx-light"),
            Peer::Openssl => package(steps, "openssl", "openssl"),
            Peer::Postgres if postgresql().is_some() => Ok(()),
            Peer::Postgres => apt::install(steps, &["postgresql".to_owned()]),
            Peer::Miniserve => miniserve(house, steps, &folder.join("miniserve")),
            Peer::Copyparty => copyparty(steps, &folder.join("copyparty")),
            Peer::Tus => tus(house, steps, &folder.join("tus")),
        };
        if let Err(error) = installed {
            println!("    {peer:?} will be missing: {error:#}");
        }
    }
    Ok(())
}

/// A program from Debian.
fn package(steps: &mut Steps, program: &str, package: &str) -> Result<()> {
    let present = which(program).is_some() || Path::new("/usr/sbin").join(program).exists();
    if present {
        return Ok(());
    }
    apt::install(steps, &[package.to_owned()])
}

fn miniserve(house: &House, steps: &mut Steps, folder: &Path) -> Result<()> {
    if says(&folder.join("bin/miniserve"), MINISERVE) {
        return Ok(());
    }
    steps.step(&format!("compile miniserve {MINISERVE}"), || {
        let build = folder.join("build");
        let mut cargo = house.cargo();
        cargo
            .args(["install", "miniserve", "--locked", "--quiet", "--force", "--version"])
            .arg(format!("={MINISERVE}"))
            .arg("--root")
            .arg(folder)
            .env("CARGO_TARGET_DIR", &build);
        let installed = quiet(&mut cargo);
        if build.exists() {
            fs::remove_dir_all(build)?;
        }
        installed
    })
}

fn copyparty(steps: &mut Steps, folder: &Path) -> Result<()> {
    if says(&folder.join("bin/copyparty"), COPYPARTY) {
        return Ok(());
    }
    if capture(Command::new("python3").args(["-c", "import ensurepip"])).is_err() {
        apt::install(steps, &["python3".to_owned(), "python3-venv".to_owned()])?;
    }
    steps.step(&format!("install copyparty {COPYPARTY}"), || {
        quiet(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
        quiet(
            Command::new(folder.join("bin/pip"))
                .args(["install", "--quiet", "--disable-pip-version-check"])
                .arg(format!("copyparty=={COPYPARTY}")),
        )
    })
}

/// The script and what it needs, as `benches/peers/tus` pins it.
fn tus(house: &House, steps: &mut Steps, folder: &Path) -> Result<()> {
    let ours = house.root.join("benches/peers/tus");
    fs::create_dir_all(folder)?;
    fs::copy(ours.join("server.mjs"), folder.join("server.mjs"))?;
    let stamp = folder.join("node_modules/.installed-lock");
    let wanted = fs::read(ours.join("package-lock.json"))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    for file in ["package.json", "package-lock.json"] {
        fs::copy(ours.join(file), folder.join(file))?;
    }
    steps.step("install @tus/server", || {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
        quiet(npm.current_dir(folder))?;
        fs::write(&stamp, &wanted)?;
        Ok(())
    })
}

/// Whether a program is there in the version wanted.
fn says(program: &Path, version: &str) -> bool {
    let output = Command::new(program).arg("--version").output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(version))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::says;

    #[test]
    fn a_program_is_present_only_in_the_version_wanted() {
        assert!(says(Path::new("cargo"), "cargo"));
        assert!(!says(Path::new("cargo"), "cargo 0.0.1 "));
        assert!(!says(Path::new("no-such-program"), ""));
    }
}
