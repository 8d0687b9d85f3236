//! What this process remembers, so that others need not be asked again. All of it may be lost.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::gcra::{Gcra, Verdict};

/// The most that is remembered of each.
const MOST: usize = 65_536;

/// Marks of those who were refused. A mark only moves on, so that whoever is refused by one that is
/// remembered would be refused by the one that counts: a flood from one client ends here.
///
/// Times are microseconds of whatever clock the caller goes by. A mark from before that clock went
/// back is [`Verdict::Astray`], and decides nothing.
#[derive(Default)]
pub struct Refusals {
    marks: Mutex<HashMap<String, i64>>,
}

impl Refusals {
    /// How long to wait, when that is certain.
    pub fn wait(&self, key: &str, gcra: Gcra, now: i64, cost: i64) -> Option<i64> {
        let marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        match gcra.ask(Some(*marks.get(key)?), now, cost) {
            Verdict::Wait(wait) => Some(wait),
            Verdict::Granted(_) | Verdict::Astray => None,
        }
    }

    /// Somebody was refused by this mark.
    pub fn remember(&self, key: &str, mark: i64, now: i64) {
        let mut marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        if marks.len() >= MOST && !marks.contains_key(key) {
            marks.retain(|_, mark| *mark > now);
            if marks.len() >= MOST {
                marks.clear();
            }
        }
        marks.insert(key.to_owned(), mark);
    }

    /// Somebody was granted what moved the mark here: a wait told from memory is to be enough.
    pub fn moved(&self, key: &str, mark: i64) {
        let mut marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = marks.get_mut(key) {
            *known = mark;
        }
    }
}

/// Marks further ahead than they can be, and since when each has been seen there.
///
/// Such a mark was made before the clock went back, or by a node whose clock is ahead. Only time
/// that passed for sure tells which: a mark that has not moved for as long as its allowance takes to
/// become whole can be set right, because by then it would be whole by any clock. One that goes on
/// moving belongs to a node that is at work, and setting it back would give that node more.
#[derive(Default)]
pub struct Strays {
    seen: Mutex<HashMap<String, Stray>>,
}

struct Stray {
    mark: i64,
    since: Instant,
}

impl Strays {
    /// How long this mark has been seen where it is.
    pub fn unmoved_for(&self, key: &str, mark: i64, window: Duration) -> Duration {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stray) = seen.get(key)
            && stray.mark == mark
        {
            return stray.since.elapsed();
        }
        if seen.len() >= MOST {
            seen.retain(|_, stray| stray.since.elapsed() < window);
        }
        if seen.len() < MOST {
            let since = Instant::now();
            seen.insert(key.to_owned(), Stray { mark, since });
        }
        Duration::ZERO
    }

    pub fn forget(&self, key: &str) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    fn ten_in_hundred() -> Gcra {
        Gcra::new(NonZeroU32::new(10).unwrap(), Duration::from_micros(100))
    }

    #[test]
    fn what_is_certain_is_refused_and_nothing_else() {
        let (refusals, gcra) = (Refusals::default(), ten_in_hundred());
        assert_eq!(refusals.wait("a", gcra, 0, 10), None);
        refusals.remember("a", 1_095, 1_000);
        assert_eq!(refusals.wait("a", gcra, 1_000, 10), Some(5));
        assert_eq!(refusals.wait("a", gcra, 1_000, 100), Some(95));
        assert_eq!(refusals.wait("a", gcra, 1_005, 10), None, "it may be granted by now");
        assert_eq!(refusals.wait("b", gcra, 1_000, 10), None);
        refusals.moved("a", 1_105);
        assert_eq!(refusals.wait("a", gcra, 1_005, 10), Some(10));
        refusals.moved("b", 1_105);
        assert_eq!(
            refusals.wait("b", gcra, 1_005, 10),
            None,
            "who was never refused is not remembered"
        );
    }

    #[test]
    fn a_refusal_from_before_the_clock_went_back_is_none() {
        let (refusals, gcra) = (Refusals::default(), ten_in_hundred());
        refusals.remember("a", 1_000_100, 1_000_000);
        assert_eq!(refusals.wait("a", gcra, 400, 10), None);
    }

    #[test]
    fn refusals_do_not_fill_the_memory() {
        let (refusals, gcra) = (Refusals::default(), ten_in_hundred());
        for number in 0..MOST + 10 {
            refusals.remember(&number.to_string(), 100, 0);
        }
        assert!(refusals.marks.lock().unwrap().len() <= MOST);
        assert_eq!(refusals.wait(&(MOST + 9).to_string(), gcra, 0, 10), Some(10));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stray_mark_is_timed_from_when_it_last_moved() {
        let strays = Strays::default();
        let window = Duration::from_secs(10);
        assert_eq!(strays.unmoved_for("a", 7, window), Duration::ZERO);
        tokio::time::advance(window).await;
        assert_eq!(strays.unmoved_for("a", 7, window), window);
        assert_eq!(strays.unmoved_for("a", 8, window), Duration::ZERO);
        tokio::time::advance(window / 2).await;
        assert_eq!(strays.unmoved_for("a", 8, window), window / 2);
    }
}
