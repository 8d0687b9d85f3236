//! What `serve` and `worker` both stand on: the folder, the database, the storage, the line to
//! other nodes, and the use cases over them.

use std::net::SocketAddr;
use std::sync::Arc;

use domain::ambient::Ambient;
use queue::{Pool, PoolOptions, Queue};
use service::{Limits, Parts, Services};
use store::Store;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::{StartError, parts};
use crate::boot::folder::{self, DataFolder};
use crate::boot::programs;
use crate::config::Config;
use crate::lifecycle::{Left, Shutdown, Signals, Timings};
use crate::middleware::figures;
use crate::state::{AppState, StateParts};
use crate::{VERSION, http, listener};

/// Where a process can be reached.
#[derive(Clone, Copy, Debug, Default)]
pub struct Doors {
    pub main: Option<SocketAddr>,
    pub metrics: Option<SocketAddr>,
}

/// Everything but the doors.
pub struct Foundation {
    pub services: Services,
    pub config: Arc<Config>,
    pub shutdown: Shutdown,
    store: Store,
    ambient: Arc<dyn Ambient>,
}

impl Foundation {
    /// What is on the network comes first. Only then the data folder is touched, and what was made
    /// for it goes away again when a later step fails.
    pub async fn lay(config: Arc<Config>, ambient: Arc<dyn Ambient>) -> Result<Self, StartError> {
        let shutdown = Shutdown::new();
        figures::begin(&shutdown);
        let is_remote = config.storage.s3.is_some();
        let remote = if is_remote {
            Some(parts::storage(&config.storage).await?)
        } else {
            None
        };
        let folder = DataFolder::prepare(&config.storage.data)?;
        let migrated = parts::migrate(&config, ambient.as_ref()).await?;
        if !migrated.applied.is_empty() {
            tracing::info!(
                count = migrated.applied.len(),
                "the database was brought to this version's schema"
            );
        }
        let store = parts::store(&config).await?;
        let blobs = match remote {
            Some(blobs) => blobs,
            None => parts::local_storage(&config.storage, &store).await?,
        };
        let redis = parts::redis(&config).await?;
        folder.keep();

        let services = Services::new(Parts {
            store: store.clone(),
            blobs,
            redis,
            ambient: Arc::clone(&ambient),
            limits: Limits {
                max_file_bytes: config.storage.max_file_bytes,
            },
            version: VERSION,
        });
        let foundation = Self {
            services,
            config,
            shutdown,
            store,
            ambient,
        };
        foundation.watch_queues();
        Ok(foundation)
    }

    /// Works on these queues until the shutdown.
    pub fn work_on(&self, queues: Vec<Queue>) {
        if self.config.server.maintenance.is_on() {
            tracing::warn!("in maintenance: nobody is let in, and no background work begins");
            return;
        }
        if queues.is_empty() {
            return;
        }
        let registry = service::jobs::registry(&self.services);
        let options = PoolOptions {
            store: self.store.clone(),
            bus: self.services.bus().clone(),
            ambient: Arc::clone(&self.ambient),
            queues,
            schedules: service::jobs::schedules(),
            lease: self.config.jobs.lease,
        };
        let pool = Pool::new(options, &registry);
        let (soft, hard) = (self.shutdown.soft().clone(), self.shutdown.hard().clone());
        let work = tokio::spawn(pool.run(soft, hard));
        self.watch(work);
        let services = self.services.clone();
        self.shutdown
            .spawn(async move { service::jobs::at_start(&services).await });
    }

    /// The state of the HTTP side.
    pub fn state(&self) -> AppState {
        AppState::new(StateParts {
            services: self.services.clone(),
            config: Arc::clone(&self.config),
            ambient: Arc::clone(&self.ambient),
            shutdown: self.shutdown.clone(),
        })
    }

    /// Answers at these doors until the shutdown.
    pub fn open(&self, main: Option<TcpListener>, metrics: Option<TcpListener>) {
        let limits = listener::Limits::from(&self.config.server);
        let state = self.state();
        if let Some(main) = main {
            let router = http::router(state.clone());
            self.watch(listener::serve(main, router, self.shutdown.clone(), limits));
        }
        if let Some(metrics) = metrics {
            let router = http::metrics_router(state);
            self.watch(listener::serve(metrics, router, self.shutdown.clone(), limits));
        }
    }

    /// Has leaving wait for a task. One that ends before that takes the process with it, so that a
    /// supervisor can start a whole one.
    fn watch(&self, task: JoinHandle<()>) {
        watch(&self.shutdown, task);
    }

    /// Keeps the figures of the queues fresh.
    fn watch_queues(&self) {
        let (store, ambient) = (self.store.clone(), Arc::clone(&self.ambient));
        let soft = self.shutdown.soft().clone();
        self.shutdown.spawn(async move {
            soft.run_until_cancelled(queue::figures::watch(store, ambient)).await;
        });
    }

    /// What the log says at the start, beside what is particular to the process.
    pub fn announce(&self, role: &str, doors: Doors, what: &str) {
        tracing::info!(
            version = VERSION,
            role,
            listen = doors.main.map(tracing::field::display),
            metrics_listen = doors.metrics.map(tracing::field::display),
            database = self.store.engine().name(),
            storage = if self.config.storage.s3.is_some() { "s3" } else { "disk" },
            redis = self.config.redis.url.is_some(),
            "Dropcast {VERSION} {what}",
        );
        let missing = programs::missing(&self.config.media);
        if !missing.is_empty() {
            tracing::warn!(
                "{} cannot be found, so that media are stored and served as they are: install ffmpeg, or set \
                 DROPCAST_FFMPEG and DROPCAST_FFPROBE",
                missing.join(" and ")
            );
        }
        if let Ok(free) = folder::free_bytes(&self.config.storage.data)
            && free < self.config.storage.free_space_floor
        {
            tracing::warn!(
                free_bytes = free,
                "the disk of the data folder is nearly full; uploads are refused until there is room"
            );
        }
    }

    /// Goes on until a signal says to go, then leaves in order. A second signal cuts it short.
    pub async fn wait_for_signal(self, mut signals: Signals) -> Result<Left, StartError> {
        let broken = self.shutdown.hard().clone();
        let name = tokio::select! {
            name = signals.next() => name,
            () = broken.cancelled() => {
                self.leave().await;
                return Err(StartError::Broken);
            }
        };
        tracing::info!(signal = name, "{name} received, finishing what is open");
        let shutdown = self.shutdown.clone();
        let leaving = self.leave();
        tokio::pin!(leaving);
        let left = tokio::select! {
            left = &mut leaving => left,
            name = signals.next() => {
                tracing::warn!(signal = name, "{name} received again, cutting what is open");
                shutdown.cut();
                leaving.await
            }
        };
        tracing::info!(drained = left == Left::Drained, "Dropcast has stopped");
        Ok(left)
    }

    /// Leaves in order.
    pub async fn leave(self) -> Left {
        let server = &self.config.server;
        let timings = Timings {
            notice: server.shutdown_notice,
            drain: server.shutdown_drain,
        };
        let left = self.shutdown.leave(timings).await;
        self.services.bus().close();
        if let Err(error) = self.store.close().await {
            tracing::warn!(part = "database", %error, "the database did not close cleanly");
        }
        left
    }
}

fn watch(shutdown: &Shutdown, task: JoinHandle<()>) {
    let watched = shutdown.clone();
    shutdown.wait_for(async move {
        let ended = task.await;
        if !watched.is_draining() {
            tracing::error!(panicked = ended.is_err(), "a task that never ends has ended");
            watched.cut();
        }
    });
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_task_that_ends_by_itself_takes_the_process_with_it() {
        let shutdown = Shutdown::new();
        watch(&shutdown, tokio::spawn(async {}));
        shutdown.hard().cancelled().await;
    }

    #[tokio::test]
    async fn a_task_that_ends_when_asked_has_drained() {
        let shutdown = Shutdown::new();
        let soft = shutdown.soft().clone();
        watch(&shutdown, tokio::spawn(async move { soft.cancelled().await }));
        let timings = Timings {
            notice: Duration::ZERO,
            drain: Duration::from_mins(1),
        };
        assert_eq!(shutdown.leave(timings).await, Left::Drained);
    }
}
