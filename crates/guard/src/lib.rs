//! Limits and locks that hold across nodes and restarts.
//!
//! [`Limits`] says how often somebody may do something, [`Locks`] lets one at a time do it. The
//! database is what they stand on; Redis only makes them quick, and nothing opens when it is gone:
//! the next slower part decides instead, down to this process alone for what must stay reachable,
//! and to a refusal for what must stay shut.
//!
//! What this crate must not know: routes, users, jobs, or why something is limited.
//!
//! To add a limit: a [`Limit`] where it is used, [`Kind::Strict`] if a guess too many does harm. To
//! add a lock: a name where it is used, and [`Proof::still_held`] in every transaction that relies
//! on it.

mod circuit;
mod error;
mod far;
mod gcra;
mod key;
mod limit;
mod limits;
mod lock;
mod locks;
mod memory;
mod near;
mod rows;

pub use crate::error::GuardError;
pub use crate::key::Key;
pub use crate::limit::{Kind, Limit, Refused};
pub use crate::limits::Limits;
pub use crate::lock::{Lock, Proof};
pub use crate::locks::{DEFAULT_LEASE, Locks};
