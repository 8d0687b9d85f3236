//! Files around the wasm: fonts, icons, and the hash over all of them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Faces of the interface: file in the npm package, name beside the style sheet.
const FONTS: [(&str, &str); 2] = [
    (
        "@fontsource-variable/geist/files/geist-latin-wght-normal.woff2",
        "geist-latin.woff2",
    ),
    (
        "@fontsource-variable/geist/files/geist-latin-ext-wght-normal.woff2",
        "geist-latin-ext.woff2",
    ),
];

pub fn copy_fonts(modules: &Path, pkg: &Path) -> Result<()> {
    for (from, to) in FONTS {
        let from = modules.join(from);
        fs::copy(&from, pkg.join(to)).with_context(|| format!("no {}: run `npm ci` first", from.display()))?;
    }
    Ok(())
}

pub fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for file in files_below(from)? {
        let target = to.join(&file);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(from.join(&file), target)?;
    }
    Ok(())
}

/// All files below `folder`, relative to it, in a stable order.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("reading {}", next.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path.strip_prefix(folder)?.to_owned());
            }
        }
    }
    files.sort();
    Ok(files)
}

/// A short digest over the names and contents of all files in `folder`.
pub fn hash_of(folder: &Path) -> Result<String> {
    let mut hasher = Sha256::new();
    for file in files_below(folder)? {
        let content = fs::read(folder.join(&file))?;
        hasher.update(file.to_string_lossy().as_bytes());
        hasher.update([0]);
        hasher.update((content.len() as u64).to_le_bytes());
        hasher.update(content);
    }
    Ok(hex::encode(&hasher.finalize()[..8]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_follows_names_and_contents() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
        write("a", "1");
        let first = hash_of(folder.path()).expect("hashed");
        assert_eq!(first.len(), 16);
        write("a", "2");
        let second = hash_of(folder.path()).expect("hashed");
        assert_ne!(first, second);
        fs::rename(folder.path().join("a"), folder.path().join("b")).expect("renamed");
        assert_ne!(second, hash_of(folder.path()).expect("hashed"));
    }
}
