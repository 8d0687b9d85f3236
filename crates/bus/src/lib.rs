//! The line between nodes.
//!
//! It carries hints ("something changed there, look again"), never facts: the database is the
//! truth, and whoever misses a hint finds out a little later. So nothing here may be needed for an
//! answer to be right, and no wait here is long. What this crate must not know: files, rows, rules,
//! or what a hint means.
//!
//! A single machine needs no Redis: [`Bus::local`] serves one process. Several nodes share a Redis:
//! [`Bus::over`] it, what is published on one node is heard on all. [`Redis`] is the connection,
//! also for those who keep something short-lived there; losing all of it must cost no more than
//! time.
//!
//! To add a topic: nothing is registered. Whoever knows what the hint means (the crate that writes
//! the rows) has one function that makes the [`Topic`], with an id in its name if few listen to
//! each (`upload:<id>`), and says there what the [`Hint`] holds. A subscriber subscribes first, then
//! reads the database, then reads again at every piece of [`News`]; [`News::Resync`] means that
//! anything may have changed. Work that must happen also looks by itself from time to time.
//!
//! To add something that is asked of Redis: a method in `commands`, through the bounded `ask`.

mod backoff;
mod bus;
mod commands;
mod error;
mod figures;
mod frame;
mod hub;
mod listener;
mod mailbox;
mod redis;
mod script;
mod speaker;
mod topic;

pub use self::bus::Bus;
pub use self::error::BusError;
pub use self::figures::describe as describe_figures;
pub use self::hub::Subscription;
pub use self::mailbox::News;
pub use self::redis::Redis;
pub use self::script::{Answer, Arg, Script};
pub use self::topic::{Hint, Topic};
