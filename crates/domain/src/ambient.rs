//! The two things a rule may not reach for by itself: the time and chance.

use crate::time::Timestamp;

/// Where "now" and random bytes come from. Production wires the operating system in; tests wire
/// a clock they turn by hand and a seeded generator.
pub trait Ambient: Send + Sync {
    /// The current time.
    fn now(&self) -> Timestamp;

    /// Fills `bytes` with unpredictable bytes (predictable ones in tests).
    fn fill(&self, bytes: &mut [u8]);
}
