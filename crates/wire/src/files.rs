//! Files: what a listing shows and what an upload answers.

use serde::{Deserialize, Serialize};

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FileEntry {
    /// The file's id.
    pub id: String,
    /// The name it was given.
    pub name: String,
    /// Length in bytes.
    pub size: u64,
    /// What the file is, told from its content.
    pub media_type: String,
    /// SHA-256 of the content, in hexadecimal.
    pub sha256: String,
    /// When it was added: microseconds since 1970, UTC.
    pub added_at: i64,
    /// Where the content is, relative to the installation.
    pub content_url: String,
}

/// A page of files, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FilePage {
    /// The files of this page.
    pub files: Vec<FileEntry>,
    /// Hand this back as `after` to get the next page; absent on the last one.
    pub next: Option<String>,
    /// How many files there are in all.
    pub total: u64,
    /// How many bytes they hold together, each content counted once.
    pub stored_bytes: u64,
}
