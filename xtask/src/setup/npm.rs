//! Third-party browser files and browser test tools, pinned by `package-lock.json`.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::house::House;
use crate::process;
use crate::steps::Steps;

/// `npm ci` takes seconds even when nothing changed, so the lock that was installed is remembered.
pub fn ensure(house: &House, steps: &mut Steps) -> Result<()> {
    let wanted = fs::read(house.root.join("package-lock.json"))?;
    let stamp = house.root.join("node_modules/.installed-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    steps.step("npm ci", || {
        process::quiet(
            house
                .command("npm")
                .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]),
        )?;
        fs::write(&stamp, &wanted)?;
        Ok(())
    })
}

/// The optimiser for wasm, as a program.
pub fn wasm_opt(house: &House) -> PathBuf {
    house.root.join("node_modules/binaryen/bin/wasm-opt")
}
