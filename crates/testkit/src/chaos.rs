//! Things that go wrong at random moments while a load runs.
//!
//! The moments and the order come from a seed, which is printed; `DROPCAST_CHAOS_SEED` repeats one.
//! The same seed makes the same decisions, though not the same race: what it decides is when and
//! what, not how the machine schedules.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use futures::future::LocalBoxFuture;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use crate::ambient::Chance;
use crate::program::Program;
use crate::relay::{Relay, Way};

/// Repeats what a failed run did.
const SEED_VARIABLE: &str = "DROPCAST_CHAOS_SEED";

/// Faults about to happen. Each is done before one is done again.
pub struct Chaos<'f> {
    seed: u64,
    chance: Chance,
    gaps: RangeInclusive<Duration>,
    faults: Vec<Fault<'f>>,
    strikes: Tally,
}

struct Fault<'f> {
    name: String,
    strike: Box<dyn Strike + 'f>,
}

/// An async closure, as an object.
trait Strike {
    fn strike<'s>(&'s mut self, chance: &'s mut Chance) -> LocalBoxFuture<'s, anyhow::Result<()>>;
}

impl<F: AsyncFnMut(&mut Chance) -> anyhow::Result<()>> Strike for F {
    fn strike<'s>(&'s mut self, chance: &'s mut Chance) -> LocalBoxFuture<'s, anyhow::Result<()>> {
        Box::pin(self(chance))
    }
}

/// How many faults are over, for a load that goes on until there were enough.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<AtomicUsize>);

impl Tally {
    pub fn strikes(&self) -> usize {
        self.0.load(Ordering::Acquire)
    }
}

/// What was done, for the message of a test that failed.
struct Record {
    seed: u64,
    strikes: Vec<(Duration, String)>,
}

impl Default for Chaos<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'f> Chaos<'f> {
    /// Another course of things at each run, unless the environment names the seed of one.
    ///
    /// # Panics
    /// When the environment names a seed that is no number.
    pub fn new() -> Self {
        let seed = std::env::var(SEED_VARIABLE).ok().map_or_else(
            || RandomState::new().hash_one(std::process::id()),
            |text| {
                text.parse()
                    .unwrap_or_else(|_| panic!("{SEED_VARIABLE} is {text:?}, which is no number"))
            },
        );
        Self::seeded(seed)
    }

    pub fn seeded(seed: u64) -> Self {
        Self {
            seed,
            chance: Chance::seeded(seed),
            gaps: Duration::from_millis(50)..=Duration::from_millis(500),
            faults: Vec::new(),
            strikes: Tally::default(),
        }
    }

    /// How long it is quiet before a fault.
    #[must_use]
    pub fn gaps(mut self, gaps: RangeInclusive<Duration>) -> Self {
        self.gaps = gaps;
        self
    }

    /// Adds a fault. It is over, and healed, when `strike` returns.
    #[must_use]
    pub fn fault(
        mut self,
        name: impl Into<String>,
        strike: impl AsyncFnMut(&mut Chance) -> anyhow::Result<()> + 'f,
    ) -> Self {
        self.faults.push(Fault {
            name: name.into(),
            strike: Box::new(strike),
        });
        self
    }

    /// Kills a program and starts it again.
    #[must_use]
    pub fn kills(self, name: &str, program: &'f Program) -> Self {
        self.fault(format!("{name}: kill -9 and restart"), async move |_: &mut Chance| {
            program.restart().await
        })
    }

    /// Makes a program stand still for a time.
    #[must_use]
    pub fn pauses(self, name: &str, program: &'f Program, lasting: RangeInclusive<Duration>) -> Self {
        self.fault(format!("{name}: stop and go on"), async move |chance: &mut Chance| {
            program.pause().await?;
            sleep(chance.duration(&lasting)).await;
            program.resume()
        })
    }

    /// Makes a way bad for a time. All connections over it are cut afterwards, as they are when a
    /// network comes back: one whose ends no longer agree on where a message begins would wait
    /// for ever.
    #[must_use]
    pub fn bad_way(self, name: &str, relay: &'f Relay, way: Way, lasting: RangeInclusive<Duration>) -> Self {
        self.fault(format!("{name}: {way:?}"), async move |chance: &mut Chance| {
            relay.set(way);
            sleep(chance.duration(&lasting)).await;
            relay.set(Way::Open);
            relay.cut();
            Ok(())
        })
    }

    /// Tells a load how many faults are over.
    pub fn tally(&self) -> Tally {
        self.strikes.clone()
    }

    /// Runs `load`, and until it ends one fault after the other. A fault that has begun is always
    /// healed. Fails when the load fails or a fault cannot be healed, and says what was done.
    pub async fn during<T>(mut self, load: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
        let mut record = Record {
            seed: self.seed,
            strikes: Vec::new(),
        };
        // A load that panics takes the record with it: then this is what is left.
        eprintln!("{SEED_VARIABLE}={}", self.seed);
        let (tell, told) = oneshot::channel();
        let load = async {
            let outcome = load.await;
            // The faults may have failed and be gone.
            let _ = tell.send(());
            Ok(outcome)
        };
        let outcome = tokio::try_join!(load, self.strike_until(told, &mut record));
        match outcome {
            Ok((outcome, ())) => outcome,
            Err(error) => Err(error),
        }
        .with_context(|| record.to_string())
    }

    async fn strike_until(&mut self, mut over: oneshot::Receiver<()>, record: &mut Record) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            self.chance.shuffle(&mut self.faults);
            for fault in &mut self.faults {
                let gap = self.chance.duration(&self.gaps);
                tokio::select! {
                    _ = &mut over => return Ok(()),
                    () = sleep(gap) => {}
                }
                let at = begun.elapsed();
                eprintln!("after {at:?} {}", fault.name);
                record.strikes.push((at, fault.name.clone()));
                let struck = fault.strike.strike(&mut self.chance).await;
                struck.with_context(|| fault.name.clone())?;
                self.strikes.0.fetch_add(1, Ordering::Release);
            }
            if self.faults.is_empty() {
                let _ = over.await;
                return Ok(());
            }
        }
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "with {SEED_VARIABLE}={}", self.seed)?;
        for (at, name) in &self.strikes {
            write!(f, "\n  after {at:?} {name}")?;
        }
        Ok(())
    }
}
