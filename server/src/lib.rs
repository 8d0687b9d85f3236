//! The one binary `dropcast`: reads its configuration, opens what it stands on, answers HTTP and
//! leaves in order.
//!
//! This crate wires. It takes requests in, calls one method of `service` and maps the answer; it
//! holds no rule of its own and never talks to the database or the blob store about files.
//!
//! To add a setting: one `Setting` in its section of [`config`]. To add a route: one row of the
//! table in [`http`]. To add a command: one variant in [`cli`].

pub mod boot;
pub mod cli;
pub mod config;
pub mod doctor;
pub mod front;
pub mod healthcheck;
pub mod http;
pub mod lifecycle;
pub mod listener;
pub mod middleware;
mod out;
pub mod state;
pub mod telemetry;

/// The version of this binary, as `--version`, the health report and the schema check name it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
