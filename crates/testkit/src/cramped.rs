//! A small disk: a file system of its own, mounted where only chosen programs see it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, ensure};
use tempfile::TempDir;

use crate::s3::files_below;

/// Mounts the disk, says so, and then keeps it until its input closes: when we drop it and when we
/// are killed. No clean-up is needed, and no root where users may have name spaces of their own.
const HOLDER: &str = r#"mount -t tmpfs -o size="$0" none disk && echo mounted && exec cat >/dev/null"#;

/// Where `mount` may be, which a user's own path need not name.
const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";

/// Takes what is left, without being one of the program's files.
const FILLER: &str = ".filler";

/// A disk of a few mebibytes. It lasts as long as this, also while a program over it is down.
pub struct Cramped {
    holder: Child,
    folder: TempDir,
    as_root: bool,
}

impl Cramped {
    /// Makes a disk of `size`, as `mount` reads it: `300k`, `24m`.
    pub fn of(size: &str) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("dropcast-disk-").tempdir()?;
        fs::create_dir(folder.path().join("disk"))?;
        let as_root = fs::metadata("/proc/self")?.uid() == 0;
        let mut holder = Command::new("unshare")
            .arg("--mount")
            .args((!as_root).then_some("--map-root-user"))
            .args(["sh", "-c", HOLDER, size])
            .env("PATH", PATH)
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot start `unshare`")?;
        let mut said = String::new();
        if let Some(output) = holder.stdout.take() {
            BufReader::new(output).read_line(&mut said)?;
        }
        let disk = Self {
            holder,
            folder,
            as_root,
        };
        ensure!(
            said.trim_end() == "mounted",
            "no disk was made: {}",
            disk.into_complaint()
        );
        Ok(disk)
    }

    /// The folder that a program over this disk runs in. The disk is `disk` in it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The words before a command that let it see the disk. The command stays the process that was
    /// started.
    pub(crate) fn way_in(&self) -> Vec<OsString> {
        let mut words: Vec<OsString> = vec!["nsenter".into(), "--mount".into()];
        if !self.as_root {
            words.extend(["--user".into(), "--preserve-credentials".into()]);
        }
        words.extend(["--target".into(), self.holder.id().to_string().into()]);
        // The folder has to be entered again, from inside.
        words.extend(["sh", "-c", r#"cd "$0" && exec "$@""#].map(OsString::from));
        words.push(self.folder().into());
        words
    }

    /// What is on the disk.
    pub fn files(&self) -> anyhow::Result<Vec<PathBuf>> {
        let mut files = files_below(&self.disk())?;
        files.retain(|path| path.file_name().is_some_and(|name| name != FILLER));
        Ok(files)
    }

    /// Takes all the room that is left.
    pub fn fill(&self) -> anyhow::Result<()> {
        let mut filler = File::options()
            .create(true)
            .append(true)
            .open(self.disk().join(FILLER))?;
        for bytes in [1 << 20, 4096, 1] {
            let piece = vec![0; bytes];
            while took(filler.write(&piece))? {}
        }
        Ok(())
    }

    /// Gives back what [`fill`](Self::fill) took.
    pub fn make_room(&self) -> anyhow::Result<()> {
        Ok(fs::remove_file(self.disk().join(FILLER))?)
    }

    /// The disk as it is seen from outside: through whoever holds it.
    fn disk(&self) -> PathBuf {
        let folder = self.folder().strip_prefix("/").unwrap_or(self.folder());
        PathBuf::from(format!("/proc/{}/root", self.holder.id()))
            .join(folder)
            .join("disk")
    }

    fn into_complaint(mut self) -> String {
        let mut said = String::new();
        if let Some(mut errors) = self.holder.stderr.take() {
            drop(self.holder.stdin.take());
            let _ = errors.read_to_string(&mut said);
        }
        said
    }
}

impl Drop for Cramped {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

/// Whether there was room for what was written.
fn took(written: io::Result<usize>) -> io::Result<bool> {
    match written {
        Ok(bytes) => Ok(bytes > 0),
        Err(error) if error.kind() == ErrorKind::StorageFull => Ok(false),
        Err(error) => Err(error),
    }
}
