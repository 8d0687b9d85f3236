//! The service worker and the scripts around it. They are kept readable; what ships loses its
//! comments, and the worker gets the names of what it keeps.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use crate::pages::{files_below, hash_of};
use crate::{Plan, wasm};

/// The script that a page starts the worker with.
const STARTER: (&str, &str) = ("pwa.js", include_str!("pwa.js"));
/// The script of pages that stand in for another one.
const WAITER: (&str, &str) = ("wait.js", include_str!("wait.js"));
const WORKER: &str = include_str!("sw.js");

/// Icons that a page asks for by itself.
const ICONS: [&str; 4] = [
    "/apple-touch-icon.png",
    "/favicon.ico",
    "/icon.svg",
    "/icons/any-192.png",
];

/// The endings of what every page starts from; chunks are kept when they are first used.
const INITIAL: [&str; 3] = ["css", "js", "woff2"];

pub fn write_scripts(pkg: &Path) -> Result<()> {
    for (name, script) in [STARTER, WAITER] {
        fs::write(pkg.join(name), lean(script))?;
    }
    Ok(())
}

/// Writes `sw.js` beside the files of `root`. Its version follows everything it may keep.
pub fn write_worker(plan: &Plan, hash: &str, pkg: &Path, root: &Path) -> Result<()> {
    let base = format!("/pkg/{hash}/");
    let version = version(hash, root, &plan.texts)?;
    let files = serde_json::to_string(&kept(&base, pkg, root, &languages(&plan.texts)?)?)?;
    let script = filled(&lean(WORKER), &version, &base, &files)?;
    Ok(fs::write(root.join("sw.js"), script)?)
}

fn version(hash: &str, root: &Path, texts: &Path) -> Result<String> {
    let mut hasher = Sha256::new();
    for part in [hash, &hash_of(root)?, &hash_of(texts)?, WORKER] {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    Ok(hex::encode(&hasher.finalize()[..8]))
}

/// The languages there are, as the names of the catalogues say.
fn languages(texts: &Path) -> Result<Vec<String>> {
    let files = files_below(texts)?;
    let names = files.iter().filter_map(|file| file.file_stem()?.to_str());
    Ok(names.map(str::to_owned).collect())
}

/// The addresses of what is kept from the start.
fn kept(base: &str, pkg: &Path, root: &Path, languages: &[String]) -> Result<Vec<String>> {
    let initial = files_below(pkg)?.into_iter().filter_map(|file| {
        let name = file.to_str()?.to_owned();
        let ending = file.extension()?.to_str()?;
        (INITIAL.contains(&ending) || name == wasm::MODULE).then(|| format!("{base}{name}"))
    });
    let mut kept: Vec<String> = initial.collect();
    for icon in ICONS {
        ensure!(root.join(&icon[1..]).is_file(), "there is no icon {icon} to be kept");
        kept.push(icon.to_owned());
    }
    kept.push("/offline".to_owned());
    kept.extend(languages.iter().map(|language| format!("/offline?language={language}")));
    Ok(kept)
}

fn filled(script: &str, version: &str, base: &str, files: &str) -> Result<String> {
    let mut script = script.to_owned();
    for (place, value) in [
        ("\"{build}\"", format!("{version:?}")),
        ("\"{base}\"", format!("{base:?}")),
        ("\"{files}\"", files.to_owned()),
    ] {
        let (before, after) = script
            .split_once(place)
            .with_context(|| format!("the worker has no place for {place}"))?;
        script = [before, &value, after].concat();
    }
    Ok(script)
}

/// The script without the lines that only a reader needs.
fn lean(script: &str) -> String {
    let lines = script.lines().map(str::trim);
    let code = lines.filter(|line| !line.is_empty() && !line.starts_with("//"));
    code.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_code_ships() {
        assert_eq!(
            lean("// why\nconst a = 1;\n\n    // more\n    b(a);\n"),
            "const a = 1;\nb(a);\n"
        );
        for script in [STARTER.1, WAITER.1, WORKER] {
            let in_a_text = script.lines().any(|line| line.matches('`').count() % 2 == 1);
            assert!(!in_a_text, "a text over several lines would lose its indentation");
        }
    }

    #[test]
    fn the_worker_has_a_place_for_each_value() {
        let script = filled(&lean(WORKER), "v1", "/pkg/0/", "[\"/offline\"]").expect("filled");
        assert!(script.contains("const BUILD = \"v1\";\nconst BASE = \"/pkg/0/\";\nconst FILES = [\"/offline\"];\n"));
        assert!(filled("nothing", "", "", "").is_err());
    }

    #[test]
    fn what_every_page_starts_from_is_kept_and_chunks_are_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, name).expect("written");
        };
        for name in ["main.css", "frontend.js", wasm::MODULE, "chunk_0.wasm", "face.woff2"] {
            write(&format!("pkg/{name}"));
        }
        for icon in ICONS {
            write(&format!("root{icon}"));
        }
        write("texts/de.toml");
        write("texts/en.toml");
        let place = |name: &str| folder.path().join(name);
        let languages = languages(&place("texts")).expect("languages");
        assert_eq!(languages, ["de", "en"]);
        let kept = kept("/pkg/0/", &place("pkg"), &place("root"), &languages).expect("a list");
        for address in [
            "/pkg/0/main.css",
            "/pkg/0/face.woff2",
            "/pkg/0/frontend_bg.wasm",
            "/icon.svg",
        ] {
            assert!(kept.iter().any(|kept| kept == address), "{address} in {kept:?}");
        }
        assert_eq!(kept.iter().filter(|kept| kept.starts_with("/offline")).count(), 3);
        assert!(!kept.iter().any(|kept| kept.contains("chunk")), "{kept:?}");

        let before = version("0", &place("root"), &place("texts")).expect("a version");
        fs::write(place("texts/de.toml"), "other").expect("written");
        assert_ne!(
            before,
            version("0", &place("root"), &place("texts")).expect("a version")
        );
    }
}
