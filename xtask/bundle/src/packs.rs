//! A page needs many small modules: what it alone uses, and for each set of pages that share
//! something the module of that set. One request each would be a queue of them, and a longer one
//! with each new page; so they travel in packs: one that all pages share, and one per page. Only
//! what two pages share and is large has a pack of its own, so that the others need not load it.
//!
//! A pack is its modules one after the other. The loader knows where each begins and ends.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::wasm::{Chunks, LOADER};

/// The pack of what more than one page uses.
const SHARED: &str = "shared";
/// What two pages share is worth a request of its own from this size on, in bytes before packing.
const WORTH_A_PACK: u64 = 8 << 10;
/// Nobody but developers opens it, so what it uses too is not shared for its sake.
const FOR_DEVELOPERS: &str = "__components_page";

/// Puts the modules into packs and tells the loader. The answer is which packs each page needs.
pub fn pack(pkg: &Path, modules: &Chunks) -> Result<Chunks> {
    let size = |module: &str| fs::metadata(pkg.join(module).with_extension("wasm")).map_or(0, |about| about.len());
    let contents = contents(modules, size);
    let mut places = BTreeMap::new();
    for (pack, modules) in &contents {
        let mut bytes = Vec::new();
        for module in modules {
            let path = pkg.join(module).with_extension("wasm");
            let begin = bytes.len();
            bytes.extend(fs::read(&path).with_context(|| format!("reading {}", path.display()))?);
            places.insert(module.as_str(), (pack.as_str(), begin, bytes.len()));
            fs::remove_file(&path)?;
        }
        fs::write(pkg.join(pack).with_extension("wasm"), bytes)?;
    }
    tell_loader(&pkg.join(LOADER), &places)?;
    let packs_of = |modules: &Vec<String>| {
        let packs: BTreeSet<&str> = modules.iter().map(|module| places[module.as_str()].0).collect();
        packs.into_iter().map(str::to_owned).collect()
    };
    Ok(modules
        .iter()
        .map(|(page, modules)| (page.clone(), packs_of(modules)))
        .collect())
}

/// Which modules each pack holds. Each module is in one pack only.
fn contents(modules: &Chunks, size: impl Fn(&str) -> u64) -> BTreeMap<String, Vec<String>> {
    let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (page, needed) in modules {
        for module in needed {
            users.entry(module).or_default().insert(page);
        }
    }
    let mut contents: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (module, pages) in users {
        let of_people: Vec<&str> = pages
            .iter()
            .copied()
            .filter(|page| !page.starts_with(FOR_DEVELOPERS))
            .collect();
        let pack = match (of_people.as_slice(), pages.first()) {
            ([page], _) | ([], Some(page)) => name(page),
            ([_, _], _) if size(module) >= WORTH_A_PACK => module.to_owned(),
            _ => SHARED.to_owned(),
        };
        contents.entry(pack).or_default().push(module.to_owned());
    }
    contents
}

/// A lazy function's name as a file's.
fn name(page: &str) -> String {
    page.trim_start_matches('_').to_owned()
}

/// Where the loader would fetch a module, it takes it out of its pack.
fn tell_loader(path: &Path, places: &BTreeMap<&str, (&str, usize, usize)>) -> Result<()> {
    let mut script = fs::read_to_string(path)?;
    let mut table = String::from("const PLACES = {\n");
    for (module, (pack, begin, end)) in places {
        let fetched = format!("fetch(new URL(\"./{module}.wasm\", import.meta.url))");
        ensure!(
            script.contains(&fetched),
            "the chunk loader has changed: it does not fetch {module}"
        );
        script = script.replace(&fetched, &format!("unpack({module:?})"));
        // Writing to a string cannot fail.
        let _ = writeln!(table, "    {module:?}: [{pack:?}, {begin}, {end}],");
    }
    table.push_str("};\n");
    script.push_str(&table);
    Ok(fs::write(path, script)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modules() -> Chunks {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        [
            ("__files".to_owned(), list(&["both", "tried_out", "files"])),
            ("__home".to_owned(), list(&["both", "home"])),
            (
                "__components_page".to_owned(),
                list(&["both", "tried_out", "components"]),
            ),
        ]
        .into()
    }

    #[test]
    fn what_people_share_is_shared_and_the_rest_is_with_its_page() {
        let contents = contents(&modules(), |_| 0);
        let expected = [
            ("components_page", vec!["components"]),
            ("files", vec!["files", "tried_out"]),
            ("home", vec!["home"]),
            ("shared", vec!["both"]),
        ];
        let expected: BTreeMap<String, Vec<String>> = expected
            .into_iter()
            .map(|(pack, modules)| (pack.to_owned(), modules.into_iter().map(str::to_owned).collect()))
            .collect();
        assert_eq!(contents, expected);
    }

    #[test]
    fn what_is_large_and_shared_by_two_is_loaded_by_those_two_only() {
        let contents = contents(&modules(), |_| WORTH_A_PACK);
        assert_eq!(contents["both"], ["both"]);
        assert!(!contents.contains_key("shared"));
    }

    #[test]
    fn the_loader_finds_every_module_in_its_pack() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut script = String::new();
        for module in ["both", "tried_out", "files", "home", "components"] {
            fs::write(folder.path().join(module).with_extension("wasm"), module).expect("written");
            let _ = write!(script, "fetch(new URL(\"./{module}.wasm\", import.meta.url));");
        }
        fs::write(folder.path().join(LOADER), script).expect("written");

        let packs = pack(folder.path(), &modules()).expect("packed");
        assert_eq!(packs["__files"], ["files", "shared"]);
        assert_eq!(packs["__components_page"], ["components_page", "files", "shared"]);
        let files = fs::read_to_string(folder.path().join("files.wasm")).expect("a pack");
        assert_eq!(files, "filestried_out");
        let script = fs::read_to_string(folder.path().join(LOADER)).expect("a script");
        assert!(
            script.contains("unpack(\"tried_out\")") && !script.contains("fetch("),
            "{script}"
        );
        assert!(script.contains("\"tried_out\": [\"files\", 5, 14],"), "{script}");
    }

    #[test]
    fn a_loader_of_another_shape_stops_the_build() {
        let folder = tempfile::tempdir().expect("a folder");
        for module in ["both", "tried_out", "files", "home", "components"] {
            fs::write(folder.path().join(module).with_extension("wasm"), "").expect("written");
        }
        fs::write(folder.path().join(LOADER), "import(\"both\")").expect("written");
        assert!(pack(folder.path(), &modules()).is_err());
    }
}
