//! What the browser loads before a page works, and the budget it has to fit.

use std::cmp::Reverse;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::front::{self, Form};
use crate::house::House;
use crate::setup;
use crate::steps::Steps;

/// Scripts, the main module and the chunks of the first page, as brotli.
const INITIAL: u64 = 300_000;
const STYLE: u64 = 30_000;
/// Served by development builds only, and opened by nobody else.
const FOR_DEVELOPERS: &str = "__components_page";

pub fn run(house: &mut House, steps: &mut Steps) -> Result<ExitCode> {
    setup::ensure(house, steps, setup::For::Building)?;
    front::build(house, steps, Form::Release)?;
    Ok(if within_budget(house)? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

#[derive(Clone, Copy, Default)]
struct Sizes {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Prints the table, and says whether the budget holds.
pub fn within_budget(house: &House) -> Result<bool> {
    let dist = house.dist();
    let manifest: Value =
        serde_json::from_slice(&fs::read(dist.join("manifest.json")).context("dist/ is built first")?)?;
    let folder = dist
        .join("pkg")
        .join(manifest["hash"].as_str().context("the manifest names its hash")?);
    let files = sizes(&folder)?;

    println!("    {:<40} {:>10} {:>10} {:>10}", "file", "raw", "gzip", "brotli");
    for (name, size) in &files {
        println!("    {name:<40} {:>10} {:>10} {:>10}", size.raw, size.gzip, size.brotli);
    }
    // A file that is named but not there must not count as one of no bytes.
    let brotli = |name: &str| {
        let found = files.iter().find(|(file, _)| file == name);
        found
            .map(|(_, size)| size.brotli)
            .with_context(|| format!("the manifest names {name}, which is not there"))
    };
    let scripts = files
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| has_extension(name, "js"));
    let initial = initial(&manifest, scripts, brotli)?;
    let style = brotli(manifest["css"].as_str().context("the manifest names its style sheet")?)?;
    println!("    initial: {initial} of {INITIAL} bytes as brotli; style: {style} of {STYLE}");
    Ok(initial <= INITIAL && style <= STYLE)
}

/// Which page somebody opens first is unknown, so the heaviest one has to fit.
fn initial<'a>(
    manifest: &Value,
    scripts: impl Iterator<Item = &'a str>,
    brotli: impl Fn(&str) -> Result<u64>,
) -> Result<u64> {
    let mut always = brotli(manifest["wasm"].as_str().context("the manifest names its module")?)?;
    for script in scripts {
        always += brotli(script)?;
    }
    let mut heaviest = 0;
    let pages = manifest["chunks"].as_object().context("the manifest lists its pages")?;
    for (name, chunks) in pages.iter().filter(|(name, _)| !name.starts_with(FOR_DEVELOPERS)) {
        let mut page = 0;
        for chunk in chunks.as_array().into_iter().flatten().filter_map(Value::as_str) {
            page += brotli(&format!("{chunk}.wasm"))?;
        }
        println!("    {name:<60} {:>10}", always + page);
        heaviest = heaviest.max(page);
    }
    Ok(always + heaviest)
}

fn sizes(folder: &Path) -> Result<Vec<(String, Sizes)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !entry.file_type()?.is_file() || has_extension(&name, "br") || has_extension(&name, "gz") {
            continue;
        }
        let raw = entry.metadata()?.len();
        // What does not compress, such as fonts, has no siblings and travels as it is.
        let beside =
            |extension: &str| fs::metadata(folder.join(format!("{name}.{extension}"))).map_or(raw, |about| about.len());
        files.push((
            name.clone(),
            Sizes {
                raw,
                gzip: beside("gz"),
                brotli: beside("br"),
            },
        ));
    }
    files.sort_by_key(|(_, size)| Reverse(size.brotli));
    Ok(files)
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found == extension)
}

#[cfg(test)]
mod tests {
    use anyhow::bail;
    use serde_json::json;

    use super::initial;

    #[test]
    fn the_first_page_is_the_heaviest_one() {
        let manifest = json!({ "wasm": "main.wasm", "chunks": { "home": ["a"], "status": ["a", "b"], "__components_page_1": ["huge"] } });
        let size = |name: &str| match name {
            "main.wasm" => Ok(1000),
            "a.wasm" => Ok(10),
            "b.wasm" => Ok(5),
            "x.js" => Ok(100),
            _ => bail!("no {name}"),
        };
        assert_eq!(initial(&manifest, ["x.js"].into_iter(), size).unwrap(), 1115);
        assert_eq!(
            initial(&json!({ "wasm": "main.wasm", "chunks": {} }), std::iter::empty(), size).unwrap(),
            1000
        );
        let stale = json!({ "wasm": "main.wasm", "chunks": { "home": ["gone"] } });
        assert!(initial(&stale, std::iter::empty(), size).is_err());
    }
}
