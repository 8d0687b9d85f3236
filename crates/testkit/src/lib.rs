//! Real parts for tests: a PostgreSQL, a Redis, an S3 server, and the real app standing on them.
//!
//! Nothing here imitates. A part is started on a free port over a temporary folder and goes when
//! the test process goes, however that ends. `cargo xtask test` starts PostgreSQL and Redis once
//! for a whole run (`testkit-services`) and hands their addresses over in the environment; without
//! it each test process starts its own when it first asks.
//!
//! What goes wrong is real, too. A [`program::Program`] is the built binary as a process, to be
//! killed, stopped and started again; [`postgres::PostgresServer`] and [`redis::RedisServer`] are
//! servers that one test may take down; a [`relay::Relay`] is a bad line; a [`cramped::Cramped`]
//! disk runs full. [`chaos::Chaos`] does such things at random moments while a load runs, and a
//! [`ledger::Ledger`] holds what was acknowledged meanwhile, to be looked for afterwards. A `drill` has
//! workers of the queue in processes of their own (`testkit-worker`), with jobs made to be killed.
//!
//! What is not here: expectations. A test says itself what it expects.
//!
//! Features: none for the parts alone, `migrated` for databases with tables, `app` for [`TestApp`].
//! To add a part: a module with a function that returns its address, a [`relay::Relay`] in front
//! of it when a test wants to take it away, and a line in `bin/services.rs` if it costs time to start.

pub mod ambient;
pub mod chaos;
pub mod client;
pub mod cramped;
#[cfg(feature = "migrated")]
pub mod databases;
#[cfg(feature = "app")]
pub mod drill;
mod guarded;
pub mod ledger;
mod ports;
pub mod postgres;
pub mod program;
pub mod redis;
pub mod relay;
pub mod s3;
pub mod signal;
pub mod wait;

#[cfg(feature = "app")]
mod app;
#[cfg(feature = "app")]
pub use app::{Part, Stack, TestApp, TestAppBuilder};
