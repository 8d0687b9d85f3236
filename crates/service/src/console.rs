//! Background work as whoever runs the installation sees it: what waits, what runs, why something
//! failed; and the two things to do about it.

mod entry;
mod glance;

use domain::access::{Access, Actor};
use domain::id::JobId;
use domain::job::JobState;
use queue::{Jobs, Requested};
use store::StoreError;
use store::jobs::{Count, Filter, Record};
use wire::jobs::{JobEntry, JobPage, QueueEntry, QueueList, WorkReport};
use wire::limits::MAX_PAGE;

use crate::error::WrongState;
use crate::{Parts, ServiceError, jobs};

/// The use cases around background work.
#[derive(Clone, Copy)]
pub struct Console<'a> {
    parts: &'a Parts,
    work: &'a Jobs,
}

impl<'a> Console<'a> {
    pub(crate) fn new(parts: &'a Parts, work: &'a Jobs) -> Self {
        Self { parts, work }
    }

    /// At most `limit` jobs (and never more than [`MAX_PAGE`]), newest first, from behind `after`.
    pub async fn page(
        self,
        actor: Actor,
        state: Option<JobState>,
        queue: Option<String>,
        after: Option<JobId>,
        limit: u32,
    ) -> Result<JobPage, ServiceError> {
        actor.may(Access::Operator)?;
        let limit = limit.clamp(1, MAX_PAGE);
        let filter = Filter {
            state,
            queue,
            user: None,
        };
        // One more than asked for tells whether there is a next page.
        let records = store::jobs::page(&self.parts.store, &filter, after, limit + 1).await?;
        let shown = records.len().min(limit as usize);
        let next = (records.len() > shown).then(|| records[shown - 1].id.to_string());
        Ok(JobPage {
            jobs: records.into_iter().take(shown).map(entry::of).collect(),
            next,
        })
    }

    /// One job.
    pub async fn find(self, actor: Actor, id: JobId) -> Result<JobEntry, ServiceError> {
        actor.may(Access::Operator)?;
        self.known(id).await.map(entry::of)
    }

    /// Ends a job that waits; asks the worker of one that runs to stop. The answer is how it stands
    /// then.
    pub async fn cancel(self, actor: Actor, id: JobId) -> Result<JobEntry, ServiceError> {
        actor.may(Access::Operator)?;
        match self.work.cancel(id).await? {
            Requested::Cancelled | Requested::Asked(_) => {}
            Requested::TooLate(state) => return Err(WrongState::NotCancellable(state).into()),
            Requested::Unknown => return Err(ServiceError::NoSuchJob),
        }
        tracing::info!(job = %id, "somebody asked for the end of a job");
        self.known(id).await.map(entry::of)
    }

    /// Has a job that failed or was cancelled start over, with all its attempts. The answer is how
    /// it stands then.
    pub async fn retry(self, actor: Actor, id: JobId) -> Result<JobEntry, ServiceError> {
        actor.may(Access::Operator)?;
        match self.work.requeue(id).await {
            Ok(true) => {}
            Ok(false) => return Err(stays(&self.known(id).await?).into()),
            // One with its key came between the question and the change.
            Err(StoreError::Conflict(_)) => return Err(WrongState::Superseded.into()),
            Err(error) => return Err(error.into()),
        }
        tracing::info!(job = %id, "somebody had a job start over");
        self.known(id).await.map(entry::of)
    }

    /// How each queue stands.
    pub async fn queues(self, actor: Actor) -> Result<QueueList, ServiceError> {
        actor.may(Access::Operator)?;
        let counts = store::jobs::counts(&self.parts.store).await?;
        Ok(QueueList {
            queues: self.queues_of(&counts).await?,
        })
    }

    /// Everything that a page shows, cheap enough to be asked for every other second.
    pub async fn overview(self, actor: Actor) -> Result<WorkReport, ServiceError> {
        actor.may(Access::Operator)?;
        let counts = store::jobs::counts(&self.parts.store).await?;
        let (queues, records) =
            futures::try_join!(self.queues_of(&counts), glance::newest(&self.parts.store, &counts))?;
        Ok(WorkReport {
            at: self.parts.ambient.now().micros(),
            queues,
            jobs: records.into_iter().map(entry::of).collect(),
        })
    }

    async fn queues_of(self, counts: &[Count]) -> Result<Vec<QueueEntry>, ServiceError> {
        let waits = counts.iter().any(|count| count.state == JobState::Pending);
        let strange = if waits {
            store::jobs::unclaimed_kinds(&self.parts.store, jobs::KINDS).await?
        } else {
            Vec::new()
        };
        Ok(glance::queues(jobs::QUEUES, counts, strange, self.parts.ambient.now()))
    }

    async fn known(self, id: JobId) -> Result<Record, ServiceError> {
        store::jobs::find(&self.parts.store, id)
            .await?
            .ok_or(ServiceError::NoSuchJob)
    }
}

/// Why a job does not start over.
fn stays(record: &Record) -> WrongState {
    if entry::can_retry(record) {
        WrongState::Superseded
    } else {
        WrongState::NotRetryable(record.state)
    }
}
