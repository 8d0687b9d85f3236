//! The use cases over a real database and a real disk.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod access;
mod health;
mod house;
mod listing;
mod upload;
