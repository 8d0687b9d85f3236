//! The use cases: what Dropcast does for somebody, one method each.
//!
//! HTTP handlers, server functions, pages and jobs take something in, call one method here and map
//! the answer. The rules are here and in `domain`, nowhere else. This crate must not know axum,
//! leptos, statuses or headers, and not how rows and objects are laid out.
//!
//! To add a use case: a method of the area it belongs to ([`Files`], …), taking the [`Actor`] it
//! is done for and asking `domain` for the scope first. A new area is a module and a method of
//! [`Services`]. Background work is in [`jobs`].
//!
//! [`Actor`]: domain::access::Actor

pub mod ambient;
pub mod console;
mod error;
pub mod files;
pub mod guide;
mod health;
mod home;
pub mod jobs;
pub mod zones;

use std::sync::Arc;

use blob::BlobStore;
use bus::{Bus, Redis};
use domain::ambient::Ambient;
use queue::Jobs;
use store::Store;
use wire::health::HealthReport;

pub use console::Console;
pub use error::{BodyError, ServiceError};
pub use files::Files;
pub use guide::Guide;
pub use home::Home;

/// The parts that the use cases stand on.
pub struct Parts {
    pub store: Store,
    pub blobs: BlobStore,
    /// Only where several nodes work together.
    pub redis: Option<Redis>,
    pub ambient: Arc<dyn Ambient>,
    pub limits: Limits,
    /// The version of the running program.
    pub version: &'static str,
}

/// What one installation takes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest file.
    pub max_file_bytes: u64,
}

/// All use cases. Clones share everything.
#[derive(Clone)]
pub struct Services {
    parts: Arc<Parts>,
    bus: Bus,
    allowances: guard::Limits,
    work: Jobs,
    last_look: Arc<home::LastLook>,
}

impl Services {
    /// Must be called within a runtime.
    pub fn new(parts: Parts) -> Self {
        let (store, ambient) = (parts.store.clone(), Arc::clone(&parts.ambient));
        let bus = match &parts.redis {
            Some(redis) => Bus::over(redis.clone()),
            None => Bus::local(),
        };
        let allowances = guard::Limits::new(store.clone(), parts.redis.clone(), Arc::clone(&ambient));
        let work = Jobs::new(store, bus.clone(), ambient);
        Self {
            parts: Arc::new(parts),
            bus,
            allowances,
            work,
            last_look: Arc::default(),
        }
    }

    pub fn files(&self) -> Files<'_> {
        Files::new(&self.parts)
    }

    /// What happened lately, and how things stand.
    pub fn home(&self) -> Home<'_> {
        Home::new(&self.parts, &self.last_look)
    }

    /// The documentation.
    pub fn guide(&self) -> Guide {
        Guide
    }

    /// Background work, for those who run this installation.
    pub fn console(&self) -> Console<'_> {
        Console::new(&self.parts, &self.work)
    }

    /// What takes longer than a request is enqueued here.
    pub fn work(&self) -> &Jobs {
        &self.work
    }

    /// Hints between tasks, and between nodes where there are several.
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// What clients may use up, counted for all nodes together.
    pub fn allowances(&self) -> &guard::Limits {
        &self.allowances
    }

    /// How each part is doing, asked now.
    pub async fn health(&self) -> HealthReport {
        health::report(&self.parts).await
    }

    pub fn ambient(&self) -> &Arc<dyn Ambient> {
        &self.parts.ambient
    }
}
