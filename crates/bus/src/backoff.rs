//! How long to wait before the next try, so that a Redis that comes back is not met by everybody at
//! once; and the little chance that this needs.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::time::Duration;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(2);

pub(crate) struct Backoff {
    next: Duration,
}

impl Backoff {
    pub(crate) fn new() -> Self {
        Self { next: FIRST }
    }

    /// The next wait: up to twice as long each time, and between half and all of that.
    pub(crate) fn wait(&mut self) -> Duration {
        let whole = self.next;
        self.next = (whole * 2).min(LONGEST);
        let percent = u32::try_from(50 + chance() % 51).unwrap_or(100);
        whole * percent / 100
    }

    pub(crate) fn reset(&mut self) {
        self.next = FIRST;
    }
}

/// A number that differs between nodes and calls. It is no secret and decides nothing, and it must
/// differ even where a test repeats chance; so it is not the `Ambient`'s.
pub(crate) fn chance() -> u64 {
    RandomState::new().hash_one(())
}

#[cfg(test)]
mod tests {
    use super::{Backoff, FIRST, LONGEST};

    #[test]
    fn waits_grow_to_a_bound_and_start_again() {
        let mut backoff = Backoff::new();
        let waits: Vec<_> = (0..50).map(|_| backoff.wait()).collect();
        assert!(waits[0] >= FIRST / 2 && waits[0] <= FIRST, "{waits:?}");
        assert!(
            waits[10..].iter().all(|wait| *wait >= LONGEST / 2 && *wait <= LONGEST),
            "{waits:?}"
        );
        assert!(waits[10..].windows(2).any(|pair| pair[0] != pair[1]), "{waits:?}");
        backoff.reset();
        assert!(backoff.wait() <= FIRST);
    }
}
