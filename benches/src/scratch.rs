//! Room for gigabytes: a folder on a real disk, empty at the start and gone at the end.

use std::fs::{self, File};
use std::io::{BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use sha2::{Digest as _, Sha256};

const PIECE_BYTES: usize = 1 << 20;

pub struct Scratch {
    folder: PathBuf,
    /// Held while we run: two benchmarks at once would measure each other.
    _lock: File,
}

impl Scratch {
    /// Takes the folder, alone, and throws away what an interrupted run left there.
    pub fn take(place: &Path) -> Result<Self> {
        fs::create_dir_all(place).with_context(|| format!("making {}", place.display()))?;
        let lock = File::create(place.join("lock"))?;
        ensure!(lock.try_lock().is_ok(), "another benchmark is running");
        let folder = place.join("run");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir(&folder)?;
        Ok(Self { folder, _lock: lock })
    }

    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// A folder inside, empty.
    pub fn fresh(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir(&folder)?;
        Ok(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("{} is left behind: {error}", self.folder.display());
        }
    }
}

/// What kind of file system a folder is on, in one word.
pub fn file_system(folder: &Path) -> Result<String> {
    let output = Command::new("df")
        .arg("--output=fstype")
        .arg(folder)
        .output()
        .context("running df")?;
    // A heading, then the word.
    let said = String::from_utf8_lossy(&output.stdout);
    Ok(said.lines().last().unwrap_or_default().trim().to_owned())
}

/// A file that nothing can compress, the same in every run.
pub struct Source {
    pub path: PathBuf,
    pub size: u64,
    pub sha256: String,
}

impl Source {
    pub fn write(path: PathBuf, size: u64) -> Result<Self> {
        let mut random = Random::new(size);
        let mut hash = Sha256::new();
        let mut piece = vec![0; PIECE_BYTES];
        let mut file = BufWriter::with_capacity(PIECE_BYTES, File::create(&path)?);
        let mut left = size;
        while left > 0 {
            let length = usize::try_from(left).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
            random.fill(&mut piece[..length]);
            hash.update(&piece[..length]);
            file.write_all(&piece[..length])?;
            left -= length as u64;
        }
        file.into_inner()?.sync_all()?;
        Ok(Self {
            path,
            size,
            sha256: hex(&hash.finalize()),
        })
    }
}

pub fn sha256_of(path: &Path) -> Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hex(&hash.finalize())),
            length => hash.update(&piece[..length]),
        }
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(half), 16).unwrap_or_default());
        }
        text
    })
}

/// Some servers run as an account of their own when they are started by root.
pub fn is_root() -> Result<bool> {
    let output = Command::new("id").arg("-u").output().context("running id")?;
    Ok(output.stdout.trim_ascii() == b"0")
}

/// Waits until the disk has what was written so far, so that nobody pays for what others wrote.
pub fn settle_disk() -> Result<()> {
    let status = Command::new("sync").status().context("running sync")?;
    ensure!(status.success(), "sync failed");
    Ok(())
}

/// Numbers without a pattern, the same for the same seed (xorshift).
pub struct Random(u64);

impl Random {
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub const fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn fill(&mut self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(8) {
            piece.copy_from_slice(&self.next().to_le_bytes()[..piece.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_ours_alone_and_goes_with_us() {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("run")).unwrap();
        fs::write(place.path().join("run/left-over"), "").unwrap();

        let scratch = Scratch::take(place.path()).unwrap();
        assert!(!scratch.path().join("left-over").exists());
        assert!(Scratch::take(place.path()).is_err_and(|error| error.to_string().contains("another")));
        let folder = scratch.fresh("data").unwrap();
        fs::write(folder.join("a"), "").unwrap();
        assert!(!scratch.fresh("data").unwrap().join("a").exists());
        let found = file_system(scratch.path()).unwrap();
        assert!(!found.is_empty() && !found.contains(char::is_whitespace), "{found}");

        drop(scratch);
        assert!(!place.path().join("run").exists());
        assert!(Scratch::take(place.path()).is_ok());
    }

    #[test]
    fn a_source_is_of_the_size_and_hash_it_says() {
        let place = tempfile::tempdir().unwrap();
        let size = (1 << 20) + 13;
        let source = Source::write(place.path().join("a"), size).unwrap();
        assert_eq!(fs::metadata(&source.path).unwrap().len(), size);
        assert_eq!(sha256_of(&source.path).unwrap(), source.sha256);
        let again = Source::write(place.path().join("b"), size).unwrap();
        assert_eq!(again.sha256, source.sha256);
        let bytes = fs::read(&source.path).unwrap();
        assert_ne!(bytes[..4096], bytes[4096..8192]);
    }

    #[test]
    fn digests_are_written_in_hexadecimal() {
        assert_eq!(hex(&[0, 0x1f, 0xa0, 0xff]), "001fa0ff");
    }
}
