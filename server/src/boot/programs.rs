//! Looks for the programs that Dropcast calls. It never runs one to find out.

use std::env;
use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::config::Media;

/// Where `program` is: itself when it is a path, else the first match in `PATH`.
pub fn find(program: &str) -> Option<PathBuf> {
    find_in(program, &env::var_os("PATH").unwrap_or_default())
}

/// The configured programs that are not there.
pub fn missing(media: &Media) -> Vec<&str> {
    [media.ffmpeg.as_str(), media.ffprobe.as_str()]
        .into_iter()
        .filter(|program| find(program).is_none())
        .collect()
}

fn find_in(program: &str, path: &OsStr) -> Option<PathBuf> {
    if program.contains('/') {
        return is_program(Path::new(program)).then(|| program.into());
    }
    env::split_paths(path)
        .map(|folder| folder.join(program))
        .find(|candidate| is_program(candidate))
}

fn is_program(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_files_that_may_be_run_are_programs() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("tool");
        fs::write(&program, "").expect("a file");
        let path = folder.path().as_os_str();
        assert_eq!(find_in("tool", path), None);
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("permissions");
        assert_eq!(find_in("tool", path), Some(program.clone()));
        assert_eq!(find_in(&program.display().to_string(), OsStr::new("")), Some(program));
        assert_eq!(find_in("other", path), None);
    }
}
