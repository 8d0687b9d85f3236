//! What all tasks of a worker share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bus::Bus;
use domain::ambient::Ambient;
use domain::id::{JobId, WorkerId};
use store::Store;
use store::jobs::Claimed;
use tokio::sync::{Notify, OwnedSemaphorePermit};
use tokio_util::sync::CancellationToken;

use crate::finisher::Finisher;
use crate::run::Run;

pub struct Core {
    pub store: Store,
    pub bus: Bus,
    pub ambient: Arc<dyn Ambient>,
    pub worker: WorkerId,
    pub finisher: Finisher,
    /// Held by whoever writes rows of several jobs in hand in more than one statement. Two at a time
    /// could take the rows in different orders, and PostgreSQL would have to end one of them.
    pub several: Arc<tokio::sync::Mutex<()>>,
    /// Fires when running jobs should come to an end.
    pub stopping: CancellationToken,
    /// Fires when nobody waits any more.
    pub hard: CancellationToken,
    pub queues: HashMap<String, &'static str>,
    pub running: Mutex<HashMap<JobId, Run>>,
    pub freed: Notify,
}

/// A job in hand until this is dropped.
pub struct InHand {
    core: Arc<Core>,
    pub run: Run,
}

impl Core {
    /// The queue's name, as the figures want it.
    pub fn queue_of(&self, claimed: &Claimed) -> &'static str {
        self.queues.get(&claimed.queue).copied().unwrap_or("other")
    }

    /// From here on the keeper keeps it alive.
    pub fn take(self: &Arc<Self>, claimed: &Claimed) -> InHand {
        let run = Run::new(
            claimed,
            self.stopping.child_token(),
            self.store.clone(),
            Arc::clone(&self.ambient),
        );
        self.running().insert(run.job(), run.clone());
        InHand {
            core: Arc::clone(self),
            run,
        }
    }

    /// What this worker believes to have in hand.
    pub fn in_hand(&self) -> Vec<Run> {
        self.running().values().cloned().collect()
    }

    pub fn find(&self, job: JobId) -> Option<Run> {
        self.running().get(&job).cloned()
    }

    /// Gives places back.
    pub fn free(&self, permits: Vec<OwnedSemaphorePermit>) {
        drop(permits);
        self.freed.notify_one();
    }

    fn running(&self) -> MutexGuard<'_, HashMap<JobId, Run>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        let mut running = self.core.running();
        // The same job may have been claimed anew meanwhile.
        if running
            .get(&self.run.job())
            .is_some_and(|other| other.ticket() == self.run.ticket())
        {
            running.remove(&self.run.job());
        }
    }
}
