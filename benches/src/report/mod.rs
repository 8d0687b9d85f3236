//! What is kept of a run: as JSON for programs, as Markdown for people.

mod markdown;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::bench::{Findings, Plan};
use crate::machine::{self, Machine};
use crate::runner::{OURS, Outcome};

pub use markdown::markdown;

#[derive(Debug, Serialize)]
pub struct Report {
    pub name: String,
    pub title: String,
    pub date: String,
    pub revision: String,
    pub profile: String,
    pub size_bytes: u64,
    pub rounds: usize,
    pub quick: bool,
    pub machine: Machine,
    pub versions: Vec<(String, String)>,
    pub method: Vec<String>,
    pub outcomes: Vec<Outcome>,
}

impl Report {
    pub fn new(plan: &Plan, findings: Findings) -> Self {
        let ours = machine::version_of(&plan.binary, "--version").unwrap_or_else(|| "unknown".to_owned());
        let mut versions = vec![(OURS.to_owned(), ours)];
        versions.extend(findings.versions);
        Self {
            name: plan.name.clone(),
            title: findings.title.to_owned(),
            date: machine::today(),
            revision: machine::revision(),
            profile: plan.profile.clone(),
            size_bytes: plan.size,
            rounds: plan.rounds,
            quick: plan.quick,
            machine: plan.machine.clone(),
            versions,
            method: findings.method,
            outcomes: findings.outcomes,
        }
    }

    /// Takes the paths of this machine out of what programs said.
    pub fn without_places<P: AsRef<Path>>(mut self, places: &[P]) -> Result<Self> {
        let mut places: Vec<PathBuf> = places.iter().map(|place| place.as_ref().to_owned()).collect();
        places.extend(std::env::var_os("HOME").map(PathBuf::from));
        places.push(std::env::current_dir().context("there is a current folder")?);
        for missing in self.outcomes.iter_mut().flat_map(|outcome| &mut outcome.missing) {
            missing.reason = without_places(&missing.reason, &places);
        }
        for (_, version) in &mut self.versions {
            *version = without_places(version, &places);
        }
        Ok(self)
    }
}

/// The longest first: one may lie in another.
fn without_places(text: &str, places: &[PathBuf]) -> String {
    let mut words: Vec<String> = places.iter().map(|place| place.display().to_string()).collect();
    words.retain(|word| word.len() > 1);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.iter().fold(text.to_owned(), |text, word| text.replace(word, "…"))
}

/// Writes `NAME.md` and `NAME.json`.
pub fn write(folder: &Path, report: &Report) -> Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join(&report.name).with_extension("md"), markdown(report))?;
    let mut json = serde_json::to_string_pretty(report)?;
    json.push('\n');
    fs::write(folder.join(&report.name).with_extension("json"), json)?;
    println!("\nwritten: {0}.md and {0}.json in benches/reports", report.name);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_this_machine_are_taken_out() {
        let places = ["/a/scratch", "/a/scratch/run", "/b"].map(PathBuf::from);
        let text = without_places("cannot open /a/scratch/run/x, nor /a/scratch, nor /b/c", &places);
        assert_eq!(text, "cannot open …/x, nor …, nor …/c");
        assert_eq!(without_places("a/b", &[PathBuf::from("/")]), "a/b");
    }

    #[test]
    fn both_forms_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let report = markdown::tests::report();
        write(folder.path(), &report).unwrap();
        let json = fs::read_to_string(folder.path().join("sample.json")).unwrap();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["outcomes"][0]["series"][0]["samples"][0]["wall_seconds"], 2.0);
        assert_eq!(json["outcomes"][0]["judged"][0]["verdict"], "met");
        let text = fs::read_to_string(folder.path().join("sample.md")).unwrap();
        assert!(text.ends_with('\n') && text.lines().all(|line| !line.ends_with(' ')));
    }
}
