//! The same expectations of both backends, and what only one of them has.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod fs;
mod ours;
mod s3;
mod shared;
