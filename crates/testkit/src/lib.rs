//! Real parts for tests: a PostgreSQL, a Redis, an S3 server, and the real app standing on them.
//!
//! Nothing here imitates. A part is started on a free port over a temporary folder and goes when
//! the test process goes, however that ends. `cargo xtask test` starts PostgreSQL and Redis once
//! for a whole run (`testkit-services`) and hands their addresses over in the environment; without
//! it each test process starts its own when it first asks.
//!
//! What is not here: expectations. A test says itself what it expects.
//!
//! Features: none for the parts alone, `migrated` for databases with tables, `app` for [`TestApp`].
//! To add a part: a module with a function that returns its address, a [`relay::Relay`] in front
//! of it when a test wants to take it away, and a line in `bin/services.rs` if it costs time to start.

pub mod ambient;
pub mod client;
#[cfg(feature = "migrated")]
pub mod databases;
mod guarded;
pub mod postgres;
pub mod redis;
pub mod relay;
pub mod s3;
pub mod wait;

#[cfg(feature = "app")]
mod app;
#[cfg(feature = "app")]
pub use app::{Part, Stack, TestApp, TestAppBuilder};
