//! Compressed twins of what compresses, made once instead of at each request.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Result;

use crate::pages::files_below;

const COMPRESSIBLE: [&str; 8] = ["css", "html", "js", "json", "svg", "txt", "wasm", "webmanifest"];

/// Writes `file.br` and `file.gz` beside each file that gains from it.
pub fn beside_each(folder: &Path) -> Result<()> {
    for file in files_below(folder)? {
        let path = folder.join(&file);
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if !COMPRESSIBLE.contains(&ending) {
            continue;
        }
        let content = fs::read(&path)?;
        keep_if_smaller(&path, "br", &brotli(&content)?, &content)?;
        keep_if_smaller(&path, "gz", &gzip(&content)?, &content)?;
    }
    Ok(())
}

fn keep_if_smaller(path: &Path, ending: &str, packed: &[u8], plain: &[u8]) -> Result<()> {
    if packed.len() < plain.len() {
        let mut name = path.as_os_str().to_owned();
        name.push(".");
        name.push(ending);
        fs::write(name, packed)?;
    }
    Ok(())
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 64 * 1024, 11, 22);
    writer.write_all(content)?;
    drop(writer);
    Ok(packed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(content)?;
    Ok(writer.finish()?)
}
