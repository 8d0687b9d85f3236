//! What can go wrong between us and the bytes.

use std::io;
use std::path::Path;

/// Why the storage did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no such object.
    #[error("the object is not there")]
    Missing,
    /// Nothing more fits, or no more than what is kept free.
    #[error("the storage is full")]
    Full,
    /// The storage is away. The text names it and says what to do; it is for the operator only.
    #[error("{0}")]
    Unavailable(String),
    /// Anything else.
    #[error("the storage failed: {0}")]
    Io(#[from] io::Error),
}

impl BlobError {
    /// The range reaches beyond the object's end, or the object is shorter than it was said to be.
    pub(crate) fn too_short() -> Self {
        Self::Io(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "the object ends before the range does",
        ))
    }

    /// The writer failed before and cannot go on.
    pub(crate) fn spent() -> Self {
        Self::Io(io::Error::other("this writer has failed before"))
    }

    /// A fault below `path`, told apart by what the operator can do about it.
    pub(crate) fn at(path: &Path, error: io::Error) -> Self {
        let path = path.display();
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            io::ErrorKind::PermissionDenied => Self::Unavailable(format!(
                "{path} cannot be used: {error}; give the user that runs Dropcast read and write access to it"
            )),
            io::ErrorKind::ReadOnlyFilesystem => {
                Self::Unavailable(format!("{path} is on a read-only file system; mount it writable"))
            }
            io::ErrorKind::NotADirectory => Self::Unavailable(format!(
                "{path} is not a folder; name another data folder or move that file away"
            )),
            _ => Self::Io(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_and_a_full_quota_are_full() {
        const ENOSPC: i32 = 28;
        const EDQUOT: i32 = 122;
        for code in [ENOSPC, EDQUOT] {
            let error = BlobError::at(Path::new("/data"), io::Error::from_raw_os_error(code));
            assert!(matches!(error, BlobError::Full), "{error}");
        }
    }

    #[test]
    fn what_the_operator_can_cure_names_the_path_and_the_cure() {
        const EACCES: i32 = 13;
        const EROFS: i32 = 30;
        for (code, cure) in [(EACCES, "read and write access"), (EROFS, "mount it writable")] {
            let text = BlobError::at(Path::new("/data"), io::Error::from_raw_os_error(code)).to_string();
            assert!(text.contains("/data") && text.contains(cure), "{text}");
        }
    }
}
