//! A speed that a person can read: smoothed, and silent until it means something.

/// Weight of the newest measurement.
const NEWEST: f64 = 0.25;
/// Shorter spans than this say nothing.
const SPAN_MS: f64 = 250.0;

#[derive(Clone, Copy, Debug, Default)]
pub struct Rate {
    since_ms: f64,
    since_bytes: u64,
    per_second: Option<f64>,
}

impl Rate {
    pub fn starting_at(now_ms: f64) -> Self {
        Self {
            since_ms: now_ms,
            ..Self::default()
        }
    }

    /// Takes in how far the transfer is and answers the speed in bytes per second.
    pub fn at(&mut self, now_ms: f64, bytes: u64) -> Option<f64> {
        let span = now_ms - self.since_ms;
        if span < SPAN_MS {
            return self.per_second;
        }
        #[expect(clippy::cast_precision_loss, reason = "a speed is shown with three digits")]
        let measured = bytes.saturating_sub(self.since_bytes) as f64 * 1000.0 / span;
        let smoothed = self
            .per_second
            .map_or(measured, |before| before + (measured - before) * NEWEST);
        *self = Self {
            since_ms: now_ms,
            since_bytes: bytes,
            per_second: Some(smoothed),
        };
        self.per_second
    }
}

#[cfg(test)]
mod tests {
    use super::Rate;

    #[test]
    fn the_first_moments_say_nothing_and_then_it_follows() {
        let mut rate = Rate::starting_at(0.0);
        assert_eq!(rate.at(100.0, 5_000), None);
        assert_eq!(rate.at(1_000.0, 10_000), Some(10_000.0));
        let slower = rate.at(2_000.0, 10_000).expect("measured");
        assert!((7_499.0..7_501.0).contains(&slower), "{slower}");
    }
}
