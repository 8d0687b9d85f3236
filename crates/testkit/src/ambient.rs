//! A clock that is turned by hand and chance that repeats.

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::ambient::Ambient;
use domain::time::Timestamp;

/// An ambient under the test's control.
pub struct Fixed {
    state: Mutex<State>,
}

struct State {
    now: Timestamp,
    seed: u64,
}

impl Fixed {
    /// A clock standing at `now`; the same `seed` gives the same bytes again.
    pub fn new(now: Timestamp, seed: u64) -> Self {
        Self {
            state: Mutex::new(State { now, seed }),
        }
    }

    /// Turns the clock forward.
    pub fn advance(&self, by: Duration) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        state.now = Timestamp::from_micros(state.now.micros().saturating_add(micros));
    }
}

impl Ambient for Fixed {
    fn now(&self) -> Timestamp {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).now
    }

    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            let word = split_mix(&mut state.seed).to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
    }
}

/// Decisions that look like chance and repeat with their seed.
#[derive(Clone, Debug)]
pub struct Chance {
    seed: u64,
}

impl Chance {
    pub fn seeded(seed: u64) -> Self {
        Self { seed }
    }

    /// A number below `end`; nothing but zero is below zero.
    pub fn below(&mut self, end: u64) -> u64 {
        split_mix(&mut self.seed).checked_rem(end).unwrap_or(0)
    }

    /// A time within `range`, to the microsecond.
    pub fn duration(&mut self, range: &RangeInclusive<Duration>) -> Duration {
        let width = range.end().saturating_sub(*range.start()).as_micros();
        let width = u64::try_from(width).unwrap_or(u64::MAX);
        *range.start() + Duration::from_micros(self.below(width.saturating_add(1)))
    }

    /// One of `things`.
    ///
    /// # Panics
    /// When there is nothing to choose from.
    pub fn pick<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        let index = usize::try_from(self.below(things.len() as u64)).unwrap_or(0);
        &things[index]
    }

    /// Puts `things` into another order.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            let other = usize::try_from(self.below(last as u64 + 1)).unwrap_or(0);
            things.swap(last, other);
        }
    }
}

/// Bytes of no pattern that a compressor or a deduplicator could find, the same for the same seed.
pub fn noise(seed: u64, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    Fixed::new(Timestamp::from_micros(0), seed).fill(&mut bytes);
    bytes
}

/// A word for names that must not meet: different in each process and at each call.
pub fn unique_word() -> String {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    format!("{}_{}", std::process::id(), CALLS.fetch_add(1, Ordering::Relaxed))
}

/// `SplitMix64`: the shortest generator whose output passes for noise.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
