//! The kinds of job a worker knows.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use domain::job::Trouble;
use futures::future::{BoxFuture, FutureExt as _};
use serde::de::DeserializeOwned;
use store::jobs::Reason;

use crate::failure::Failure;
use crate::job::Job;
use crate::run::Run;

/// All kinds, with the world they work with.
pub struct Registry<W> {
    world: W,
    kinds: BTreeMap<(&'static str, &'static str), Handler>,
}

/// Reads what a job is told, and does it.
type Work = Arc<dyn Fn(&str, Run) -> BoxFuture<'static, Result<(), Failure>> + Send + Sync>;

/// How to do a job of one kind.
#[derive(Clone)]
pub(crate) struct Handler {
    pub kind: &'static str,
    pub time_limit: Duration,
    work: Work,
}

impl Handler {
    pub fn start(&self, payload: &str, run: Run) -> BoxFuture<'static, Result<(), Failure>> {
        (self.work)(payload, run)
    }
}

impl<W: Clone + Send + Sync + 'static> Registry<W> {
    pub fn new(world: W) -> Self {
        Self {
            world,
            kinds: BTreeMap::new(),
        }
    }

    #[must_use]
    pub fn with<J: Job<World = W>>(self) -> Self {
        self.add::<J, J>(J::KIND, J::QUEUE, |job| job)
    }

    /// Goes on doing what was enqueued as `kind` in `queue`, a name that nothing enqueues any more:
    /// rows of then are read as `Old` and done as `J`.
    #[must_use]
    pub fn drain<Old, J>(self, kind: &'static str, queue: &'static str, renew: fn(Old) -> J) -> Self
    where
        Old: DeserializeOwned + 'static,
        J: Job<World = W>,
    {
        self.add(kind, queue, renew)
    }

    fn add<Old, J>(mut self, kind: &'static str, queue: &'static str, renew: fn(Old) -> J) -> Self
    where
        Old: DeserializeOwned + 'static,
        J: Job<World = W>,
    {
        let world = self.world.clone();
        let work = move |payload: &str, run: Run| -> BoxFuture<'static, Result<(), Failure>> {
            match serde_json::from_str::<Old>(payload) {
                Ok(old) => {
                    let work = renew(old).run(run, world.clone());
                    work.boxed()
                }
                Err(error) => {
                    let reason = Reason::new(
                        Trouble::Unreadable,
                        format!("what it was to do cannot be read: {error}"),
                    );
                    std::future::ready(Err(Failure::Fatal { reason })).boxed()
                }
            }
        };
        let handler = Handler {
            kind,
            time_limit: J::TIME_LIMIT,
            work: Arc::new(work),
        };
        self.kinds.insert((queue, kind), handler);
        self
    }

    /// Queue and name of each kind.
    pub fn kinds(&self) -> Vec<(&'static str, &'static str)> {
        self.kinds.keys().copied().collect()
    }

    pub(crate) fn handlers(&self) -> Vec<(&'static str, Handler)> {
        self.kinds
            .iter()
            .map(|((queue, _), handler)| (*queue, handler.clone()))
            .collect()
    }
}
