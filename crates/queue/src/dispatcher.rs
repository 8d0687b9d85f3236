//! Claims jobs, as many at once as their queue has slots, and has them begun.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bus::Subscription;
use store::StoreError;
use store::jobs::{self, Claim, Claimed};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};
use tokio_util::task::TaskTracker;

use crate::patience::{in_time, will_pass};
use crate::pool::Queue;
use crate::registry::Handler;
use crate::schedule::{self, Schedule};
use crate::shared::Core;
use crate::{figures, supervise, topics};

/// How long a pool with nothing to do waits when nobody wakes it.
const IDLE: Duration = Duration::from_secs(1);
/// The most jobs in one claim.
const BATCH: usize = 64;

/// One queue, with what is known of it here.
pub struct Lane {
    pub queue: Queue,
    kinds: Vec<String>,
    handlers: HashMap<String, Handler>,
    slots: Arc<Semaphore>,
}

pub fn lanes(queues: Vec<Queue>, handlers: &[(&'static str, Handler)]) -> Vec<Lane> {
    queues
        .into_iter()
        .map(|queue| {
            metrics::gauge!(figures::SLOTS, "queue" => queue.name)
                .set(f64::from(u32::try_from(queue.slots).unwrap_or(u32::MAX)));
            let handlers: HashMap<String, Handler> = handlers
                .iter()
                .filter(|(name, _)| *name == queue.name)
                .map(|(_, handler)| (handler.kind.to_owned(), handler.clone()))
                .collect();
            Lane {
                kinds: handlers.keys().cloned().collect(),
                handlers,
                slots: Arc::new(Semaphore::new(queue.slots.max(1))),
                queue,
            }
        })
        .collect()
}

pub struct Dispatcher {
    core: Arc<Core>,
    lanes: Vec<Lane>,
    /// One suspect at a time, whatever its queue.
    suspects: Arc<Semaphore>,
    schedules: Vec<Schedule>,
    schedules_looked_at: Option<Instant>,
    suspects_looked_for: Option<Instant>,
    in_trouble: bool,
    news: Subscription,
    tasks: TaskTracker,
}

impl Dispatcher {
    pub fn new(core: Arc<Core>, lanes: Vec<Lane>, schedules: Vec<Schedule>, tasks: TaskTracker) -> Self {
        Self {
            news: core.bus.subscribe([topics::ready()]),
            core,
            lanes,
            suspects: Arc::new(Semaphore::new(1)),
            schedules,
            schedules_looked_at: None,
            suspects_looked_for: None,
            in_trouble: false,
            tasks,
        }
    }

    /// Takes what there is and what there is room for.
    pub async fn round(&mut self) {
        let kept = self.keep_schedules().await;
        match kept.and(self.take().await) {
            Ok(()) if self.in_trouble => {
                self.in_trouble = false;
                tracing::info!("jobs are claimed again");
            }
            Ok(()) => {}
            Err(error) if self.in_trouble => tracing::debug!(%error, "still no jobs can be claimed"),
            Err(error) => {
                self.in_trouble = true;
                tracing::warn!(%error, "no jobs can be claimed for now");
            }
        }
    }

    /// Waits until there may be something to do: a place is free, somebody called, or time passed.
    pub async fn pause(&mut self) {
        // In trouble nothing is urgent, and calls would only make for more questions.
        if self.in_trouble {
            return sleep(IDLE).await;
        }
        tokio::select! {
            () = sleep(IDLE) => {}
            () = self.core.freed.notified() => {}
            news = self.news.next() => if news.is_none() { sleep(IDLE).await },
        }
    }

    async fn keep_schedules(&mut self) -> Result<(), StoreError> {
        if self.schedules.is_empty() || self.schedules_looked_at.is_some_and(|at| at.elapsed() < IDLE) {
            return Ok(());
        }
        schedule::keep(&self.core.store, &self.schedules, self.core.ambient.as_ref()).await?;
        self.schedules_looked_at = Some(Instant::now());
        Ok(())
    }

    async fn take(&mut self) -> Result<(), StoreError> {
        let suspects_too = self.time_for_suspects();
        let free: Vec<String> = self
            .lanes
            .iter()
            .filter(|lane| lane.slots.available_permits() > 0)
            .map(|lane| lane.queue.name.to_owned())
            .collect();
        let (store, now) = (&self.core.store, self.core.ambient.now());
        let mut found = in_time(jobs::readiness(store, &free, now)).await?;
        if found.some_are_due {
            in_time(store.write(move |transaction| Box::pin(jobs::promote(transaction, now)))).await?;
            found = in_time(jobs::readiness(store, &free, now)).await?;
        }
        let mut outcome = Ok(());
        for lane in &self.lanes {
            if !found.queues.iter().any(|name| name == lane.queue.name) {
                continue;
            }
            match self.take_from(lane, suspects_too).await {
                Ok(()) => {}
                Err(error) if will_pass(&error) => return Err(error),
                // The trouble of one queue is not that of the others.
                Err(error) => outcome = Err(error),
            }
        }
        outcome
    }

    /// Suspects go first, or a busy queue would never come to them; they are few, so that looking
    /// for them now and then is enough.
    async fn take_from(&self, lane: &Lane, suspects_too: bool) -> Result<(), StoreError> {
        if suspects_too && self.suspects.available_permits() > 0 {
            self.claim(lane, true).await?;
        }
        while self.claim(lane, false).await? == BATCH {}
        Ok(())
    }

    fn time_for_suspects(&mut self) -> bool {
        let is_time = self.suspects_looked_for.is_none_or(|at| at.elapsed() >= IDLE / 2);
        if is_time {
            self.suspects_looked_for = Some(Instant::now());
        }
        is_time
    }

    /// Claims at most as many as there is room for. Returns how many came.
    async fn claim(&self, lane: &Lane, suspects: bool) -> Result<usize, StoreError> {
        let free = lane.slots.available_permits().min(if suspects { 1 } else { BATCH });
        let Ok(limit @ 1..) = u32::try_from(free) else {
            return Ok(0);
        };
        if self.core.stopping.is_cancelled() {
            return Ok(0);
        }
        let claim = Claim {
            worker: self.core.worker,
            queue: lane.queue.name.to_owned(),
            kinds: lane.kinds.clone(),
            suspects,
            limit,
            now: self.core.ambient.now(),
        };
        let claiming = self
            .core
            .store
            .write(move |transaction| Box::pin(async move { jobs::claim(transaction, &claim).await }));
        let claimed = in_time(claiming).await?;
        let count = claimed.len();
        for job in claimed {
            self.begin(lane, job, suspects);
        }
        Ok(count)
    }

    fn begin(&self, lane: &Lane, job: Claimed, suspect: bool) {
        // Only what is known was asked for, and only as much as there is room for: nobody else takes
        // places. If it ever were otherwise, the keeper gives the job back.
        let (Some(handler), Ok(slot)) = (
            lane.handlers.get(&job.kind),
            Arc::clone(&lane.slots).try_acquire_owned(),
        ) else {
            tracing::error!(job = %job.ticket.job, kind = job.kind, "a job was claimed without a place for it");
            return;
        };
        let mut permits = vec![slot];
        if suspect {
            permits.extend(Arc::clone(&self.suspects).try_acquire_owned());
        }
        let in_hand = self.core.take(&job);
        self.tasks.spawn(supervise::supervise(
            Arc::clone(&self.core),
            handler.clone(),
            job,
            in_hand,
            permits,
        ));
    }
}
