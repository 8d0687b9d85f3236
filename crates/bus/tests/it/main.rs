//! Hints within a process and over a real Redis that goes away, falls silent and comes back.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod commands;
mod connection;
mod counted;
mod counters;
mod lines;
mod local;
mod nodes;
mod outages;
