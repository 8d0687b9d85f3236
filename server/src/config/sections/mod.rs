//! The sections of the configuration, in the order of the reference page.

mod database;
mod jobs;
mod limits;
mod logging;
mod media;
mod metrics;
mod redis;
mod sentry;
mod server;
mod storage;

pub use database::{Database, Engine};
pub use jobs::{Jobs, Queues};
pub use limits::Limits;
pub use logging::{Format, Logging};
pub use media::Media;
pub use metrics::Metrics;
pub use redis::Redis;
pub use sentry::Sentry;
pub use server::Server;
pub use storage::{S3, Storage};

use super::setting::Row;

/// A group of settings as the reference page shows them.
pub struct Chapter {
    pub title: &'static str,
    pub about: &'static str,
    pub rows: &'static [Row],
}

/// All settings there are.
pub static CHAPTERS: &[Chapter] = &[
    server::CHAPTER,
    storage::CHAPTER,
    storage::S3_CHAPTER,
    database::CHAPTER,
    redis::CHAPTER,
    jobs::CHAPTER,
    metrics::CHAPTER,
    limits::CHAPTER,
    logging::CHAPTER,
    sentry::CHAPTER,
    media::CHAPTER,
];

/// The settings of all chapters, one after the other.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    CHAPTERS.iter().flat_map(|chapter| chapter.rows)
}
