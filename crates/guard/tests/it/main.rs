//! Limits and locks on real databases, several nodes at once where it matters.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod limits;
mod locks;
mod support;
mod with_redis;
