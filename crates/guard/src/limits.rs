//! Limits: who counts, and who counts instead when that one is away.

use std::sync::Arc;
use std::time::Duration;

use bus::Redis;
use domain::ambient::Ambient;
use store::Store;
use tokio::time::timeout;

use crate::circuit::Circuit;
use crate::error::GuardError;
use crate::far::Far;
use crate::key::Key;
use crate::limit::{Kind, Limit, Refused};
use crate::memory::Refusals;
use crate::near::Near;
use crate::rows::{Counted, Rows};

/// How long a strict limit waits for the database before it stays shut.
const STRICT_PATIENCE: Duration = Duration::from_secs(5);

/// How long a swift limit waits for the database when Redis is away.
const SWIFT_PATIENCE: Duration = Duration::from_secs(1);

/// How often somebody may do something. A handle to share; clones count together.
///
/// With Redis there are several nodes, without it there is one. When Redis comes or goes, the part
/// that counts from then on knows nothing of what the other has granted, so that a swift limit may
/// once grant its burst again. A strict one never does: its truth stays in the database.
///
/// Strict limits go by the clock of each node. A clock that goes ahead grants at most one burst
/// early; one that goes back locks somebody out for no longer than the limit takes to become whole
/// again, from when they first try. Of nodes whose clocks differ by more than that the one that is
/// behind refuses; neither lets more through.
#[derive(Clone)]
pub struct Limits(Arc<Inner>);

struct Inner {
    near: Near,
    far: Option<Far>,
    rows: Arc<Rows>,
    rows_in_time: Circuit,
    /// By the clock of `near`.
    refused_swift: Refusals,
    /// By the clock of `ambient`.
    refused_strict: Refusals,
    ambient: Arc<dyn Ambient>,
}

impl Limits {
    pub fn new(store: Store, redis: Option<Redis>, ambient: Arc<dyn Ambient>) -> Self {
        let probed = store.clone();
        let rows_in_time = Circuit::new("database", SWIFT_PATIENCE, move || {
            let store = probed.clone();
            async move { store.ping().await.is_ok() }
        });
        Self(Arc::new(Inner {
            near: Near::new(),
            far: redis.map(Far::new),
            rows: Arc::new(Rows::new(store, Arc::clone(&ambient))),
            rows_in_time,
            refused_swift: Refusals::default(),
            refused_strict: Refusals::default(),
            ambient,
        }))
    }

    /// Takes `units` of what `limit` allows `key`, or says why not. Whoever asks for more than the
    /// whole allowance asks for the whole. What was refused costs nothing.
    pub async fn take(&self, limit: &Limit, key: impl Into<Key>, units: u32) -> Result<(), Refused> {
        let key = key.into();
        match (limit.kind, &self.0.far) {
            (Kind::Local, _) | (Kind::Swift, None) => self.0.near.take(limit, key, units),
            (Kind::Swift, Some(far)) => self.swift(far, limit, key, units).await,
            (Kind::Strict, far) => self.strict(far.as_ref(), limit, key, units).await,
        }
    }

    /// Forgets what says nothing any more. To be called now and again, by any node: how often says
    /// for how long the database knows that somebody was here.
    pub async fn tidy(&self) -> Result<u64, GuardError> {
        Ok(self.0.rows.tidy().await?)
    }

    async fn swift(&self, far: &Far, limit: &Limit, key: Key, units: u32) -> Result<(), Refused> {
        let inner = &self.0;
        let (gcra, shared) = (limit.gcra(), key.shared(limit.name));
        let cost = gcra.cost(units);
        if let Some(wait) = inner.refused_swift.wait(&shared, gcra, inner.near.now(), cost) {
            return Err(Refused::wait(wait));
        }
        let mut wait = far.take(&shared, gcra, cost).await;
        if wait.is_none() {
            let counted = inner.rows_in_time.ask(inner.rows.take(&shared, gcra, cost)).await;
            wait = counted.map(Counted::wait);
        }
        match wait {
            Some(0) => Ok(()),
            Some(wait) => {
                let now = inner.near.now();
                let mark = gcra.mark_behind(wait, now, cost);
                inner.refused_swift.remember(&shared, mark, now);
                Err(Refused::wait(wait))
            }
            None => inner.near.take(limit, key, units),
        }
    }

    async fn strict(&self, far: Option<&Far>, limit: &Limit, key: Key, units: u32) -> Result<(), Refused> {
        let (inner, known) = (&self.0, &self.0.refused_strict);
        let (gcra, shared) = (limit.gcra(), key.shared(limit.name));
        let cost = gcra.cost(units);
        let now = inner.ambient.now().micros();
        if let Some(wait) = known.wait(&shared, gcra, now, cost) {
            return Err(Refused::wait(wait));
        }
        if let Some(far) = far
            && let Some(mark) = far.refusal(&shared).await
        {
            known.remember(&shared, mark, now);
            if let Some(wait) = known.wait(&shared, gcra, now, cost) {
                return Err(Refused::wait(wait));
            }
        }
        match timeout(STRICT_PATIENCE, inner.rows.take(&shared, gcra, cost)).await {
            Ok(Ok(Counted::Granted(mark))) => {
                known.moved(&shared, mark);
                Ok(())
            }
            Ok(Ok(Counted::Refused { wait, mark })) => {
                known.remember(&shared, mark, now);
                if let Some(far) = far {
                    far.remember(&shared, mark, wait).await;
                }
                Err(Refused::wait(wait))
            }
            // Time will tell about this mark, and each look at it is a part of that.
            Ok(Ok(Counted::Astray { wait })) => Err(Refused::wait(wait)),
            Ok(Err(error)) => Err(unavailable(limit, &error)),
            Err(_) => Err(unavailable(limit, &"the database does not answer")),
        }
    }
}

fn unavailable(limit: &Limit, reason: &dyn std::fmt::Display) -> Refused {
    tracing::warn!(part = "database", limit = limit.name, %reason, "nothing is granted until it can be counted");
    Refused::Unavailable
}
