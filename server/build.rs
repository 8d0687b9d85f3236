//! Embeds the finished front end, so that the one binary, copied anywhere, serves the whole app.
//!
//! It takes what the bundler left in `dist/` (or in the folder that `DROPCAST_FRONT_DIR` names)
//! and writes a table of `include_bytes!` for `front.rs`. Without a front end the table is empty:
//! the server still builds, and says at its start that it has no pages to bring to life.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let dist = front_end_folder()?;
    // A missing folder would count as changed at each build.
    fs::create_dir_all(&dist)?;
    println!("cargo::rerun-if-env-changed=DROPCAST_FRONT_DIR");
    println!("cargo::rerun-if-changed={}", dist.display());

    let mut code = String::new();
    let manifest = dist.join("manifest.json");
    if manifest.is_file() {
        let hash = hash_in(&fs::read_to_string(&manifest)?)?;
        writeln!(
            code,
            "pub const MANIFEST: Option<&str> = Some(include_str!({:?}));",
            text_of(&manifest)?
        )?;
        write_table(&mut code, "PKG", &dist.join("pkg").join(hash), "")?;
        write_table(&mut code, "ROOT", &dist.join("root"), "/")?;
    } else {
        code.push_str("pub const MANIFEST: Option<&str> = None;\n");
        code.push_str("pub static PKG: &[File] = &[];\npub static ROOT: &[File] = &[];\n");
    }
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("front.rs"), code)?;
    Ok(())
}

fn front_end_folder() -> Result<PathBuf, Box<dyn Error>> {
    if let Some(folder) = env::var_os("DROPCAST_FRONT_DIR").filter(|folder| !folder.is_empty()) {
        return Ok(folder.into());
    }
    Ok(PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../dist"))
}

/// The name of the one folder below `pkg/`, as the manifest gives it.
fn hash_in(manifest: &str) -> Result<String, Box<dyn Error>> {
    let after = manifest.split_once("\"hash\"").ok_or("manifest.json names no hash")?.1;
    let hash = after.split('"').nth(1).ok_or("manifest.json has a malformed hash")?;
    Ok(hash.to_owned())
}

/// One static table: each file with its compressed twins, sorted by name.
fn write_table(code: &mut String, table: &str, folder: &Path, prefix: &str) -> Result<(), Box<dyn Error>> {
    let mut files = BTreeMap::new();
    gather(folder, folder, &mut files)?;
    writeln!(code, "pub static {table}: &[File] = &[")?;
    for (name, path) in &files {
        let twin = |ending: &str| match files.get(&format!("{name}.{ending}")) {
            Some(path) => format!("Some(include_bytes!({path:?}))"),
            None => "None".to_owned(),
        };
        let is_twin = ["br", "gz"].iter().any(|ending| {
            name.strip_suffix(&format!(".{ending}"))
                .is_some_and(|plain| files.contains_key(plain))
        });
        if !is_twin {
            let (br, gz) = (twin("br"), twin("gz"));
            writeln!(
                code,
                "    File {{ name: {:?}, plain: include_bytes!({path:?}), br: {br}, gz: {gz} }},",
                format!("{prefix}{name}"),
            )?;
        }
    }
    code.push_str("];\n");
    Ok(())
}

/// All files below `folder`, by their path relative to `root` with forward slashes.
fn gather(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) -> Result<(), Box<dyn Error>> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(root, &path, files)?;
        } else {
            let name = text_of(path.strip_prefix(root)?)?.replace('\\', "/");
            files.insert(name, text_of(&fs::canonicalize(&path)?)?);
        }
    }
    Ok(())
}

fn text_of(path: &Path) -> Result<String, Box<dyn Error>> {
    Ok(path.to_str().ok_or("a path that is not UTF-8")?.to_owned())
}
