//! Locks: one at a time, on all nodes together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bus::{Bus, Topic};
use domain::vigil::Vigil;
use store::locks::{self, Attempt, Sign};
use store::{Store, StoreError};
use tokio::time::{Instant, sleep};

use crate::error::GuardError;
use crate::lock::Lock;

/// How long a holder may be silent before somebody else gets its lock.
pub const DEFAULT_LEASE: Duration = Duration::from_secs(15);

/// How often, within a lease, somebody who wants a lock looks at it.
const LOOKS_PER_LEASE: u32 = 15;

/// Observations of more locks than this are looked through for old ones.
const MANY: usize = 256;

/// Hands out locks. A handle to share.
///
/// A holder is known to live by its beat, a number in the database that goes on growing; whoever
/// wants its lock watches that number by its own time. No clock of day is asked, and a clock that
/// jumps takes no lock from anybody. A holder that stopped (killed, or cut off from the database)
/// loses it after about a lease; one that was only suspended may wake up and think that it still
/// has it. So whatever is written under a lock asks [`Proof::still_held`](crate::Proof::still_held)
/// in the same transaction, and what is done outside the database heeds [`Lock::lost`].
#[derive(Clone)]
pub struct Locks(Arc<Inner>);

pub struct Inner {
    pub store: Store,
    pub bus: Bus,
    pub lease: Duration,
    holder: String,
    seen: Mutex<HashMap<String, Seen>>,
}

/// What this process saw of a lock that somebody has.
struct Seen {
    vigil: Vigil<(), Sign>,
    last: Instant,
}

impl Locks {
    /// `holder` is what an operator reads in the database about who has a lock.
    pub fn new(store: Store, bus: Bus, holder: impl Into<String>) -> Self {
        Self::with_lease(store, bus, holder, DEFAULT_LEASE)
    }

    /// All who share locks must go by the same lease.
    pub fn with_lease(store: Store, bus: Bus, holder: impl Into<String>, lease: Duration) -> Self {
        Self(Arc::new(Inner {
            store,
            bus,
            lease,
            holder: holder.into(),
            seen: Mutex::default(),
        }))
    }

    /// Takes the lock if nobody has it, or if its holder has been silent for a lease while this
    /// process tried now and again.
    pub async fn try_take(&self, name: &str) -> Result<Option<Lock>, GuardError> {
        let (inner, name) = (Arc::clone(&self.0), name.to_owned());
        // In a task of its own: a caller that stops waiting in the middle leaves no lock behind
        // that nobody gives back.
        match tokio::spawn(inner.try_take(name)).await {
            Ok(outcome) => Ok(outcome?),
            Err(error) => Err(StoreError::Internal(error.to_string()).into()),
        }
    }

    /// Waits for the lock, for about `patience`.
    pub async fn take(&self, name: &str, patience: Duration) -> Result<Option<Lock>, GuardError> {
        let deadline = Instant::now() + patience;
        let mut releases = self.0.bus.subscribe([topic(name)]);
        loop {
            if let Some(lock) = self.try_take(name).await? {
                return Ok(Some(lock));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            let pause = sleep(self.0.pause().min(left));
            tokio::select! {
                () = pause => {}
                // It was given back. A bus that is closed tells nothing any more.
                Some(_) = releases.next() => {}
            }
        }
    }

    /// Who has the lock, in the words given at its [`Locks::new`].
    pub async fn holder(&self, name: &str) -> Result<Option<String>, GuardError> {
        Ok(locks::holder(&self.0.store, name).await?)
    }
}

impl Inner {
    async fn try_take(self: Arc<Self>, name: String) -> Result<Option<Lock>, StoreError> {
        let asked = Instant::now();
        let sign = match self.take_free(&name).await? {
            Attempt::Taken(fence) => {
                self.forget(&name);
                return Ok(Some(Lock::start(self, name, fence, asked)));
            }
            Attempt::Held(sign) => sign,
        };
        if self.silent_for(&name, sign, asked) < self.lease {
            return Ok(None);
        }
        let asked = Instant::now();
        let Some(fence) = self.take_over(&name, sign).await? else {
            return Ok(None);
        };
        self.forget(&name);
        tracing::warn!(lock = name, fence, "took over a lock whose holder has been silent");
        Ok(Some(Lock::start(self, name, fence, asked)))
    }

    async fn take_free(&self, name: &str) -> Result<Attempt, StoreError> {
        let (name, holder) = (name.to_owned(), self.holder.clone());
        self.store
            .write(move |transaction| Box::pin(async move { locks::take(transaction, &name, &holder).await }))
            .await
    }

    async fn take_over(&self, name: &str, seen: Sign) -> Result<Option<i64>, StoreError> {
        let (name, holder) = (name.to_owned(), self.holder.clone());
        self.store
            .write(move |transaction| {
                Box::pin(async move { locks::take_over(transaction, &name, &holder, seen).await })
            })
            .await
    }

    /// Takes in one look at a lock, by whoever in this process wants it.
    fn silent_for(&self, name: &str, sign: Sign, asked: Instant) -> Duration {
        let mut all = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MANY {
            all.retain(|_, seen| seen.last.elapsed() < self.lease);
        }
        let seen = all.entry(name.to_owned()).or_insert_with(|| Seen {
            vigil: Vigil::new(self.pause()),
            last: asked,
        });
        let since_last = asked.saturating_duration_since(seen.last);
        seen.last = seen.last.max(asked);
        let silences = seen.vigil.look(since_last, [((), sign)]);
        silences.first().map_or(Duration::ZERO, |((), silent_for)| *silent_for)
    }

    fn forget(&self, name: &str) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    fn pause(&self) -> Duration {
        self.lease / LOOKS_PER_LEASE
    }
}

/// Where it is told that a lock was given back.
pub fn topic(name: &str) -> Topic {
    Topic::new(format!("lock:{name}"))
}
