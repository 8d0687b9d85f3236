//! Rows: everything Dropcast remembers besides bytes, on SQLite or PostgreSQL.
//!
//! [`Store`] is a handle to share. Reads take it; writes happen in an operation handed to
//! [`Store::write`], which gets a [`Transaction`]. On SQLite one task does all writing and commits
//! what waits in groups, so that many small writes cost one trip to the disk, and readers never
//! wait for it. On PostgreSQL each operation is a transaction of its own.
//!
//! What goes in and comes out are types of `domain`; SeaORM stays inside, and every value travels
//! bound, never as text of a statement. A function that returns nodes takes a
//! [`Scope`](domain::access::Scope) and applies it. What this crate must not know: who is asking,
//! what a rule allows, where bytes are, what time it is.
//!
//! The tables come from `migrations`, never from here.
//!
//! To add an aggregate: its tables in a migration, a module per table in `entity`, and one module
//! named by its noun with the questions and changes as functions, reads over `&Store` and changes
//! over `&Transaction`. Rows are parsed into domain types there; a row that does not parse is
//! [`StoreError::Corrupt`]. The test bodies in `tests/it/bodies.rs` run on both databases.

pub mod blobs;
pub mod files;
pub mod jobs;
pub mod locks;
pub mod marks;

mod connect;
mod entity;
mod error;
mod group;
mod row;
mod sql;
mod store;
mod transaction;

pub use crate::connect::{Engine, StoreOptions};
pub use crate::error::StoreError;
pub use crate::store::Store;
pub use crate::transaction::Transaction;

#[cfg(test)]
mod tests;
