//! Programs that are not written in Rust.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::{For, apt};
use crate::process::{capture, which};
use crate::steps::Steps;

/// What playwright-core and our own scripts ask of Node.
const NODE: u32 = 20;

struct Need {
    present: fn() -> bool,
    packages: &'static [&'static str],
}

/// For the C parts of the database and of the cryptography, and a linker that halves the time of every link.
const BUILDING: &[Need] = &[
    Need {
        present: || which("cc").is_some() && which("make").is_some(),
        packages: &["build-essential"],
    },
    Need {
        present: || which("git").is_some(),
        packages: &["git"],
    },
    Need {
        present: || which("mold").is_some() || !apt::available(),
        packages: &["mold"],
    },
    Need {
        present: || which("node").is_some(),
        packages: &["nodejs"],
    },
    Need {
        present: || which("npm").is_some(),
        packages: &["npm"],
    },
];

/// The tests start their own servers over temporary folders, from these programs.
const TESTS: &[Need] = &[
    Need {
        present: || chromium().is_some(),
        packages: &["chromium"],
    },
    Need {
        present: || postgresql().is_some(),
        packages: &["postgresql"],
    },
    Need {
        present: || which("redis-server").is_some(),
        packages: &["redis-server"],
    },
    Need {
        present: || which("ffmpeg").is_some(),
        packages: &["ffmpeg"],
    },
    Need {
        present: || which("curl").is_some(),
        packages: &["curl"],
    },
    Need {
        present: || which("sqlite3").is_some(),
        packages: &["sqlite3"],
    },
];

pub fn ensure(steps: &mut Steps, purpose: For) -> Result<()> {
    let tests = if purpose == For::Tests { TESTS } else { &[] };
    let missing: Vec<String> = BUILDING
        .iter()
        .chain(tests)
        .filter(|need| !(need.present)())
        .flat_map(|need| need.packages)
        .map(ToString::to_string)
        .collect();
    apt::install(steps, &missing)?;
    node_is_recent(&capture(Command::new("node").arg("--version"))?)
}

fn node_is_recent(version: &str) -> Result<()> {
    let major = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|number| number.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE) {
        bail!(
            "Node {NODE} or newer is needed and {} is installed: see https://nodejs.org/en/download",
            version.trim()
        );
    }
    Ok(())
}

fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
        .into_iter()
        .find_map(which)
}

/// Debian keeps the server programs off the path, in a folder per version.
pub fn postgresql() -> Option<PathBuf> {
    which("initdb").or_else(|| {
        let versions = Path::new("/usr/lib/postgresql").read_dir().ok()?;
        versions
            .flatten()
            .map(|version| version.path().join("bin/initdb"))
            .find(|program| program.exists())
    })
}

#[cfg(test)]
mod tests {
    use super::node_is_recent;

    #[test]
    fn an_old_node_is_named_with_the_remedy() {
        assert!(node_is_recent("v20.20.2\n").is_ok());
        assert!(node_is_recent("v24.1.0").is_ok());
        let error = node_is_recent("v18.20.4\n").unwrap_err().to_string();
        assert!(error.contains("v18.20.4") && error.contains("nodejs.org"), "{error}");
        assert!(node_is_recent("").is_err());
    }
}
