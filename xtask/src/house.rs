//! Where things are, and the environment every child process gets.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// Debian's mold keeps an `ld` here, for compilers that look a linker up by name.
const MOLD: &str = "/usr/libexec/mold";

pub struct House {
    pub root: PathBuf,
    pub target: PathBuf,
    /// The rustup toolchain that can build for the browser, when it is not the one in use.
    pub toolchain: Option<String>,
}

impl House {
    pub fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").context("start this with `cargo xtask`")?;
        let root = Path::new(&manifest)
            .parent()
            .context("xtask lives below the root")?
            .to_path_buf();
        let target = target_folder(&root, |name| env::var_os(name).map(PathBuf::from));
        Ok(Self {
            root,
            target,
            toolchain: None,
        })
    }

    pub fn cargo(&self) -> Command {
        self.command("cargo")
    }

    /// Any program, at the root of the repository.
    ///
    /// The variables that `cargo run` added for this program are taken out again: build scripts
    /// that watch them (ring's, for one) would otherwise compile anew after every plain `cargo`.
    pub fn program(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(added_by_cargo) {
                command.env_remove(&name);
            }
        }
        command
    }

    /// A tool of the build: it knows the toolchain and where to write.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.program(program);
        command.env("CARGO_TARGET_DIR", &self.target);
        if let Some(toolchain) = &self.toolchain {
            command.env("RUSTUP_TOOLCHAIN", toolchain);
        }
        // Through the environment, not through RUSTFLAGS: those are part of what cargo compares,
        // and a plain `cargo build` beside xtask would throw the whole cache away.
        if let Some(folder) = linker_folder() {
            command.env("COMPILER_PATH", folder);
        }
        command
    }

    /// The same environment, for the shell of somebody who calls cargo directly.
    pub fn exports(&self) -> String {
        let toolchain = self
            .toolchain
            .iter()
            .map(|name| format!("export RUSTUP_TOOLCHAIN={name}\n"));
        let linker = linker_folder().map(|folder| format!("export COMPILER_PATH={folder}\n"));
        let target = format!("export CARGO_TARGET_DIR='{}'\n", self.target.display());
        toolchain.chain(linker).chain([target]).collect()
    }

    /// What cargo wrote for a profile of the host.
    pub fn built(&self, profile: &str, file: &str) -> PathBuf {
        let folder = if profile == "dev" { "debug" } else { profile };
        self.target.join(folder).join(file)
    }

    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }
}

fn linker_folder() -> Option<&'static str> {
    Path::new(MOLD).join("ld").exists().then_some(MOLD)
}

fn added_by_cargo(name: &str) -> bool {
    name == "CARGO"
        || name == "LD_LIBRARY_PATH"
        || name == "OUT_DIR"
        || name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || name.starts_with("CARGO_BIN_")
        || name.starts_with("CARGO_CRATE_")
        || name.starts_with("CARGO_PRIMARY_")
}

/// A fresh clone per run would start cold each time, so CI keeps its build outside the clone.
fn target_folder(root: &Path, variable: impl Fn(&str) -> Option<PathBuf>) -> PathBuf {
    if let Some(chosen) = variable("CARGO_TARGET_DIR") {
        return root.join(chosen);
    }
    if variable("CI").is_none() {
        return root.join("target");
    }
    variable("XDG_CACHE_HOME")
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .map_or_else(|| root.join("target"), |cache| cache.join("dropcast/target"))
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{added_by_cargo, target_folder};

    fn target(pairs: &[(&str, &str)]) -> PathBuf {
        target_folder(Path::new("/house"), |name| {
            pairs
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| PathBuf::from(value))
        })
    }

    #[test]
    fn the_build_stays_in_the_clone_except_in_ci() {
        assert_eq!(target(&[("HOME", "/h")]), Path::new("/house/target"));
        assert_eq!(
            target(&[("HOME", "/h"), ("CI", "true")]),
            Path::new("/h/.cache/dropcast/target")
        );
        assert_eq!(
            target(&[("HOME", "/h"), ("CI", "1"), ("XDG_CACHE_HOME", "/c")]),
            Path::new("/c/dropcast/target")
        );
        assert_eq!(
            target(&[("CI", "1"), ("CARGO_TARGET_DIR", "elsewhere")]),
            Path::new("/house/elsewhere")
        );
    }

    #[test]
    fn settings_of_the_user_survive_the_clean_up() {
        assert!(added_by_cargo("CARGO_PKG_NAME"));
        assert!(!added_by_cargo("CARGO_HOME"));
        assert!(!added_by_cargo("CARGO_NET_OFFLINE"));
    }
}
