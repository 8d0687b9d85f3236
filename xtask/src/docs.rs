//! Examples in documentation comments, run as tests where there are any: each is a program of its
//! own to link, so nothing is compiled to find out that there are none.

use anyhow::{Context, Result};

use crate::files::Source;
use crate::front::of_workspace;
use crate::house::House;
use crate::process;
use crate::tally::Tally;

pub fn run(house: &House) -> Result<Tally> {
    let (good, output) = process::tee(of_workspace(house.cargo().args(["test", "--doc", "--no-fail-fast"])))?;
    let mut tally = Tally::of_cargo_test(&output).context("the documentation tests did not run")?;
    if !good && tally.failed == 0 {
        tally.failed = 1;
    }
    Ok(tally)
}

pub fn any(sources: &[Source]) -> bool {
    sources
        .iter()
        .filter(|source| source.is(&["rs"]))
        .any(|source| has_example(&source.text))
}

fn has_example(text: &str) -> bool {
    let mut inside = false;
    for line in text.lines().map(str::trim_start) {
        let Some(comment) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) else {
            inside = false;
            continue;
        };
        let Some(language) = comment.trim_start().strip_prefix("```") else {
            continue;
        };
        if !inside && !["text", "toml", "json", "sh", "sql", "html", "css", "ignore"].contains(&language.trim()) {
            return true;
        }
        inside = !inside;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::has_example;

    #[test]
    fn only_rust_blocks_in_documentation_count() {
        assert!(has_example("/// ```\n/// assert!(true);\n/// ```\nfn f() {}"));
        assert!(has_example("//! ```no_run\n//! f();\n//! ```"));
        assert!(!has_example("//! ```text\n//! a drawing\n//! ```\nlet a = \"```\";"));
        assert!(!has_example("// ```\n// a plain comment\n// ```"));
    }
}
