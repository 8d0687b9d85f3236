//! Jobs whose work is told by the test, and what was seen of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::job::JobState;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use queue::{Failure, Job, Registry, Run};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

type Play = Arc<dyn Fn(Scene) -> BoxFuture<'static, Result<(), Failure>> + Send + Sync>;

/// What all kinds of jobs here work with. Clones share what was seen.
#[derive(Clone)]
pub struct Stage {
    shared: Arc<Mutex<Shared>>,
    death: CancellationToken,
}

#[derive(Default)]
struct Shared {
    plays: HashMap<&'static str, Play>,
    seen: Vec<Seen>,
    /// How many are on the stage, and how many were at most, by play.
    present: HashMap<String, (usize, usize)>,
}

/// The beginning of an attempt.
#[derive(Clone, Debug)]
pub struct Seen {
    pub play: String,
    pub number: u64,
    pub attempt: u16,
    pub at: Instant,
}

/// One attempt.
pub struct Scene {
    pub run: Run,
    pub number: u64,
    pub stage: Stage,
}

impl Stage {
    pub fn new() -> Self {
        Self {
            shared: Arc::default(),
            death: CancellationToken::new(),
        }
    }

    /// The same stage in a process that ends with `death`.
    pub fn mortal(&self, death: CancellationToken) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            death,
        }
    }

    /// Says what jobs of that name do.
    pub fn play<F, D>(&self, name: &'static str, play: D)
    where
        F: Future<Output = Result<(), Failure>> + Send + 'static,
        D: Fn(Scene) -> F + Send + Sync + 'static,
    {
        self.shared()
            .plays
            .insert(name, Arc::new(move |scene| play(scene).boxed()));
    }

    /// Every attempt of a play so far, in the order of their beginnings.
    pub fn seen(&self, play: &str) -> Vec<Seen> {
        self.shared()
            .seen
            .iter()
            .filter(|seen| seen.play == play)
            .cloned()
            .collect()
    }

    /// All attempts at all jobs.
    pub fn all_seen(&self) -> Vec<Seen> {
        self.shared().seen.clone()
    }

    pub fn begun(&self, play: &str) -> usize {
        self.seen(play).len()
    }

    /// How many are at work.
    pub fn present(&self, play: &str) -> usize {
        self.shared().present.get(play).map_or(0, |(now, _)| *now)
    }

    /// How many were at work at the same time.
    pub fn most(&self, play: &str) -> usize {
        self.shared().present.get(play).map_or(0, |(_, most)| *most)
    }

    /// Ends the process, and so does not return.
    pub async fn die(&self) -> Result<(), Failure> {
        self.death.cancel();
        std::future::pending().await
    }

    async fn perform(self, play: String, number: u64, run: Run) -> Result<(), Failure> {
        let actor = {
            let mut shared = self.shared();
            shared.seen.push(Seen {
                play: play.clone(),
                number,
                attempt: run.attempt(),
                at: Instant::now(),
            });
            let (now, most) = shared.present.entry(play.clone()).or_default();
            *now += 1;
            *most = (*most).max(*now);
            shared.plays.get(play.as_str()).cloned()
        };
        let _presence = Presence {
            play: play.clone(),
            stage: self.clone(),
        };
        let actor = actor.ok_or_else(|| Failure::fatal(format!("nobody knows the play {play}")))?;
        let scene = Scene {
            run,
            number,
            stage: self.clone(),
        };
        actor(scene).await
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// On the stage until this is dropped.
struct Presence {
    play: String,
    stage: Stage,
}

impl Drop for Presence {
    fn drop(&mut self) {
        if let Some((now, _)) = self.stage.shared().present.get_mut(&self.play) {
            *now -= 1;
        }
    }
}

pub const ACTS: &str = "acts";
pub const ASIDES: &str = "asides";

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $kind:literal in $queue:ident { $($rule:item)* })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Serialize, Deserialize)]
            pub struct $name {
                pub play: String,
                pub number: u64,
            }

            impl $name {
                pub fn of(play: &str, number: u64) -> Self {
                    Self { play: play.to_owned(), number }
                }
            }

            impl Job for $name {
                type World = Stage;
                const KIND: &'static str = $kind;
                const QUEUE: &'static str = $queue;
                $($rule)*

                async fn run(self, run: Run, stage: Stage) -> Result<(), Failure> {
                    stage.perform(self.play, self.number, run).await
                }
            }
        )+

        pub fn registry(stage: &Stage) -> Registry<Stage> {
            Registry::new(stage.clone())$(.with::<$name>())+
        }
    };
}

kinds! {
    /// The usual one.
    Act = "act" in ACTS {}
    /// Gives up at the second failure.
    Sketch = "sketch" in ACTS {
        const MAX_ATTEMPTS: u16 = 2;
    }
    /// Hangs sooner than it could blink.
    Haste = "haste" in ACTS {
        const MAX_ATTEMPTS: u16 = 2;
        const TIME_LIMIT: Duration = Duration::from_millis(300);
    }
    /// Looks first what there is to do.
    Study = "study" in ACTS {
        const BEGINS_AS: JobState = JobState::Analyzing;
    }
    /// Waits somewhere else.
    Aside = "aside" in ASIDES {}
}
