//! Workers die, stand still and lose their servers, in processes of their own.
//!
//! Whatever happens to them, each job ends in a stated state, and what it does is done once.

mod cancelled;
mod crowds;
mod killed;
mod left;
mod servers;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::ensure;
use domain::id::JobId;
use domain::job::JobState;
use store::jobs::Record;
use tempfile::TempDir;
use testkit::drill::{self, Drill, Effect};
use testkit::ledger::Ledger;
use testkit::program::Program;
use testkit::{Stack, databases, redis, wait};

use super::millis;

/// A worker that is silent for so long has lost its jobs.
const LEASE: Duration = millis(1_000);

/// Jobs, and processes that work on them.
struct Field {
    drill: Drill,
    database: String,
    redis: Option<String>,
    folder: TempDir,
}

impl Field {
    /// A database of its own, and with a cluster a Redis.
    async fn on(stack: Stack) -> anyhow::Result<Self> {
        let redis = match stack {
            Stack::Alone => None,
            Stack::Cluster => Some(redis::url().await?),
        };
        Self::with_redis(stack, redis).await
    }

    async fn with_redis(stack: Stack, redis: Option<String>) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let database = match stack {
            Stack::Alone => databases::sqlite_url(folder.path()).await?,
            Stack::Cluster => databases::postgres_url().await?,
        };
        Self::over(folder, database, redis).await
    }

    async fn over(folder: TempDir, database: String, redis: Option<String>) -> anyhow::Result<Self> {
        Ok(Self {
            drill: Drill::open(&database, redis.as_deref()).await?,
            database,
            redis,
            folder,
        })
    }

    async fn worker(&self) -> anyhow::Result<Program> {
        drill::worker(self.folder.path(), &self.database, LEASE, self.redis.as_deref())?
            .start()
            .await
    }

    async fn workers(&self, count: usize) -> anyhow::Result<Vec<Program>> {
        futures::future::try_join_all((0..count).map(|_| self.worker())).await
    }

    /// A file with which a job says how far it is.
    fn marker(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.marker"))
    }

    async fn until(&self, id: JobId, state: JobState) -> anyhow::Result<Record> {
        wait::for_ok(&format!("the job is {state}"), async || {
            let job = self.drill.job(id).await?;
            ensure!(job.state == state, "it is {job:?}");
            Ok(job)
        })
        .await
    }

    async fn until_all_are_over(&self) -> anyhow::Result<()> {
        wait::for_ok("all jobs are over", async || {
            let open = self.drill.open_jobs().await?;
            ensure!(open == 0, "{open} are not");
            Ok(())
        })
        .await
    }

    /// Each job went well and did what it was to do, once, and nobody did anything else.
    async fn assert_each_done_once(&self, names: &[String]) -> anyhow::Result<()> {
        let jobs = self.drill.all_jobs().await?;
        assert_eq!(jobs.len(), names.len());
        for job in &jobs {
            assert_eq!(job.state, JobState::Completed, "{job:?}");
        }
        let again = jobs.iter().filter(|job| job.attempt > 1).count();
        eprintln!(
            "{} jobs are completed, {again} of them not at the first attempt",
            jobs.len()
        );
        self.assert_effects(names).await
    }

    async fn assert_effects(&self, names: &[String]) -> anyhow::Result<()> {
        let asked_for = Ledger::new();
        for name in names {
            asked_for.ack(name.as_str(), ());
        }
        let effects = self.drill.effects().await?;
        asked_for.check_nothing_else(&effects)?;
        asked_for
            .check(async |name, ()| {
                ensure!(effects.iter().any(|effect| effect == name), "was not done");
                Ok(())
            })
            .await
    }
}

async fn until_marked(marker: &Path) -> anyhow::Result<()> {
    wait::until("the job says how far it is", async || marker.exists()).await
}

/// Names for jobs that leave effects, and the jobs.
fn effects(count: usize, lasting: Duration) -> (Vec<String>, Vec<Effect>) {
    let names: Vec<_> = (0..count).map(|number| format!("effect-{number:04}")).collect();
    let effect = |name: &String| Effect {
        name: name.clone(),
        lasting,
    };
    let jobs = names.iter().map(effect).collect();
    (names, jobs)
}
