//! The operating system's time and chance.

use std::time::{SystemTime, UNIX_EPOCH};

use domain::ambient::Ambient;
use domain::time::Timestamp;

/// What production wires in.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Ambient for System {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where the time comes from"
    )]
    fn now(&self) -> Timestamp {
        let micros = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros),
        };
        Timestamp::from_micros(micros)
    }

    #[expect(
        clippy::expect_used,
        reason = "an id or a secret without chance would be worse than no answer"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system has random bytes");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_passes_and_chance_does_not_repeat() {
        let year_2025 = Timestamp::from_micros(1_735_689_600_000_000);
        assert!(System.now() > year_2025);
        let (mut one, mut two) = ([0; 16], [0; 16]);
        System.fill(&mut one);
        System.fill(&mut two);
        assert_ne!(one, two);
    }
}
