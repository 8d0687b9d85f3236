//! Durable jobs: work that takes longer than a request and must not be lost.
//!
//! A kind of job is a type that implements [`Job`]: what it needs to know (its fields, kept as JSON)
//! and how it is done. It is enqueued with the change that needs it, in one transaction:
//! [`Jobs::prepare`] makes the row, `store::jobs::enqueue` writes it, [`Jobs::wake`] tells the workers.
//! A [`Pool`] claims jobs, runs each as a task, and writes down how it ended. Several pools, in
//! `serve` and in `dropcast worker`, share one database.
//!
//! What may be relied on:
//! - A job that was enqueued ends in a stated state, whatever happens to its worker. It may run
//!   more than once, so doing it twice must do no harm; what may happen only once belongs into
//!   [`Run::complete_with`], which writes it together with the end of the job, or not at all.
//! - An attempt counts when it begins. One whose worker fell silent begins again elsewhere; what
//!   the silent one says later is refused.
//! - A job during which a worker was lost is a suspect: a pool runs one of them at a time, so that
//!   one that kills its process does not take the same others with it again.
//! - Retry or give up is chosen where the failure happens: [`Failure`].
//!
//! This crate must not know what any job is about: no files, no media, no users but as lanes.
//!
//! To add a kind of job: implement [`Job`] in `service::jobs` and register it there. To rename one,
//! keep [`Registry::drain`] for the old name until no old row can be left.

mod dispatcher;
mod failure;
pub mod figures;
mod finisher;
mod handle;
mod job;
mod keeper;
mod patience;
mod pool;
mod registry;
mod run;
mod schedule;
mod shared;
mod supervise;
pub mod topics;

pub use failure::Failure;
pub use handle::{Jobs, Order};
pub use job::Job;
pub use pool::{Pool, PoolOptions, Queue};
pub use registry::Registry;
pub use run::Run;
pub use schedule::{Schedule, When};
pub use store::jobs::{Enqueued, NewJob, Progress, Requested};
