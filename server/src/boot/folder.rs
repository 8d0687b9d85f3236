//! The data folder: made when it is missing, tried before anything relies on it, and left as it was
//! when the start fails.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use super::StartError;

/// Below this not even the database can grow.
const BARELY_ENOUGH: u64 = 16 << 20;

/// Proves that bytes can be written, and not only names made.
const PROBE: &[u8] = &[0; 4096];

/// The data folder during the start. Unless it is kept, the folders made for it go away again, as
/// far as nothing was put into them.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    made: Vec<PathBuf>,
}

impl DataFolder {
    /// Makes the folder if it is missing, and tries to write into it.
    pub fn prepare(path: &Path) -> Result<Self, StartError> {
        let mut folder = Self {
            path: path.to_owned(),
            made: Vec::new(),
        };
        folder
            .make()
            .and_then(|()| try_writing(path))
            .map_err(|cause| explain(path, cause))?;
        match free_bytes(path) {
            Ok(free) if free < BARELY_ENOUGH => Err(StartError::FolderFull {
                folder: path.to_owned(),
            }),
            // Where free space cannot be told, the attempt to write has to do.
            Ok(_) | Err(_) => Ok(folder),
        }
    }

    fn make(&mut self) -> io::Result<()> {
        let missing: Vec<&Path> = self
            .path
            .ancestors()
            .take_while(|part| !part.as_os_str().is_empty() && !part.exists())
            .collect();
        for part in missing.into_iter().rev() {
            // What people keep here is for nobody else on this machine.
            match DirBuilder::new().mode(0o700).create(part) {
                Ok(()) => self.made.push(part.to_owned()),
                // Another node was quicker; then it is not ours to remove.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The start has succeeded: everything stays.
    pub fn keep(mut self) {
        self.made.clear();
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        for part in self.made.iter().rev() {
            // A folder that holds something by now is kept, because this removes only empty ones.
            if fs::remove_dir(part).is_err() {
                return;
            }
        }
    }
}

/// Writes, syncs and removes a small file.
pub fn try_writing(folder: &Path) -> io::Result<()> {
    let probe = folder.join(format!(".dropcast-probe-{}", std::process::id()));
    let written = File::create(&probe).and_then(|mut file| {
        file.write_all(PROBE)?;
        file.sync_all()
    });
    match (written, fs::remove_file(&probe)) {
        (Ok(()), removed) => removed,
        (Err(error), _) => Err(error),
    }
}

/// What an ordinary user can still write under this path.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let volume = rustix::fs::statvfs(path)?;
    Ok(volume.f_bavail.saturating_mul(volume.f_frsize))
}

/// What a failure under the data folder means.
pub fn explain(path: &Path, cause: io::Error) -> StartError {
    let folder = path.to_owned();
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StartError::FolderFull { folder },
        io::ErrorKind::NotADirectory if path.is_file() => StartError::FolderIsFile { folder },
        _ => StartError::Folder { folder, cause },
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_was_made_goes_away_when_the_start_fails() {
        let parent = tempfile::tempdir().expect("a folder");
        let data = parent.path().join("a/b");
        let folder = DataFolder::prepare(&data).expect("a data folder");
        assert!(data.is_dir());
        drop(folder);
        assert!(!parent.path().join("a").exists());
    }

    #[test]
    fn a_new_folder_is_for_us_alone() {
        let parent = tempfile::tempdir().expect("a folder");
        let data = parent.path().join("data");
        DataFolder::prepare(&data).expect("a data folder").keep();
        let mode = data.metadata().expect("its rights").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn what_is_kept_or_was_there_stays() {
        let parent = tempfile::tempdir().expect("a folder");
        let data = parent.path().join("data");
        DataFolder::prepare(&data).expect("a data folder").keep();
        assert!(data.is_dir());
        drop(DataFolder::prepare(&data).expect("the same folder"));
        assert!(data.is_dir());
        assert_eq!(fs::read_dir(&data).expect("its entries").count(), 0);
    }

    #[test]
    fn a_made_folder_with_something_in_it_stays() {
        let parent = tempfile::tempdir().expect("a folder");
        let data = parent.path().join("a/b");
        let folder = DataFolder::prepare(&data).expect("a data folder");
        fs::write(data.join("note"), "keep me").expect("a file");
        drop(folder);
        assert!(data.join("note").exists());
    }

    #[test]
    fn a_file_in_its_place_is_named_as_such() {
        let parent = tempfile::tempdir().expect("a folder");
        let data = parent.path().join("data");
        fs::write(&data, "not a folder").expect("a file");
        assert!(matches!(
            DataFolder::prepare(&data),
            Err(StartError::FolderIsFile { .. })
        ));
        let below = data.join("deeper");
        assert!(matches!(DataFolder::prepare(&below), Err(StartError::Folder { .. })));
    }

    #[test]
    fn a_full_disk_is_told_from_a_forbidden_one() {
        let full = explain(Path::new("/srv"), io::ErrorKind::StorageFull.into());
        assert!(matches!(full, StartError::FolderFull { .. }));
        let forbidden = explain(Path::new("/srv"), io::ErrorKind::PermissionDenied.into());
        assert!(matches!(forbidden, StartError::Folder { .. }));
    }
}
