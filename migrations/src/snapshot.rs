//! Copies of a SQLite file, made before it is changed.
//!
//! A snapshot appears whole or not at all: it is written under another name, brought to the disk
//! and then renamed.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use sea_orm_migration::sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};
use tokio::fs;

use crate::error::{self, MigrateError};

/// How many snapshots of a database are kept.
const KEPT: usize = 5;

/// Copies the database behind `db` into `folder`, then removes all but the newest snapshots.
pub async fn take(db: &DatabaseConnection, database: &Path, folder: &Path, now: i64) -> Result<PathBuf, MigrateError> {
    let refuse = |cause: String| MigrateError::Snapshot {
        folder: folder.to_owned(),
        cause,
    };
    let names = Names::of(database);
    let unfinished = folder.join(names.unfinished());
    let finished = folder.join(names.at(now));

    fs::create_dir_all(folder)
        .await
        .map_err(|error| refuse(error.to_string()))?;
    let written = write(db, &unfinished, &finished).await;
    if let Err(cause) = written {
        // A half-written copy would only take up the room that may have been missing.
        fs::remove_file(&unfinished).await.ok();
        return Err(refuse(cause));
    }
    if let Err(error) = prune(folder, &names).await {
        tracing::warn!(folder = %folder.display(), %error, "old snapshots could not be removed");
    }
    Ok(finished)
}

async fn write(db: &DatabaseConnection, unfinished: &Path, finished: &Path) -> Result<(), String> {
    let text = |error: std::io::Error| error.to_string();
    // SQLite refuses to copy over a file: one that a crash left behind has to go first.
    if fs::try_exists(unfinished).await.map_err(text)? {
        fs::remove_file(unfinished).await.map_err(text)?;
    }
    let target = unfinished.to_str().ok_or("its path is not valid UTF-8")?;
    let copy = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [target.into()]);
    db.execute_raw(copy).await.map_err(|error| error::cause(&error))?;
    fs::File::open(unfinished)
        .await
        .map_err(text)?
        .sync_all()
        .await
        .map_err(text)?;
    fs::rename(unfinished, finished).await.map_err(text)?;
    if let Some(folder) = finished.parent() {
        fs::File::open(folder)
            .await
            .map_err(text)?
            .sync_all()
            .await
            .map_err(text)?;
    }
    Ok(())
}

async fn prune(folder: &Path, names: &Names) -> std::io::Result<()> {
    let mut snapshots = Vec::new();
    let mut entries = fs::read_dir(folder).await?;
    while let Some(entry) = entries.next_entry().await? {
        if names.is_snapshot(&entry.file_name()) {
            snapshots.push(entry.path());
        }
    }
    snapshots.sort_unstable_by(|a, b| b.cmp(a));
    for old in snapshots.into_iter().skip(KEPT) {
        fs::remove_file(old).await?;
    }
    Ok(())
}

/// How the snapshots of one database are called: names of equal length, which sort by time.
struct Names {
    stem: String,
}

impl Names {
    fn of(database: &Path) -> Self {
        let stem = database.file_stem().unwrap_or(OsStr::new("database"));
        Self {
            stem: stem.to_string_lossy().into_owned(),
        }
    }

    fn at(&self, now: i64) -> String {
        format!("{}-{:020}.db", self.stem, now.max(0))
    }

    fn unfinished(&self) -> String {
        format!("{}.unfinished", self.stem)
    }

    fn is_snapshot(&self, name: &OsStr) -> bool {
        let digits = name
            .to_str()
            .and_then(|name| name.strip_prefix(&self.stem)?.strip_prefix('-')?.strip_suffix(".db"));
        digits.is_some_and(|digits| digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit()))
    }
}
