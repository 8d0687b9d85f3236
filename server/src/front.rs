//! The embedded front end: which files there are, and where pages find them.

use std::collections::HashMap;
use std::sync::Arc;

use app::context::FrontEnd;
use serde::Deserialize;

/// One embedded file with its compressed twins.
pub struct File {
    /// Its name inside its folder; files at fixed addresses start with `/`.
    pub name: &'static str,
    pub plain: &'static [u8],
    pub br: Option<&'static [u8]>,
    pub gz: Option<&'static [u8]>,
}

mod embedded {
    use super::File;

    include!(concat!(env!("OUT_DIR"), "/front.rs"));
}

/// The files served at fixed addresses: icons, `robots.txt`.
pub fn root_files() -> &'static [File] {
    embedded::ROOT
}

/// The file served at this fixed address.
pub fn root_file(path: &str) -> Option<&'static File> {
    find(embedded::ROOT, path)
}

/// The file `name` of the build called `hash`: any other build's files are gone.
pub fn package_file(hash: &str, name: &str) -> Option<&'static File> {
    let ours = manifest().is_some_and(|manifest| manifest.hash == hash);
    if ours { find(embedded::PKG, name) } else { None }
}

/// Where the pages find their script and style; empty when no front end was built in.
pub fn front_end() -> Arc<FrontEnd> {
    Arc::new(manifest().map(Manifest::into_front_end).unwrap_or_default())
}

/// Whether this binary carries a front end.
pub fn is_embedded() -> bool {
    embedded::MANIFEST.is_some()
}

fn find(table: &'static [File], name: &str) -> Option<&'static File> {
    table
        .binary_search_by(|file| file.name.cmp(name))
        .ok()
        .map(|place| &table[place])
}

#[derive(Deserialize)]
struct Manifest {
    hash: String,
    js: String,
    wasm: String,
    css: String,
    #[serde(default)]
    split_js: Option<String>,
    #[serde(default)]
    sprite: String,
    #[serde(default)]
    chunks: HashMap<String, Vec<String>>,
}

impl Manifest {
    fn into_front_end(self) -> FrontEnd {
        FrontEnd {
            base: format!("/pkg/{}", self.hash),
            js: self.js,
            wasm: self.wasm,
            css: self.css,
            split_js: self.split_js,
            sprite: self.sprite,
            chunks: self.chunks,
        }
    }
}

/// A manifest that cannot be read counts as none; a test keeps that from being shipped.
fn manifest() -> Option<Manifest> {
    embedded::MANIFEST.and_then(|text| serde_json::from_str(text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_embedded_can_be_found_and_read() {
        assert_eq!(is_embedded(), manifest().is_some(), "the manifest cannot be read");
        for table in [embedded::PKG, embedded::ROOT] {
            for file in table {
                let found = find(table, file.name).expect("each file is found by its name");
                assert_eq!(found.name, file.name);
            }
        }
        assert!(embedded::ROOT.iter().all(|file| file.name.starts_with('/')));
    }

    #[test]
    fn only_this_build_has_files() {
        assert!(package_file("0000000000000000", "frontend.js").is_none());
        assert!(package_file("", "").is_none());
        if let Some(manifest) = manifest() {
            assert!(package_file(&manifest.hash, &manifest.js).is_some());
            assert!(package_file(&manifest.hash, "../manifest.json").is_none());
        }
    }
}
