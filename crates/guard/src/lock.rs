//! A lock that is held, and how it stays so.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bus::Hint;
use store::{StoreError, Transaction, locks};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use crate::error::GuardError;
use crate::locks::{Inner, topic};

/// How many signs of life a holder gives within a lease.
const BEATS_PER_LEASE: u32 = 5;

/// Giving back waits for the database no longer than this; afterwards the lease sees to it.
const RELEASE_LIMIT: Duration = Duration::from_secs(5);

/// A lock that this process holds. Dropping it gives it back soon, [`Lock::release`] now.
#[must_use = "the lock is given back when this is dropped"]
pub struct Lock {
    proof: Proof,
    lost: watch::Receiver<bool>,
    keeper: JoinHandle<Result<(), GuardError>>,
    /// Going away is what ends the keeper.
    stop: oneshot::Sender<()>,
}

/// What is shown to a transaction that relies on a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    name: Arc<str>,
    fence: i64,
}

impl Lock {
    pub(crate) fn start(locks: Arc<Inner>, name: String, fence: i64, taken: Instant) -> Self {
        let proof = Proof {
            name: name.into(),
            fence,
        };
        let (stop, stopped) = oneshot::channel();
        let (is_lost, lost) = watch::channel(false);
        let keeper = Keeper {
            locks,
            proof: proof.clone(),
            is_lost,
            confirmed: taken,
        };
        let keeper = tokio::spawn(keeper.keep(stopped));
        Self {
            proof,
            lost,
            keeper,
            stop,
        }
    }

    /// Greater than that of everybody who held this lock before.
    pub fn fence(&self) -> i64 {
        self.proof.fence
    }

    /// What operations take along to ask whether it is still held.
    pub fn proof(&self) -> Proof {
        self.proof.clone()
    }

    /// See [`Proof::still_held`].
    pub async fn still_held(&self, transaction: &Transaction) -> Result<(), StoreError> {
        self.proof.still_held(transaction).await
    }

    /// Whether somebody else may have it by now.
    pub fn is_lost(&self) -> bool {
        *self.lost.borrow()
    }

    /// Ends when the lock is lost: somebody else has it, or the database could not be told for a
    /// lease that its holder lives, so that somebody else may have it.
    pub fn lost(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut lost = self.lost.clone();
        async move {
            let is_known = lost.wait_for(|lost| *lost).await.is_ok();
            if !is_known {
                // It was given back: it cannot be lost any more.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Gives it back. [`GuardError::Lost`] when it was not held any more.
    pub async fn release(self) -> Result<(), GuardError> {
        drop(self.stop);
        match self.keeper.await {
            Ok(released) => released,
            Err(error) => Err(StoreError::Internal(error.to_string()).into()),
        }
    }
}

impl Proof {
    /// Lets an operation go on only while the lock is held, and keeps others from taking it until
    /// the operation is over. When it was lost: [`StoreError::Conflict`], to be returned, so that
    /// nothing of the operation stays.
    pub async fn still_held(&self, transaction: &Transaction) -> Result<(), StoreError> {
        locks::require(transaction, &self.name, self.fence).await
    }

    pub fn fence(&self) -> i64 {
        self.fence
    }
}

/// The task behind a lock.
struct Keeper {
    locks: Arc<Inner>,
    proof: Proof,
    is_lost: watch::Sender<bool>,
    /// When the last sign was sent that is known to have arrived.
    confirmed: Instant,
}

impl Keeper {
    async fn keep(mut self, mut stopped: oneshot::Receiver<()>) -> Result<(), GuardError> {
        let is_ours = tokio::select! {
            _ = &mut stopped => true,
            is_ours = self.beat_until_lost() => {
                self.is_lost.send_replace(true);
                stopped.await.ok();
                is_ours
            }
        };
        if is_ours && self.release().await? {
            return Ok(());
        }
        Err(GuardError::Lost(self.proof.name.to_string()))
    }

    /// Gives signs of life. Ends when the lock is lost, with whether the row may still name us.
    async fn beat_until_lost(&mut self) -> bool {
        let name = Arc::clone(&self.proof.name);
        let pause = self.locks.lease / BEATS_PER_LEASE;
        loop {
            sleep(pause).await;
            let sent = Instant::now();
            let trouble = match timeout(pause, self.beat()).await {
                Ok(Ok(true)) => {
                    self.confirmed = sent;
                    continue;
                }
                Ok(Ok(false)) => {
                    tracing::warn!(lock = %name, fence = self.proof.fence, "a lock was lost: somebody else has it");
                    return false;
                }
                Ok(Err(error)) => error,
                Err(_) => StoreError::Unavailable("no answer".to_owned()),
            };
            if self.confirmed.elapsed() >= self.locks.lease {
                tracing::warn!(lock = %name, fence = self.proof.fence, %trouble, "a lock counts as lost");
                return true;
            }
        }
    }

    async fn beat(&self) -> Result<bool, StoreError> {
        let Proof { name, fence } = self.proof.clone();
        self.locks
            .store
            .write(move |transaction| Box::pin(async move { locks::beat(transaction, &name, fence).await }))
            .await
    }

    async fn release(&self) -> Result<bool, GuardError> {
        let Proof { name, fence } = self.proof.clone();
        let releasing = self
            .locks
            .store
            .write(move |transaction| Box::pin(async move { locks::release(transaction, &name, fence).await }));
        let released = match timeout(RELEASE_LIMIT, releasing).await {
            Ok(released) => released?,
            Err(_) => return Err(StoreError::Unavailable("no answer".to_owned()).into()),
        };
        if released {
            self.locks.bus.publish(topic(&self.proof.name), Hint::default());
        }
        Ok(released)
    }
}
