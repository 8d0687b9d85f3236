//! Whom we are measured against, and how each is set up to do its best.
//!
//! `cargo xtask bench` has installed them. One that is not there is an error with its reason here,
//! which the report shows.

pub mod copyparty;
pub mod dropcast;
pub mod miniserve;
pub mod nginx;
pub mod postgres;
pub mod tus;

use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context as _, Result};

use crate::machine::version_of;
use crate::runner::Missing;
use crate::server::Server;

/// How to start a server afresh.
pub type Start = Rc<dyn Fn() -> Result<Server>>;

/// A server that hands out the source file.
#[derive(Clone)]
pub struct Host {
    pub name: String,
    /// Where on it the file is.
    pub path: String,
    pub start: Start,
}

/// A program that is there.
#[derive(Clone, Debug)]
pub struct Program {
    pub path: PathBuf,
    pub version: String,
}

impl Program {
    fn at(path: &Path, argument: &str) -> Result<Self> {
        let version = version_of(path, argument).context("it is not installed")?;
        Ok(Self {
            path: path.to_owned(),
            version,
        })
    }

    /// A program of the system, also where only the administrator has it on the path.
    pub fn of_system(name: &str, argument: &str) -> Result<Self> {
        let places = [PathBuf::from(name), Path::new("/usr/sbin").join(name)];
        let found = places.iter().find_map(|path| Self::at(path, argument).ok());
        found.context("it is not installed")
    }
}

/// Notes the ones that are missing and keeps the others.
pub fn present<T>(name: &str, found: Result<T>, missing: &mut Vec<Missing>) -> Option<T> {
    found
        .map_err(|error| {
            missing.push(Missing {
                name: name.to_owned(),
                reason: format!("{error:#}"),
            });
        })
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_noted() {
        let mut missing = Vec::new();
        let found = present("ghost", Program::of_system("no-such-server", "-v"), &mut missing);
        assert!(found.is_none());
        assert_eq!((missing.len(), missing[0].reason.as_str()), (1, "it is not installed"));
        assert!(present("git", Program::of_system("git", "--version"), &mut missing).is_some());
    }
}
