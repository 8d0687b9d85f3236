//! A Rust toolchain that can build for the browser.
//!
//! Where rustup can download, `rustup target add` is all. Where it cannot, Debian's own recent
//! compiler has the sources of the standard library but not its wasm build: that one is compiled
//! here once, and the compiler is made known to rustup under the name [`LINKED`]. From then on
//! everything is built with it, for two compilers would mean every macro crate twice.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::apt;
use crate::process;
use crate::steps::Steps;

const TARGET: &str = "wasm32-unknown-unknown";
/// rustup's name for Debian's compiler.
const LINKED: &str = "dropcast";
/// Where Debian's compiler lives; rustup keeps its own ahead of it on the path.
const DEBIAN: &str = "/usr";
const PATIENCE: Duration = Duration::from_mins(2);

/// Returns the toolchain to ask rustup for, or none when the current one is good.
pub fn ensure(steps: &mut Steps) -> Result<Option<String>> {
    if let Some(linked) = present() {
        return Ok(Some(linked));
    }
    if builds_wasm(None) {
        return Ok(None);
    }
    let rustup = process::which("rustup").is_some();
    if rustup && steps.step(&format!("rustup target add {TARGET}"), add_with_rustup)? {
        return Ok(None);
    }
    if !apt::available() {
        bail!("the Rust standard library for {TARGET} is missing: `rustup target add {TARGET}` brings it");
    }
    apt::install(steps, &missing_packages())?;
    steps.step("build the standard library for the browser", || {
        let folder = tempfile_folder()?;
        let built = build_std(&debian("cargo"), &folder);
        let copied = built.and_then(|rlibs| install(&rlibs, &debian_libraries()));
        fs::remove_dir_all(&folder)?;
        copied
    })?;
    if !rustup {
        return Ok(None);
    }
    process::quiet(Command::new("rustup").args(["toolchain", "link", LINKED, DEBIAN]))?;
    if !builds_wasm(Some(LINKED)) {
        bail!("the linked toolchain `{LINKED}` does not find its library for {TARGET}");
    }
    Ok(Some(LINKED.to_owned()))
}

/// The linked toolchain, where an earlier set-up made it and the current one is not enough.
pub fn present() -> Option<String> {
    (!builds_wasm(None) && builds_wasm(Some(LINKED))).then(|| LINKED.to_owned())
}

fn builds_wasm(toolchain: Option<&str>) -> bool {
    let mut rustc = Command::new("rustc");
    rustc
        .args(["--print", "target-libdir", "--target", TARGET])
        .stderr(Stdio::null());
    if let Some(toolchain) = toolchain {
        rustc.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    let Ok(output) = rustc.output() else { return false };
    output.status.success() && holds_std(Path::new(String::from_utf8_lossy(&output.stdout).trim()))
}

fn holds_std(folder: &Path) -> bool {
    let Ok(files) = folder.read_dir() else { return false };
    files.flatten().any(|file| {
        let name = file.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libstd-") && name.ends_with(".rlib")
    })
}

/// Whether it worked. Behind a firewall that swallows packets rustup would try for many minutes.
fn add_with_rustup() -> Result<bool> {
    let mut rustup = Command::new("rustup");
    rustup
        .args(["target", "add", TARGET])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let done = process::within(PATIENCE, &mut rustup)?.is_some_and(|status| status.success());
    if !done {
        println!("    rustup cannot download here; taking Debian's compiler instead");
    }
    Ok(done && builds_wasm(None))
}

fn missing_packages() -> Vec<String> {
    let mut packages = Vec::new();
    let mut need = |file: &str, package: &str| {
        if !Path::new(DEBIAN).join(file).exists() {
            packages.push(package.to_owned());
        }
    };
    need("bin/rustc", "rustc-web");
    need("bin/cargo", "cargo-web");
    need("bin/rustfmt", "rustfmt-web");
    need("bin/cargo-clippy", "rust-web-clippy");
    need("bin/rust-lld", "rust-web-llvm");
    need("lib/rustlib/src/rust/library/std/Cargo.toml", "rust-web-src");
    // `rust-lld` is a link into the package of the linker, whose name carries LLVM's version.
    need(
        "bin/rust-lld",
        &format!("lld-{}", llvm_version().as_deref().unwrap_or("22")),
    );
    packages
}

fn llvm_version() -> Option<String> {
    let text = process::capture(Command::new("apt-cache").args(["depends", "rust-web-llvm"])).ok()?;
    let name = text.split_whitespace().find_map(|word| word.strip_prefix("llvm-"))?;
    Some(name.to_owned())
}

fn debian(program: &str) -> PathBuf {
    Path::new(DEBIAN).join("bin").join(program)
}

fn debian_libraries() -> PathBuf {
    Path::new(DEBIAN).join("lib/rustlib").join(TARGET).join("lib")
}

fn tempfile_folder() -> Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("dropcast-std-{}", std::process::id()));
    fs::create_dir(&folder).with_context(|| format!("creating {}", folder.display()))?;
    Ok(folder)
}

/// Builds an empty library together with the standard library, and returns the parts of the latter.
fn build_std(cargo: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), "")?;
    fs::write(
        folder.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[lib]\ncrate-type = [\"cdylib\"]\n[workspace]\n",
    )?;
    let target = folder.join("target");
    let mut build = Command::new(cargo);
    build
        .current_dir(folder)
        .args([
            "build",
            "--release",
            "--target",
            TARGET,
            "-Zbuild-std=std,panic_abort,panic_unwind",
        ])
        .env("CARGO_TARGET_DIR", &target)
        // Debian's stable compiler takes the unstable flag only this way.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", cargo.with_file_name("rustc"))
        // Link-time optimisation needs bitcode in the library, which cargo leaves out by default.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s")
        // What the `cargo run` around this program set would mislead the other compiler.
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("LD_LIBRARY_PATH");
    process::quiet(&mut build)?;
    let parts = target.join(TARGET).join("release/deps");
    let rlibs: Vec<_> = fs::read_dir(&parts)?
        .flatten()
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rlib"))
        .collect();
    if !holds_std(&parts) {
        bail!("cargo built no standard library in {}", parts.display());
    }
    Ok(rlibs)
}

/// Copied beside, then renamed: a cut copy must not look like a finished one.
fn install(rlibs: &[PathBuf], libraries: &Path) -> Result<()> {
    let parent = libraries.parent().context("the library folder has a parent")?;
    let partial = parent.join("lib.partial");
    fs::create_dir_all(&partial)?;
    for rlib in rlibs {
        fs::copy(rlib, partial.join(rlib.file_name().unwrap_or_default()))?;
    }
    if libraries.exists() {
        fs::remove_dir_all(libraries)?;
    }
    fs::rename(&partial, libraries)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{holds_std, install, tempfile_folder};

    #[test]
    fn a_folder_counts_only_with_the_standard_library_in_it() {
        let folder = tempfile_folder().unwrap();
        assert!(!holds_std(&folder.join("absent")));
        fs::write(folder.join("libcore-1.rlib"), "").unwrap();
        assert!(!holds_std(&folder));
        let library = folder.join("libstd-1.rlib");
        fs::write(&library, "").unwrap();
        assert!(holds_std(&folder));

        let installed = folder.join("elsewhere/lib");
        install(std::slice::from_ref(&library), &installed).unwrap();
        install(&[library], &installed).unwrap();
        assert!(holds_std(&installed));
        assert!(!folder.join("elsewhere/lib.partial").exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
