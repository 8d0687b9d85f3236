//! A clock that is turned by hand and chance that repeats.

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
