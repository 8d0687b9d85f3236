//! A limit, and what is said to somebody who reached it.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::gcra::Gcra;

/// How often something may be done: `burst` times at once, and as often again in each `per`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Tells it apart from all others.
    pub name: &'static str,
    pub burst: NonZeroU32,
    pub per: Duration,
    pub kind: Kind,
}

/// What matters more when the two cannot both be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Each node for itself: for what is asked of one node in particular, and must not depend on
    /// any other part.
    Local,
    /// To be quick: for what is asked often and does little harm. One node counts for itself;
    /// several count together in Redis, without it in the database, without that each for itself.
    Swift,
    /// To hold: for what must not be tried too often, such as passwords. Counted in the database,
    /// by all nodes and across restarts; without it nothing is granted.
    Strict,
}

/// Why nothing was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It will be in so many seconds, if nobody else takes it first.
    #[error("too often: wait {0} s")]
    Wait(u64),
    /// Nobody can count just now.
    #[error("nobody can tell how often this was done")]
    Unavailable,
}

impl Limit {
    pub(crate) fn gcra(&self) -> Gcra {
        Gcra::new(self.burst, self.per)
    }
}

impl Refused {
    /// Whole seconds, rounded up: who waits for less comes too early.
    pub(crate) fn wait(micros: i64) -> Self {
        let micros = u64::try_from(micros).unwrap_or_default();
        Self::Wait(micros.div_ceil(1_000_000).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_to_come_too_early() {
        for (micros, seconds) in [(1, 1), (1_000_000, 1), (1_000_001, 2), (59_000_001, 60), (-5, 1)] {
            assert_eq!(Refused::wait(micros), Refused::Wait(seconds), "{micros}");
        }
    }
}
