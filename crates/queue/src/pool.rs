//! A worker: claims jobs and has them done until it is told to leave.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bus::Bus;
use domain::ambient::Ambient;
use domain::id::WorkerId;
use store::Store;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::dispatcher::{Dispatcher, lanes};
use crate::finisher::Finisher;
use crate::keeper;
use crate::registry::{Handler, Registry};
use crate::schedule::Schedule;
use crate::shared::Core;

/// Jobs that wait together, and how many of them run at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queue {
    pub name: &'static str,
    /// How many run at once in one worker.
    pub slots: usize,
    /// What belongs here and how long it may wait, in a sentence.
    pub about: &'static str,
}

/// What a pool needs.
pub struct PoolOptions {
    pub store: Store,
    pub bus: Bus,
    pub ambient: Arc<dyn Ambient>,
    /// The queues to work on.
    pub queues: Vec<Queue>,
    pub schedules: Vec<Schedule>,
    /// A worker that is silent for so long has lost its jobs.
    pub lease: Duration,
}

/// A worker.
pub struct Pool {
    options: PoolOptions,
    handlers: Vec<(&'static str, Handler)>,
    worker: WorkerId,
}

impl Pool {
    pub fn new<W: Clone + Send + Sync + 'static>(options: PoolOptions, registry: &Registry<W>) -> Self {
        let worker = WorkerId::new(options.ambient.as_ref());
        Self {
            options,
            handlers: registry.handlers(),
            worker,
        }
    }

    pub fn worker(&self) -> WorkerId {
        self.worker
    }

    /// Works until `soft` fires. Then nothing new is claimed, and what runs is asked to stop and
    /// given back if it has not finished within a few seconds, or at once when `hard` fires.
    pub async fn run(self, soft: CancellationToken, hard: CancellationToken) {
        let Self {
            options,
            handlers,
            worker,
        } = self;
        let lanes = lanes(options.queues, &handlers);
        let several = Arc::default();
        let core = Arc::new(Core {
            finisher: Finisher::start(options.store.clone(), Arc::clone(&several)),
            store: options.store,
            bus: options.bus,
            ambient: options.ambient,
            worker,
            several,
            stopping: soft.child_token(),
            hard: hard.clone(),
            queues: lanes
                .iter()
                .map(|lane| (lane.queue.name.to_owned(), lane.queue.name))
                .collect(),
            running: Mutex::new(HashMap::new()),
            freed: Notify::new(),
        });
        let kept = CancellationToken::new();
        // Whoever drops this future instead of letting it end leaves no task behind that goes on.
        let _leaving = core.stopping.clone().drop_guard();
        let _unkept = kept.clone().drop_guard();
        let keeper = tokio::spawn(keeper::keep(Arc::clone(&core), options.lease, kept.clone()));
        let tasks = TaskTracker::new();
        let mut dispatcher = Dispatcher::new(Arc::clone(&core), lanes, options.schedules, tasks.clone());
        // Not cut in the middle of a claim as long as somebody waits: what was claimed would wait
        // for its lease to end.
        while !soft.is_cancelled() && hard.run_until_cancelled(dispatcher.round()).await.is_some() {
            tokio::select! {
                () = soft.cancelled() => {}
                () = hard.cancelled() => {}
                () = dispatcher.pause() => {}
            }
        }
        core.stopping.cancel();
        tasks.close();
        tasks.wait().await;
        kept.cancel();
        if let Err(error) = keeper.await {
            tracing::error!(%error, "the keeper of running jobs ended badly");
        }
    }
}
