//! Drills: jobs made to be killed, stopped and cancelled, and workers in processes of their own.
//!
//! The test and the program `testkit-worker` open the same [`Drill`]: the test enqueues and looks,
//! the program works. What a job does is seen as a file in the database, so that done twice shows.

mod kinds;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use bus::{Bus, Redis};
use domain::access::Actor;
use domain::id::JobId;
use domain::job::JobState;
use queue::{Job, Jobs, Order, Pool, PoolOptions, Queue, Registry};
use service::ambient::System;
use store::jobs::{self, Filter, Record};
use store::{Store, StoreOptions, files};

use crate::program::{Program, ProgramBuilder};

pub use kinds::{Die, Effect, Slow, Step, Steps};

/// Where all jobs of a drill wait.
pub const QUEUE: &str = "drill";
/// How many of them one worker does at once.
pub const SLOTS: usize = 4;
/// The program that works on them.
const WORKER: &str = "testkit-worker";
/// So many rows in one question.
const PAGE: u32 = 500;

/// A database with jobs, and the line to others who work on it.
pub struct Drill {
    pub store: Store,
    pub jobs: Jobs,
    bus: Bus,
}

impl Drill {
    /// Opens a database that has its tables; with a Redis, news travel between the processes.
    pub async fn open(database: &str, redis: Option<&str>) -> anyhow::Result<Self> {
        let options = StoreOptions {
            url: database.to_owned(),
            readers: 6,
            acquire_timeout: Duration::from_secs(2),
        };
        let store = Store::connect(&options).await?;
        let bus = match redis {
            Some(url) => Bus::over(Redis::connect(url)?),
            None => Bus::local(),
        };
        Ok(Self {
            jobs: Jobs::new(store.clone(), bus.clone(), Arc::new(System)),
            store,
            bus,
        })
    }

    /// A worker that has lost its jobs when it is silent for as long as the lease.
    pub fn pool(&self, lease: Duration) -> Pool {
        let options = PoolOptions {
            store: self.store.clone(),
            bus: self.bus.clone(),
            ambient: Arc::new(System),
            queues: vec![Queue {
                name: QUEUE,
                slots: SLOTS,
                about: "What a drill has to do.",
            }],
            schedules: Vec::new(),
            lease,
        };
        let registry = Registry::new(System)
            .with::<Effect>()
            .with::<Steps>()
            .with::<Die>()
            .with::<Slow>();
        Pool::new(options, &registry)
    }

    pub async fn submit<J: Job>(&self, job: J) -> anyhow::Result<JobId> {
        Ok(self.jobs.submit(Order::of(job)).await?.id())
    }

    pub async fn submit_all<J: Job>(&self, jobs: impl IntoIterator<Item = J>) -> anyhow::Result<()> {
        Ok(self.jobs.submit_all(jobs.into_iter().map(Order::of).collect()).await?)
    }

    pub async fn job(&self, id: JobId) -> anyhow::Result<Record> {
        jobs::find(&self.store, id).await?.context("there is no such job")
    }

    /// How many jobs of the drill wait or run.
    pub async fn open_jobs(&self) -> anyhow::Result<u64> {
        let counts = jobs::counts(&self.store).await?;
        let open = counts
            .iter()
            .filter(|count| count.queue == QUEUE && count.state != JobState::Failed);
        Ok(open.map(|count| count.jobs).sum())
    }

    /// Every job of the drill.
    pub async fn all_jobs(&self) -> anyhow::Result<Vec<Record>> {
        let filter = Filter {
            queue: Some(QUEUE.to_owned()),
            ..Filter::default()
        };
        let mut all: Vec<Record> = Vec::new();
        loop {
            let after = all.last().map(|job| job.id);
            let page = jobs::page(&self.store, &filter, after, PAGE).await?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
    }

    /// The name of each effect, as often as it is there.
    pub async fn effects(&self) -> anyhow::Result<Vec<String>> {
        let everything = Actor::LocalOwner.scope().context("an owner sees everything")?;
        let (mut names, mut after) = (Vec::new(), None);
        loop {
            let page = files::page(&self.store, everything, after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(names);
            };
            after = Some(last.id);
            names.extend(page.into_iter().map(|file| file.name.as_str().to_owned()));
        }
    }

    /// Lets go of the database.
    pub async fn close(self) -> anyhow::Result<()> {
        self.bus.close();
        Ok(self.store.close().await?)
    }
}

/// A worker of the drill over this database, in a process of its own. `cargo xtask test` builds it
/// beside the tests.
pub fn worker(folder: &Path, database: &str, lease: Duration, redis: Option<&str>) -> anyhow::Result<ProgramBuilder> {
    let test = std::env::current_exe()?;
    let built = test
        .ancestors()
        .nth(2)
        .map(|folder| folder.join(WORKER))
        .filter(|path| path.exists());
    let built = built.with_context(|| format!("{WORKER} is not built: run `cargo xtask test`"))?;
    let lease = lease.as_millis().to_string();
    let mut arguments = vec![database, lease.as_str()];
    arguments.extend(redis);
    Ok(Program::of(built, folder, &arguments).ready_when_it_logs(format!("works on {QUEUE}")))
}
