//! What is wrong with a configuration, in words that lead to the remedy.

use std::fmt;
use std::path::PathBuf;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody said anything.
    Default,
    /// An environment variable.
    Environment,
    /// A file named by an environment variable that ends in `_FILE`.
    SecretFile(PathBuf),
    /// The configuration file.
    File(PathBuf),
    /// An argument of the command.
    CommandLine,
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => out.write_str("default"),
            Self::Environment => out.write_str("environment"),
            Self::SecretFile(path) => write!(out, "secret file {}", path.display()),
            Self::File(path) => write!(out, "{}", path.display()),
            Self::CommandLine => out.write_str("command line"),
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub key: String,
    pub source: Source,
    /// Goes on after the key: "is not …", "names …".
    pub what: String,
    /// What to do, as an imperative.
    pub remedy: String,
}

impl Refusal {
    pub fn new(key: impl Into<String>, source: Source, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            source,
            what: what.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key,
            source,
            what,
            remedy,
        } = self;
        write!(out, "{key} ({source}) {what}: {remedy}.")
    }
}

/// Everything that is wrong, never empty when it is an error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Refusals(pub Vec<Refusal>);

impl Refusals {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Refusals {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, refusal) in self.0.iter().enumerate() {
            if index > 0 {
                out.write_str("\n")?;
            }
            write!(out, "{refusal}")?;
        }
        Ok(())
    }
}
