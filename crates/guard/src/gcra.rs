//! The arithmetic of a limit: the generic cell rate algorithm, in whole microseconds.
//!
//! All that is kept of the past is one number, the mark: the moment at which the allowance is whole
//! again. Each unit taken moves it one interval on, and it may never be further ahead of now than
//! the whole allowance is worth. The same sums are done here, by the database and in Redis.

use std::num::NonZeroU32;
use std::time::Duration;

/// No allowance takes longer than this to become whole; keeps the sums away from overflow.
const LONGEST: i64 = 10 * 366 * 24 * 60 * 60 * 1_000_000;

/// The sums of one limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gcra {
    interval: i64,
    burst: NonZeroU32,
}

/// What a mark says to somebody who wants to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes, and the mark moves here.
    Granted(i64),
    /// No, until so many microseconds have passed.
    Wait(i64),
    /// The mark is further ahead than any that was made at this time can be: the clock went back,
    /// or another node's is ahead.
    Astray,
}

impl Gcra {
    /// `burst` units at once, and as many again spread over each `per`.
    pub fn new(burst: NonZeroU32, per: Duration) -> Self {
        let per = i64::try_from(per.as_micros()).unwrap_or(LONGEST).clamp(1, LONGEST);
        let units = i64::from(burst.get());
        // Rounded up: the rate is never above what was asked for.
        let interval = per / units + i64::from(per % units != 0);
        Self { interval, burst }
    }

    /// How far so many units move the mark. Nobody can have more than the whole allowance, so more
    /// than that is asked for by waiting until it is whole.
    pub fn cost(self, units: u32) -> i64 {
        self.interval * i64::from(units.min(self.burst.get()))
    }

    /// How long an empty allowance takes to become whole.
    pub fn window(self) -> i64 {
        self.interval * i64::from(self.burst.get())
    }

    /// The mark that makes somebody who wants `cost` wait for so long.
    pub fn mark_behind(self, wait: i64, now: i64, cost: i64) -> i64 {
        now.saturating_add(self.window())
            .saturating_add(wait)
            .saturating_sub(cost)
    }

    /// What the mark says at `now` to whoever wants to take `cost`.
    pub fn ask(self, mark: Option<i64>, now: i64, cost: i64) -> Verdict {
        let most = now.saturating_add(self.window());
        let mark = mark.unwrap_or(now);
        if mark > most {
            return Verdict::Astray;
        }
        let moved = mark.max(now).saturating_add(cost);
        if moved <= most {
            Verdict::Granted(moved)
        } else {
            Verdict::Wait(moved - most)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gcra(burst: u32, per: Duration) -> Gcra {
        Gcra::new(NonZeroU32::new(burst).expect("not zero"), per)
    }

    #[test]
    fn a_burst_and_then_one_by_one() {
        let gcra = gcra(3, Duration::from_secs(3));
        let one = gcra.cost(1);
        let mut mark = None;
        for _ in 0..3 {
            let Verdict::Granted(moved) = gcra.ask(mark, 0, one) else {
                panic!("within the burst");
            };
            mark = Some(moved);
        }
        assert_eq!(gcra.ask(mark, 0, one), Verdict::Wait(1_000_000));
        assert_eq!(gcra.ask(mark, 400_000, one), Verdict::Wait(600_000));
        assert_eq!(gcra.ask(mark, 1_000_000, one), Verdict::Granted(4_000_000));
    }

    #[test]
    fn whoever_wants_more_than_all_waits_for_all() {
        let gcra = gcra(3, Duration::from_secs(3));
        assert_eq!(gcra.cost(1_000), gcra.cost(3));
        assert_eq!(gcra.ask(None, 0, gcra.cost(1_000)), Verdict::Granted(3_000_000));
        assert_eq!(gcra.ask(Some(1), 0, gcra.cost(1_000)), Verdict::Wait(1));
    }

    #[test]
    fn a_mark_that_no_clock_can_have_made_is_told_apart() {
        let gcra = gcra(3, Duration::from_secs(3));
        assert_eq!(gcra.ask(Some(3_000_000), 0, gcra.cost(1)), Verdict::Wait(1_000_000));
        assert_eq!(gcra.ask(Some(3_000_001), 0, gcra.cost(1)), Verdict::Astray);
    }

    #[test]
    fn the_ends_of_what_can_be_said_are_safe() {
        for gcra in [
            gcra(1, Duration::MAX),
            gcra(u32::MAX, Duration::MAX),
            gcra(u32::MAX, Duration::ZERO),
        ] {
            for now in [0, i64::MAX, i64::MIN / 2] {
                let cost = gcra.cost(u32::MAX);
                assert!(cost > 0 && gcra.window() >= cost, "{gcra:?}");
                assert_ne!(gcra.ask(Some(i64::MIN), now, cost), Verdict::Astray);
            }
        }
    }

    /// A limit, and times between attempts with what each attempt asks for.
    fn histories() -> impl Strategy<Value = (u32, u64, Vec<(u64, u32)>)> {
        (1_u32..50, 1_u64..100_000).prop_flat_map(|(burst, per)| {
            let pause = 0..per.max(2);
            let attempts = prop::collection::vec((pause, 0..=burst), 1..200);
            (Just(burst), Just(per), attempts)
        })
    }

    proptest! {
        /// In no stretch of time is more granted than the burst and the rate times its length.
        #[test]
        fn no_window_holds_more_than_the_burst_and_the_rate((burst, per, attempts) in histories()) {
            let gcra = gcra(burst, Duration::from_micros(per));
            let (mut now, mut mark, mut granted) = (1_800_000_000_000_000, None, Vec::new());
            for (pause, units) in attempts {
                now += i64::try_from(pause).unwrap();
                if let Verdict::Granted(moved) = gcra.ask(mark, now, gcra.cost(units)) {
                    mark = Some(moved);
                    granted.push((now, u64::from(units)));
                }
            }
            for (start, &(from, _)) in granted.iter().enumerate() {
                let mut total = 0;
                for &(to, units) in &granted[start..] {
                    total += units;
                    let length = u64::try_from(to - from).unwrap();
                    // total ≤ burst + length · burst / per, without a fraction
                    prop_assert!(total * per <= u64::from(burst) * (per + length), "{total} in {length} µs");
                }
            }
        }

        /// The wait that is told is enough, and one microsecond less is not.
        #[test]
        fn the_wait_is_exact((burst, per, attempts) in histories()) {
            let gcra = gcra(burst, Duration::from_micros(per));
            let (mut now, mut mark) = (0, None);
            for (pause, units) in attempts {
                now += i64::try_from(pause).unwrap();
                let cost = gcra.cost(units);
                match gcra.ask(mark, now, cost) {
                    Verdict::Granted(moved) => mark = Some(moved),
                    Verdict::Wait(wait) => {
                        prop_assert!(wait > 0 && wait <= gcra.window());
                        prop_assert!(matches!(gcra.ask(mark, now + wait, cost), Verdict::Granted(_)));
                        prop_assert_eq!(gcra.ask(mark, now + wait - 1, cost), Verdict::Wait(1));
                        prop_assert_eq!(Some(gcra.mark_behind(wait, now, cost)), mark);
                    }
                    Verdict::Astray => prop_assert!(false, "the clock never went back"),
                }
            }
        }
    }
}
