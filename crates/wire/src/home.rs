//! Home: what happened lately, and how things stand.

use serde::{Deserialize, Serialize};

use crate::files::FileEntry;
use crate::health::HealthState;

/// What files are, roughly: as people sort them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    Video,
    Photo,
    Audio,
    Document,
    Other,
}

/// What files of one kind take together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub kind: FileKind,
    pub bytes: u64,
}

/// Everything that the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeReport {
    /// When this was written: microseconds since 1970, UTC.
    pub at: i64,
    /// The newest files, newest first.
    pub recent: Vec<FileEntry>,
    /// How many files there are in all.
    pub files: u64,
    /// How many bytes they hold together, each content counted once.
    pub stored_bytes: u64,
    /// The same by kind, in the order of the kinds; none of them empty.
    pub shares: Vec<Share>,
    /// What storage has left, where that can be known.
    pub free_bytes: Option<u64>,
    /// How the parts were doing a moment ago.
    pub state: HealthState,
    /// Background work that failed and waits for somebody to look.
    pub failed_jobs: u64,
}
