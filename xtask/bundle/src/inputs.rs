//! Whether anything changed since the last build.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::{Plan, pages};

const REMEMBERED: &str = ".inputs";

/// A digest over everything that goes into a build, this program included.
pub fn fingerprint(plan: &Plan) -> Result<String> {
    let mut hasher = Sha256::new();
    hasher.update(fs::read(std::env::current_exe()?)?);
    hasher.update(fs::read(&plan.wasm).with_context(|| format!("reading {}", plan.wasm.display()))?);
    let style = plan.style.parent().unwrap_or(Path::new("."));
    for folder in [style, &plan.public, &plan.texts] {
        for file in pages::files_below(folder)? {
            hasher.update(file.to_string_lossy().as_bytes());
            hasher.update(fs::read(folder.join(&file))?);
        }
    }
    hasher.update(fs::read(&plan.icons)?);
    hasher.update(fs::read(plan.modules.join(".package-lock.json")).unwrap_or_default());
    hasher.update([u8::from(plan.dev), u8::from(plan.wasm_opt.is_some())]);
    Ok(hex::encode(hasher.finalize()))
}

pub fn unchanged(out: &Path, fingerprint: &str) -> bool {
    fs::read_to_string(out.join(REMEMBERED)).is_ok_and(|remembered| remembered == fingerprint)
}

pub fn remember(out: &Path, fingerprint: &str) -> Result<()> {
    Ok(fs::write(out.join(REMEMBERED), fingerprint)?)
}
