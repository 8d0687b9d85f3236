//! Allowances counted in this process.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::time::Instant;

use crate::gcra::{Gcra, Verdict};
use crate::key::{Key, Short};
use crate::limit::{Limit, Refused};

/// Each so many takes of a limit, keys that have been quiet are forgotten.
const TIDY_EVERY: u32 = 1024;

/// With more keys than this in one limit, neighbours share an allowance, so that no flood of
/// addresses can fill the memory.
const MOST_KEYS: usize = 65_536;

/// Marks are kept in so many parts that can be used at the same time.
const PARTS: usize = 16;

/// All limits of this process.
pub struct Near {
    start: Instant,
    limits: RwLock<HashMap<&'static str, Arc<Marks>>>,
    most_keys: usize,
}

/// The marks of one limit.
#[derive(Default)]
struct Marks {
    parts: [Mutex<HashMap<Short, i64>>; PARTS],
    count: AtomicUsize,
    asked: AtomicU32,
}

impl Near {
    pub fn new() -> Self {
        Self::with_most_keys(MOST_KEYS)
    }

    fn with_most_keys(most_keys: usize) -> Self {
        Self {
            start: Instant::now(),
            limits: RwLock::default(),
            most_keys,
        }
    }

    pub fn take(&self, limit: &Limit, key: Key, units: u32) -> Result<(), Refused> {
        let gcra = limit.gcra();
        let marks = self.marks(limit.name);
        let now = self.now();
        if marks.asked.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1 {
            marks.tidy(now);
        }
        let crowded = marks.count.load(Ordering::Relaxed) >= self.most_keys;
        let key = if crowded { key.crowd() } else { key.own() };
        marks.take(gcra, key, now, gcra.cost(units))
    }

    /// Microseconds that never go back.
    pub fn now(&self) -> i64 {
        i64::try_from(self.start.elapsed().as_micros()).unwrap_or(i64::MAX)
    }

    fn marks(&self, limit: &'static str) -> Arc<Marks> {
        let limits = self.limits.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(marks) = limits.get(limit) {
            return Arc::clone(marks);
        }
        drop(limits);
        let mut limits = self.limits.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(limits.entry(limit).or_default())
    }
}

impl Marks {
    fn take(&self, gcra: Gcra, key: Short, now: i64, cost: i64) -> Result<(), Refused> {
        let mut part = self.part(key).lock().unwrap_or_else(PoisonError::into_inner);
        match gcra.ask(part.get(&key).copied(), now, cost) {
            Verdict::Granted(mark) => {
                if part.insert(key, mark).is_none() {
                    self.count.fetch_add(1, Ordering::Relaxed);
                }
                Ok(())
            }
            Verdict::Wait(micros) => Err(Refused::wait(micros)),
            // This clock never goes back: the limit has become a smaller one.
            Verdict::Astray => Err(Refused::wait(gcra.window())),
        }
    }

    /// Forgets the marks that say nothing any more.
    fn tidy(&self, now: i64) {
        for part in &self.parts {
            let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
            let before = part.len();
            part.retain(|_, mark| *mark > now);
            self.count.fetch_sub(before - part.len(), Ordering::Relaxed);
        }
    }

    fn part(&self, key: Short) -> &Mutex<HashMap<Short, i64>> {
        let mixed = key.iter().fold(0_usize, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(usize::from(*byte))
        });
        &self.parts[mixed % PARTS]
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::num::NonZeroU32;
    use std::time::Duration;

    use super::*;
    use crate::limit::Kind;

    const THREE_A_MINUTE: Limit = Limit {
        name: "test",
        burst: NonZeroU32::new(3).unwrap(),
        per: Duration::from_mins(1),
        kind: Kind::Swift,
    };

    fn take(near: &Near, address: &str) -> Result<(), Refused> {
        let address: IpAddr = address.parse().expect("an address");
        near.take(&THREE_A_MINUTE, address.into(), 1)
    }

    #[tokio::test(start_paused = true)]
    async fn above_the_allowance_one_waits_and_others_do_not() {
        let near = Near::new();
        for _ in 0..3 {
            assert_eq!(take(&near, "203.0.113.9"), Ok(()));
        }
        assert_eq!(take(&near, "203.0.113.9"), Err(Refused::Wait(20)));
        assert_eq!(take(&near, "203.0.113.10"), Ok(()));
        tokio::time::advance(Duration::from_secs(19)).await;
        assert_eq!(take(&near, "203.0.113.9"), Err(Refused::Wait(1)));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(take(&near, "203.0.113.9"), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn limits_do_not_share() {
        let near = Near::new();
        let other = Limit {
            name: "other",
            ..THREE_A_MINUTE
        };
        for _ in 0..3 {
            assert_eq!(take(&near, "203.0.113.9"), Ok(()));
        }
        let address: IpAddr = Ipv4Addr::new(203, 0, 113, 9).into();
        assert_eq!(near.take(&other, address.into(), 3), Ok(()));
        assert_eq!(near.take(&other, address.into(), 1), Err(Refused::Wait(20)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_of_addresses_does_not_fill_the_memory() {
        let near = Near::with_most_keys(100);
        for number in 0..10_000_u32 {
            let address: IpAddr = Ipv4Addr::from(0x0a00_0000 + number).into();
            let _ = near.take(&THREE_A_MINUTE, address.into(), 1);
        }
        let marks = near.marks(THREE_A_MINUTE.name);
        let kept: usize = marks.parts.iter().map(|part| part.lock().unwrap().len()).sum();
        assert_eq!(kept, marks.count.load(Ordering::Relaxed));
        assert!(kept <= 101, "{kept}");
        assert!(
            take(&near, "10.0.255.1").is_err(),
            "it shares what its neighbours used up"
        );
        assert_eq!(take(&near, "192.0.2.1"), Ok(()), "others are not their neighbours");

        tokio::time::advance(Duration::from_mins(2)).await;
        for _ in 0..TIDY_EVERY {
            let _ = take(&near, "192.0.2.1");
        }
        assert!(marks.count.load(Ordering::Relaxed) <= 2, "who was quiet is forgotten");
    }
}
