//! Debian packages.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::process;
use crate::steps::Steps;

/// Installs as root on Debian and Ubuntu; otherwise stops with the command to type.
pub fn install(steps: &mut Steps, packages: &[String]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    if !available() {
        bail!("please install with your system's package manager (names as on Debian): {list}");
    }
    if !is_root() {
        bail!("please run this once, then start again:\n  sudo apt-get update && sudo apt-get install -y {list}");
    }
    steps.step(&format!("install {list}"), || {
        if !get(packages, true)? {
            process::quiet(apt_get().args(["update", "-qq"]))?;
        }
        get(packages, false).map(drop)
    })
}

/// Package lists may be missing or old: the first attempt may fail, the one after `update` may not.
fn get(packages: &[String], may_fail: bool) -> Result<bool> {
    let mut command = apt_get();
    command
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages);
    if may_fail {
        let done = command.output()?.status.success();
        return Ok(done);
    }
    process::quiet(&mut command)?;
    Ok(true)
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

pub fn available() -> bool {
    Path::new("/usr/bin/apt-get").exists()
}

pub fn is_root() -> bool {
    process::capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
