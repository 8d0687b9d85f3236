//! From one wasm file to a small entry module and a chunk per lazy page.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::{Plan, packs};

/// The script that the page starts.
pub const SCRIPT: &str = "frontend.js";
/// The entry module.
pub const MODULE: &str = "frontend_bg.wasm";
/// The script that loads chunks. The name is what the split macros write into the import section.
pub const LOADER: &str = "__wasm_split.______________________.js";

/// Which chunk files (without ending) each lazy function needs.
pub type Chunks = BTreeMap<String, Vec<String>>;

pub fn build(plan: &Plan, pkg: &Path) -> Result<Chunks> {
    let work = tempfile::tempdir()?;
    let entry = work.path().join("frontend.wasm");
    let chunks = split(&plan.wasm, &entry, pkg)?;
    guard_loader(&pkg.join(LOADER))?;
    bind(&entry, pkg)?;
    if let Some(optimiser) = &plan.wasm_opt {
        for file in wasm_files(pkg)? {
            optimise(optimiser, &file)?;
        }
    }
    packs::pack(pkg, &chunks)
}

fn split(input: &Path, entry: &Path, pkg: &Path) -> Result<Chunks> {
    let bytes = fs::read(input)?;
    let mut options = wasm_split_cli_support::Options::new(&bytes);
    let main_module = format!("./{SCRIPT}");
    let link_name = format!("./{LOADER}");
    options.output_dir = pkg;
    options.main_out_path = entry;
    options.main_module = &main_module;
    options.link_name = &link_name;
    let split = wasm_split_cli_support::transform(options).map_err(|error| anyhow!("splitting the wasm: {error:#}"))?;
    Ok(split.prefetch_map.into_iter().collect())
}

fn bind(entry: &Path, pkg: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(entry)
        .out_name("frontend")
        .web(true)?
        .keep_lld_exports(true)
        .demangle(false)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(pkg)
        .context("binding the wasm to its script")
}

/// Gives the chunk loader a way out when a chunk cannot be had. As generated, it reports the
/// failure into the wasm, which then panics and takes the page with it.
fn guard_loader(path: &Path) -> Result<()> {
    const START: &str = "function wrapAsyncCb(callee) {";
    const END: &str = "function makeLoad(";
    let script = fs::read_to_string(path)?;
    let start = script
        .find(START)
        .context("the chunk loader has changed: no wrapAsyncCb")?;
    let end = script.find(END).context("the chunk loader has changed: no makeLoad")?;
    ensure!(start < end, "the chunk loader has changed: makeLoad comes first");
    let guarded = [&script[..start], include_str!("loader.js"), &script[end..]].concat();
    Ok(fs::write(path, guarded)?)
}

fn wasm_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "wasm") {
            files.push(path);
        }
    }
    Ok(files)
}

fn optimise(optimiser: &Path, file: &Path) -> Result<()> {
    let outcome = Command::new(optimiser)
        .args([
            "-Oz",
            "--strip-debug",
            "--enable-bulk-memory",
            "--enable-nontrapping-float-to-int",
            "--enable-sign-ext",
        ])
        .args([
            "--enable-mutable-globals",
            "--enable-reference-types",
            "--enable-multivalue",
        ])
        .arg(file)
        .arg("-o")
        .arg(file)
        .output()
        .with_context(|| format!("starting {}", optimiser.display()))?;
    if !outcome.status.success() {
        bail!(
            "wasm-opt failed on {}: {}",
            file.display(),
            String::from_utf8_lossy(&outcome.stderr)
        );
    }
    Ok(())
}
