//! Telling that somebody has gone, without comparing clocks.
//!
//! Whoever holds something that others want (a lock, a running job) keeps changing a mark beside
//! it. Somebody else looks at the marks again and again and counts, with its own monotonic time,
//! for how long each has stayed the same. No time of day is involved, so no clock that jumps
//! takes anything from anybody.
//!
//! One look never counts for more than twice the pause between looks. An observer that was
//! suspended, or one whose database was away, has missed marks that changed meanwhile; its long
//! absence is not the other's silence.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

/// Watches the marks `M` of many `K` at once. Who is missing from one look is forgotten, and
/// starts anew when seen again.
#[derive(Clone, Debug)]
pub struct Vigil<K, M> {
    most_per_look: Duration,
    watched: HashMap<K, Watched<M>>,
}

#[derive(Clone, Debug)]
struct Watched<M> {
    mark: M,
    silent_for: Duration,
}

impl<K: Eq + Hash + Clone, M: PartialEq> Vigil<K, M> {
    /// A vigil that looks about each `pause`.
    pub fn new(pause: Duration) -> Self {
        Self {
            most_per_look: pause.saturating_mul(2),
            watched: HashMap::new(),
        }
    }

    /// Takes in what one look has `seen`, and tells for how long each mark has been the same.
    /// `since_last` is the monotonic time since the last look that succeeded; a look that failed
    /// saw nothing and must not be taken in.
    pub fn look(&mut self, since_last: Duration, seen: impl IntoIterator<Item = (K, M)>) -> Vec<(K, Duration)> {
        let step = since_last.min(self.most_per_look);
        let mut before = std::mem::take(&mut self.watched);
        let mut silences = Vec::new();
        for (key, mark) in seen {
            let silent_for = match before.remove(&key) {
                Some(watched) if watched.mark == mark => watched.silent_for.saturating_add(step),
                Some(_) | None => Duration::ZERO,
            };
            silences.push((key.clone(), silent_for));
            self.watched.insert(key, Watched { mark, silent_for });
        }
        silences
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PAUSE: Duration = Duration::from_secs(1);

    fn silence(vigil: &mut Vigil<&'static str, u32>, since_last: Duration, mark: u32) -> Duration {
        let seen = vigil.look(since_last, [("a", mark)]);
        seen[0].1
    }

    #[test]
    fn a_mark_that_stays_the_same_grows_silent() {
        let mut vigil = Vigil::new(PAUSE);
        assert_eq!(silence(&mut vigil, PAUSE * 100, 7), Duration::ZERO, "never seen before");
        assert_eq!(silence(&mut vigil, PAUSE, 7), PAUSE);
        assert_eq!(silence(&mut vigil, PAUSE, 7), PAUSE * 2);
        assert_eq!(silence(&mut vigil, PAUSE, 8), Duration::ZERO, "it has spoken");
        assert_eq!(silence(&mut vigil, PAUSE, 8), PAUSE);
    }

    #[test]
    fn the_absence_of_the_observer_is_not_silence() {
        let mut vigil = Vigil::new(PAUSE);
        silence(&mut vigil, PAUSE, 7);
        assert_eq!(silence(&mut vigil, Duration::from_hours(1), 7), PAUSE * 2);
    }

    #[test]
    fn who_was_gone_starts_anew() {
        let mut vigil = Vigil::new(PAUSE);
        vigil.look(PAUSE, [("a", 1), ("b", 1)]);
        assert_eq!(vigil.look(PAUSE, [("b", 1)]), [("b", PAUSE)]);
        let mut seen = vigil.look(PAUSE, [("a", 1), ("b", 1)]);
        seen.sort_unstable();
        assert_eq!(seen, [("a", Duration::ZERO), ("b", PAUSE * 2)]);
        vigil.look(PAUSE, []);
        assert!(vigil.watched.is_empty(), "nothing is kept of those who are gone");
    }

    proptest! {
        /// Whatever the pauses, nobody is thought silent for longer than passed, nor for more than
        /// twice the pause per look since the mark last changed.
        #[test]
        fn silence_is_never_exaggerated(looks in prop::collection::vec((0_u64..10_000, 0_u32..3), 1..100)) {
            let mut vigil = Vigil::new(PAUSE);
            let (mut last, mut passed, mut counted) = (None, Duration::ZERO, 0_u32);
            for (millis, mark) in looks {
                let since_last = Duration::from_millis(millis);
                if last == Some(mark) {
                    passed += since_last;
                    counted += 1;
                } else {
                    (last, passed, counted) = (Some(mark), Duration::ZERO, 0);
                }
                let silent_for = silence(&mut vigil, since_last, mark);
                prop_assert!(silent_for <= passed);
                prop_assert!(silent_for <= PAUSE * 2 * counted);
                prop_assert!(silent_for >= passed.min(PAUSE * 2));
            }
        }
    }
}
