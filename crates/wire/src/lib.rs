//! What travels between server and client: requests, answers, error codes, limits.
//!
//! The shapes here are a promise to programs written by others. They do not follow the database:
//! a column may move without anything here moving. serde only, builds for the browser.
//!
//! To add an answer: a struct in the module of its area, every field documented (the API page
//! shows those sentences), ids and digests as strings, times as `i64` microseconds UTC, no `usize`.

pub mod error;
pub mod files;
pub mod guide;
pub mod health;
pub mod home;
pub mod jobs;
pub mod limits;
