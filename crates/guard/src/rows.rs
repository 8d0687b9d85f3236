//! Limits as rows of the database: what holds across nodes and restarts.

use std::sync::Arc;
use std::time::Duration;

use domain::ambient::Ambient;
use domain::time::Timestamp;
use store::marks::{self, Ask, Taken};
use store::{Store, StoreError};

use crate::gcra::{Gcra, Verdict};
use crate::memory::Strays;

/// How long a mark is kept after it says nothing any more, for a clock that went ahead for a while.
const KEPT: Duration = Duration::from_mins(10);

/// What became of an attempt to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// The mark moved here.
    Granted(i64),
    /// Not for so many microseconds, because the mark stands here.
    Refused { wait: i64, mark: i64 },
    /// Not for so many microseconds, because of a mark that no clock in order can have made.
    Astray { wait: i64 },
}

impl Counted {
    /// How long to wait; zero for who was granted.
    pub fn wait(self) -> i64 {
        match self {
            Self::Granted(_) => 0,
            Self::Refused { wait, .. } | Self::Astray { wait } => wait,
        }
    }
}

pub struct Rows {
    store: Store,
    ambient: Arc<dyn Ambient>,
    strays: Strays,
}

impl Rows {
    pub fn new(store: Store, ambient: Arc<dyn Ambient>) -> Self {
        Self {
            store,
            ambient,
            strays: Strays::default(),
        }
    }

    pub async fn take(&self, key: &str, gcra: Gcra, cost: i64) -> Result<Counted, StoreError> {
        let now = self.ambient.now();
        let mark = match self.try_take(key, gcra, cost, now).await? {
            Taken::Granted(mark) => return Ok(Counted::Granted(mark.micros())),
            Taken::Refused(mark) => mark.micros(),
        };
        match gcra.ask(Some(mark), now.micros(), cost) {
            Verdict::Wait(wait) => Ok(Counted::Refused { wait, mark }),
            Verdict::Astray => self.astray(key, gcra, cost, mark).await,
            // The mark was read in the operation that refused: it cannot have moved back since.
            Verdict::Granted(_) => Ok(Counted::Refused { wait: 1, mark }),
        }
    }

    /// A mark from a clock that is not this one counts as a whole allowance used up when it was
    /// first seen. See [`Strays`] for why it is not moved before it would be whole again.
    async fn astray(&self, key: &str, gcra: Gcra, cost: i64, mark: i64) -> Result<Counted, StoreError> {
        let window = Duration::from_micros(u64::try_from(gcra.window()).unwrap_or_default());
        let unmoved = self.strays.unmoved_for(key, mark, window);
        if unmoved < window {
            let left = window.saturating_sub(unmoved).as_micros();
            let wait = i64::try_from(left).unwrap_or(i64::MAX);
            return Ok(Counted::Astray { wait });
        }
        let (owned, wrong, now) = (key.to_owned(), Timestamp::from_micros(mark), self.ambient.now());
        self.store
            .write(move |transaction| Box::pin(async move { marks::set_right(transaction, &owned, wrong, now).await }))
            .await?;
        self.strays.forget(key);
        match self.try_take(key, gcra, cost, now).await? {
            Taken::Granted(mark) => Ok(Counted::Granted(mark.micros())),
            // Others took meanwhile.
            Taken::Refused(_) => Ok(Counted::Astray { wait: gcra.window() }),
        }
    }

    async fn try_take(&self, key: &str, gcra: Gcra, cost: i64, now: Timestamp) -> Result<Taken, StoreError> {
        let ask = Ask {
            now,
            cost,
            most: Timestamp::from_micros(now.micros().saturating_add(gcra.window())),
        };
        match self.take_once(key, ask).await {
            // The mark was forgotten in the middle of it: the next attempt makes a new one.
            Err(StoreError::Conflict(_)) => self.take_once(key, ask).await,
            outcome => outcome,
        }
    }

    async fn take_once(&self, key: &str, ask: Ask) -> Result<Taken, StoreError> {
        let key = key.to_owned();
        self.store
            .write(move |transaction| Box::pin(async move { marks::take(transaction, &key, ask).await }))
            .await
    }

    /// Forgets every mark that says nothing any more, a few at a time.
    pub async fn tidy(&self) -> Result<u64, StoreError> {
        let before = self.ambient.now().minus(KEPT);
        let mut total = 0;
        loop {
            let forgotten = self
                .store
                .write(move |transaction| Box::pin(marks::forget(transaction, before)))
                .await?;
            total += forgotten;
            if forgotten == 0 {
                return Ok(total);
            }
        }
    }
}
