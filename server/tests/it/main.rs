//! The real binary, from the outside: what it says, how it ends, and what it leaves behind.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod binary;
mod commands;
mod configuration;
mod leaving;
mod maintenance;
mod refusing;
