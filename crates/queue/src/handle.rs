//! The side of those who need something done.

use std::sync::Arc;
use std::time::Duration;

use bus::Bus;
use domain::ambient::Ambient;
use domain::id::{JobId, UserId};
use store::jobs::{self, Enqueued, NewJob, Requested};
use store::{Store, StoreError};

use crate::job::Job;
use crate::topics;

/// Enqueues and cancels. Clones share everything.
#[derive(Clone)]
pub struct Jobs {
    store: Store,
    bus: Bus,
    ambient: Arc<dyn Ambient>,
}

/// A job to be done, and what is to be said about it.
pub struct Order<J> {
    job: J,
    user: Option<UserId>,
    key: Option<String>,
    after: Option<Duration>,
}

impl<J: Job> Order<J> {
    /// Done for the house itself, as soon as its turn comes.
    pub fn of(job: J) -> Self {
        Self {
            job,
            user: None,
            key: None,
            after: None,
        }
    }

    /// Done for somebody: those who wait for their jobs take turns.
    #[must_use]
    pub fn on_behalf_of(mut self, user: UserId) -> Self {
        self.user = Some(user);
        self
    }

    /// Of jobs of this kind with the same key one waits or runs. A key stands for all that the job
    /// is told: the fields of a second one are not looked at.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Not before this time has passed.
    #[must_use]
    pub fn after(mut self, pause: Duration) -> Self {
        self.after = Some(pause);
        self
    }
}

impl Jobs {
    pub fn new(store: Store, bus: Bus, ambient: Arc<dyn Ambient>) -> Self {
        Self { store, bus, ambient }
    }

    /// The row of a job, to be given to `store::jobs::enqueue` within the transaction of the change
    /// that needs it. [`Jobs::wake`] afterwards spares it the wait for the next look.
    pub fn prepare<J: Job>(&self, order: Order<J>) -> Result<NewJob, StoreError> {
        Self::row(order, self.ambient.as_ref())
    }

    pub(crate) fn row<J: Job>(order: Order<J>, ambient: &dyn Ambient) -> Result<NewJob, StoreError> {
        let payload = serde_json::to_string(&order.job)
            .map_err(|error| StoreError::Internal(format!("a job of kind {} cannot be written: {error}", J::KIND)))?;
        let now = ambient.now();
        Ok(NewJob {
            id: JobId::new(ambient),
            queue: J::QUEUE.to_owned(),
            kind: J::KIND.to_owned(),
            payload,
            user: order.user,
            key: order.key.map(|key| format!("{}:{key}", J::KIND)),
            begins_as: J::BEGINS_AS,
            max_attempts: J::MAX_ATTEMPTS.max(1),
            run_at: order.after.map(|pause| now.plus(pause)),
            created_at: now,
        })
    }

    /// Tells the workers that something waits.
    pub fn wake(&self) {
        self.bus.publish(topics::ready(), "");
    }

    /// Enqueues a job that belongs to no other change.
    pub async fn submit<J: Job>(&self, order: Order<J>) -> Result<Enqueued, StoreError> {
        let job = self.prepare(order)?;
        let enqueued = self
            .store
            .write(move |transaction| Box::pin(async move { jobs::enqueue(transaction, &job).await }))
            .await?;
        self.wake();
        Ok(enqueued)
    }

    /// Enqueues many jobs of one kind for the same user, without keys.
    pub async fn submit_all<J: Job>(&self, orders: Vec<Order<J>>) -> Result<(), StoreError> {
        let rows = orders
            .into_iter()
            .map(|order| self.prepare(order))
            .collect::<Result<Vec<_>, _>>()?;
        self.store
            .write(move |transaction| Box::pin(async move { jobs::enqueue_all(transaction, &rows).await }))
            .await?;
        self.wake();
        Ok(())
    }

    /// Ends a job that waits; asks the worker of one that runs to stop.
    pub async fn cancel(&self, id: JobId) -> Result<Requested, StoreError> {
        let now = self.ambient.now();
        let requested = self
            .store
            .write(move |transaction| Box::pin(jobs::cancel(transaction, id, now)))
            .await?;
        match requested {
            Requested::Asked(worker) => self.bus.publish(topics::cancel(worker), id.to_string()),
            Requested::Cancelled => tell(&self.bus, id),
            Requested::TooLate(_) | Requested::Unknown => {}
        }
        Ok(requested)
    }

    /// Has a job that failed or was cancelled start over. `false` when there is none such.
    pub async fn requeue(&self, id: JobId) -> Result<bool, StoreError> {
        let now = self.ambient.now();
        let moved = self
            .store
            .write(move |transaction| Box::pin(jobs::requeue(transaction, id, now)))
            .await?;
        if moved {
            tell(&self.bus, id);
            self.wake();
        }
        Ok(moved)
    }
}

/// A job changed.
pub(crate) fn tell(bus: &Bus, id: JobId) {
    let text = id.to_string();
    bus.publish(topics::job(id), text.clone());
    bus.publish(topics::changed(), text);
}
