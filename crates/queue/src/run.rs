//! What a job may ask and say while it runs.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::ambient::Ambient;
use domain::id::{JobId, UserId};
use futures::future::BoxFuture;
use store::jobs::{self, Claimed, Progress, Ticket};
use store::{Store, StoreError, Transaction};
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

use crate::failure::Failure;

/// One attempt at a job. Clones speak of the same.
#[derive(Clone)]
pub struct Run {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub ticket: Ticket,
    pub user: Option<UserId>,
    pub attempt: u16,
    /// Fires whenever the job has to stop, for whatever reason.
    pub stop: CancellationToken,
    /// Somebody wants the job to end.
    pub cancelled: AtomicBool,
    /// Somebody else has the job by now.
    pub lost: AtomicBool,
    /// The end of the job is written already.
    pub recorded: AtomicBool,
    pub progress: Mutex<Told>,
    pub store: Store,
    pub ambient: Arc<dyn Ambient>,
}

/// What the job said about how far it is.
#[derive(Default)]
pub(crate) struct Told {
    latest: Option<Progress>,
    /// Whether somebody has yet to write it down.
    is_news: bool,
}

impl Run {
    pub(crate) fn new(claimed: &Claimed, stop: CancellationToken, store: Store, ambient: Arc<dyn Ambient>) -> Self {
        Self {
            inner: Arc::new(Inner {
                ticket: claimed.ticket,
                user: claimed.user,
                attempt: claimed.attempt,
                stop,
                cancelled: AtomicBool::new(false),
                lost: AtomicBool::new(false),
                recorded: AtomicBool::new(false),
                progress: Mutex::default(),
                store,
                ambient,
            }),
        }
    }

    pub fn job(&self) -> JobId {
        self.inner.ticket.job
    }

    /// For whom it is done; nobody means the house itself.
    pub fn user(&self) -> Option<UserId> {
        self.inner.user
    }

    /// The first attempt is 1.
    pub fn attempt(&self) -> u16 {
        self.inner.attempt
    }

    /// Waits until the job has to stop: it was cancelled, the worker is leaving, or somebody else
    /// has the job. A job that does not stop within a few seconds is dropped where it stands.
    pub fn stopping(&self) -> WaitForCancellationFuture<'_> {
        self.inner.stop.cancelled()
    }

    /// Whether to go on: `run.check()?` between two steps.
    pub fn check(&self) -> Result<(), Failure> {
        if self.inner.stop.is_cancelled() {
            return Err(Failure::Stopped);
        }
        Ok(())
    }

    /// Says how far it is. Costs nothing: it is written a few times a second at most.
    pub fn progress(&self, progress: Progress) {
        *self.told() = Told {
            latest: Some(progress),
            is_news: true,
        };
    }

    /// It is known what there is to do; from here on it is done.
    pub async fn processing(&self) -> Result<(), Failure> {
        let (ticket, now) = (self.inner.ticket, self.inner.ambient.now());
        let ours = self
            .inner
            .store
            .write(move |transaction| Box::pin(jobs::stage(transaction, ticket, now)))
            .await?;
        self.still_ours(ours)
    }

    /// Writes something, provided that the job is still this worker's: a checkpoint. It may happen
    /// again in the next attempt.
    pub async fn write<T, F>(&self, op: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t Transaction) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
    {
        let ticket = self.inner.ticket;
        let written = self
            .inner
            .store
            .write(move |transaction| {
                Box::pin(async move {
                    if !jobs::hold(transaction, ticket).await? {
                        return Ok(None);
                    }
                    op(transaction).await.map(Some)
                })
            })
            .await?;
        self.still_ours(written.is_some())?;
        written.ok_or(Failure::Stopped)
    }

    /// Writes the effect of the job together with its end: both once, or neither.
    pub async fn complete_with<T, F>(&self, op: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t Transaction) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
    {
        let (ticket, now) = (self.inner.ticket, self.inner.ambient.now());
        let progress: Vec<_> = self
            .latest_progress()
            .map(|latest| (ticket, latest))
            .into_iter()
            .collect();
        let written = self
            .inner
            .store
            .write(move |transaction| {
                Box::pin(async move {
                    jobs::save_progress(transaction, &progress).await?;
                    if jobs::complete(transaction, &[ticket], now).await?.is_empty() {
                        return Ok(None);
                    }
                    op(transaction).await.map(Some)
                })
            })
            .await?;
        self.still_ours(written.is_some())?;
        self.inner.recorded.store(true, Ordering::Release);
        written.ok_or(Failure::Stopped)
    }

    fn still_ours(&self, ours: bool) -> Result<(), Failure> {
        if ours {
            return Ok(());
        }
        self.lose();
        Err(Failure::Stopped)
    }

    pub(crate) fn ticket(&self) -> Ticket {
        self.inner.ticket
    }

    /// Tells the job that somebody wants its end.
    pub(crate) fn cancel(&self) {
        self.inner.cancelled.store(true, Ordering::Release);
        self.inner.stop.cancel();
    }

    /// Tells the job that somebody else has it.
    pub(crate) fn lose(&self) {
        self.inner.lost.store(true, Ordering::Release);
        self.inner.stop.cancel();
    }

    pub(crate) fn was_cancelled(&self) -> bool {
        self.inner.cancelled.load(Ordering::Acquire)
    }

    pub(crate) fn was_lost(&self) -> bool {
        self.inner.lost.load(Ordering::Acquire)
    }

    pub(crate) fn is_recorded(&self) -> bool {
        self.inner.recorded.load(Ordering::Acquire)
    }

    /// What the job said since the last time.
    pub(crate) fn take_progress(&self) -> Option<Progress> {
        let mut told = self.told();
        if !std::mem::take(&mut told.is_news) {
            return None;
        }
        told.latest.clone()
    }

    /// What was taken could not be written down.
    pub(crate) fn give_progress_back(&self) {
        self.told().is_news = true;
    }

    /// The last thing the job said, whether written down or not.
    pub(crate) fn latest_progress(&self) -> Option<Progress> {
        self.told().latest.clone()
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.inner.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
