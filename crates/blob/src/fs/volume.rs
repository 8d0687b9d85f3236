//! The folder that holds everything: that it is the right one, and that it has room.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access, statvfs};

use super::folders::{self, SafeFolders};
use crate::{BlobError, Probe};

/// Written once into a new data folder. Where it is missing although there should be blobs, we are
/// looking at the empty folder below a mount, and would fill the wrong disk.
const MARKER: &str = ".dropcast-volume";
const MARKER_TEXT: &str = "This file tells Dropcast that its volume is mounted. Leave it here.\n";
const BLOBS: &str = "blobs";
const TEMPORARY: &str = "tmp";
/// Files are for us alone.
pub(super) const FILE_MODE: u32 = 0o600;

#[derive(Debug)]
pub(super) struct Volume {
    root: PathBuf,
    floor_bytes: u64,
    /// The folders of `blobs/` that a power cut cannot take any more.
    pub(super) safe_folders: SafeFolders,
}

impl Volume {
    pub(super) fn open_or_create(root: &Path, floor_bytes: u64) -> Result<Self, BlobError> {
        if !root.join(MARKER).exists() && !has_blobs(root)? {
            create(root).map_err(|error| BlobError::at(root, error))?;
        }
        Self::open(root, floor_bytes)
    }

    pub(super) fn open(root: &Path, floor_bytes: u64) -> Result<Self, BlobError> {
        let volume = Self {
            root: root.to_owned(),
            floor_bytes,
            safe_folders: SafeFolders::default(),
        };
        volume.probe()?;
        Ok(volume)
    }

    /// The place of an object, given its path below the root.
    pub(super) fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    pub(super) fn temporary_folder(&self) -> PathBuf {
        self.root.join(TEMPORARY)
    }

    /// A new file of ours alone, to be renamed once it is whole.
    pub(super) fn create_temporary(&self, name: &str, expected_bytes: u64) -> Result<(File, PathBuf), BlobError> {
        self.check_mounted()?;
        self.check_room(expected_bytes)?;
        let folder = self.temporary_folder();
        let path = folder.join(name);
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(FILE_MODE)
            .open(&path)
        {
            Ok(file) => Ok((file, path)),
            Err(error) => Err(unusable(&folder, error)),
        }
    }

    /// Whether the marker is there.
    pub(super) fn check_mounted(&self) -> Result<(), BlobError> {
        if self.root.join(MARKER).exists() {
            return Ok(());
        }
        Err(BlobError::Unavailable(format!(
            "{root} has no file {MARKER}, so it does not look like the data folder that was used before; mount its \
             volume, or, if this really is the right folder, create that file in it",
            root = self.root.display()
        )))
    }

    /// Whether `bytes` more fit above the floor.
    pub(super) fn check_room(&self, bytes: u64) -> Result<(), BlobError> {
        if self.free_bytes()? >= self.floor_bytes.saturating_add(bytes) {
            Ok(())
        } else {
            Err(BlobError::Full)
        }
    }

    pub(super) fn probe(&self) -> Result<Probe, BlobError> {
        self.check_mounted()?;
        for name in [BLOBS, TEMPORARY] {
            let folder = self.root.join(name);
            access(&folder, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK)
                .map_err(|error| unusable(&folder, error.into()))?;
        }
        Ok(Probe {
            free_bytes: Some(self.free_bytes()?),
            floor_bytes: self.floor_bytes,
        })
    }

    fn free_bytes(&self) -> Result<u64, BlobError> {
        let figures = statvfs(&self.root).map_err(|error| BlobError::at(&self.root, error.into()))?;
        Ok(figures.f_bavail.saturating_mul(figures.f_frsize))
    }
}

/// A fault of one of our own folders, which are there from the start.
fn unusable(folder: &Path, error: io::Error) -> BlobError {
    match error.kind() {
        io::ErrorKind::NotFound => BlobError::Unavailable(format!(
            "the folder {} is gone; mount its volume or create the folder again",
            folder.display()
        )),
        _ => BlobError::at(folder, error),
    }
}

/// Whether `root` holds blobs already, from an earlier run or a restored copy.
fn has_blobs(root: &Path) -> Result<bool, BlobError> {
    match fs::read_dir(root.join(BLOBS)) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(BlobError::at(root, error)),
    }
}

/// The marker comes last: a folder that has it has everything.
fn create(root: &Path) -> io::Result<()> {
    for folder in [root, &root.join(BLOBS), &root.join(TEMPORARY)] {
        folders::create_with_parents(folder)?;
    }
    let mut marker = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(FILE_MODE)
        .open(root.join(MARKER))?;
    marker.write_all(MARKER_TEXT.as_bytes())?;
    marker.sync_all()?;
    folders::sync(root)
}
