//! The house as a whole, from outside: the real app over HTTP, on both stacks.
//!
//! A test names what a visitor, a program or an operator can rely on. It starts an app of its own,
//! so that tests run in any order and all at once. `binary` goes one step further out and runs the
//! built program itself, and `faults` does to it what time and bad luck do.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod assets;
mod binary;
mod cross_site;
mod downloads;
mod faults;
mod full_disk;
mod health;
mod jobs;
mod malformed;
mod names;
mod openapi;
mod outage;
mod pages;
mod rates;
mod shutdown;
mod support;
mod uploads;
