//! Folders that survive a power cut: an entry is safe once the folder that holds it is synced.

use std::collections::HashSet;
use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Folders are for us alone.
const FOLDER_MODE: u32 = 0o700;

/// Which folders this process knows to be safe.
///
/// That a folder exists is not enough: another upload may have made it a moment ago and not have
/// synced its parent yet.
#[derive(Debug, Default)]
pub(super) struct SafeFolders(Mutex<HashSet<PathBuf>>);

impl SafeFolders {
    /// Makes `folder`, which lies `depth` levels below one that is safe, and waits until it is safe
    /// itself.
    pub(super) fn ensure(&self, folder: &Path, depth: usize) -> io::Result<()> {
        let known = |set: &HashSet<PathBuf>| set.contains(folder);
        if depth == 0 || known(&self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.ensure(parent, depth - 1)?;
            create(folder)?;
            sync(parent)?;
        }
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(folder.to_owned());
        Ok(())
    }
}

/// Makes `folder` and what is missing above it.
pub(super) fn create_with_parents(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder)
}

/// Waits until the entries of `folder` are safe.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn create(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(FOLDER_MODE).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}
