//! The files of the repository, as git sees them: committed, or new and not ignored.

use std::fs;

use anyhow::{Context, Result};

use crate::house::House;
use crate::process;

/// A text file with its path from the root.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    /// Whether its name ends in one of these, given without the dot.
    pub fn is(&self, extensions: &[&str]) -> bool {
        self.path
            .rsplit_once('.')
            .is_some_and(|(_, extension)| extensions.contains(&extension))
    }
}

pub fn of_repository(house: &House) -> Result<Vec<Source>> {
    let list = git(house, &["ls-files", "-z", "--cached", "--others", "--exclude-standard"])?;
    let mut sources = Vec::new();
    for path in list.split('\0').filter(|path| !path.is_empty()) {
        // Removed in the work tree and not yet in the index; or not text.
        let Ok(bytes) = fs::read(house.root.join(path)) else {
            continue;
        };
        if bytes.contains(&0) {
            continue;
        }
        if let Ok(text) = String::from_utf8(bytes) {
            sources.push(Source {
                path: path.to_owned(),
                text,
            });
        }
    }
    Ok(sources)
}

/// Files that are committed although `.gitignore` names them.
pub fn ignored_but_committed(house: &House) -> Result<Vec<String>> {
    let list = git(
        house,
        &["ls-files", "-z", "--cached", "--ignored", "--exclude-standard"],
    )?;
    Ok(list
        .split('\0')
        .filter(|path| !path.is_empty())
        .map(str::to_owned)
        .collect())
}

fn git(house: &House, args: &[&str]) -> Result<String> {
    process::capture(house.program("git").args(args)).context("the list of files comes from git")
}
