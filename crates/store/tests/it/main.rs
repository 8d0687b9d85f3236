//! Each body runs against both databases: it is given the address of one that has its tables.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bodies;
mod guards;
mod jobs;
mod on_postgres;
mod on_sqlite;
mod samples;
