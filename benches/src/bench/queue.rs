//! Goal 15, first half: jobs are claimed and completed, in batches, beside one at a time.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use domain::ambient::Ambient;
use domain::id::{JobId, WorkerId};
use domain::job::JobState;
use domain::time::Timestamp;
use migrations::MigrateOptions;
use store::jobs::{self, Claim, NewJob};
use store::{Store, StoreOptions};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::{Findings, Plan};
use crate::judge::{Against, Bound, Figure, Goal};
use crate::peers::postgres::{self, Postgres};
use crate::peers::present;
use crate::runner::{Contender, Course, Missing, OURS, Unit};
use crate::sample::{Meter, Work};
use crate::scratch::{Random, file_system, is_root, settle_disk};

const QUEUE: &str = "bench";
/// Those who ask at the same time, each over a connection of its own.
const WORKERS: u32 = 8;
const BATCH: u32 = 32;
const JOBS: u64 = 20_000;
const QUICK_JOBS: u64 = 640;
const PGBENCH: &str = "pgbench, one at a time";
const ALONE: &str = "dropcast, one at a time";
/// Any moment will do.
const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);
const PATIENCE: Duration = Duration::from_secs(30);

pub fn run(plan: &Plan) -> Result<Findings> {
    let count = if plan.quick { QUICK_JOBS } else { JOBS };
    // Root's own folders are closed to the account that PostgreSQL runs as.
    let folder = if is_root()? {
        std::env::temp_dir()
    } else {
        plan.scratch.path().to_owned()
    };
    let mut versions = Vec::new();
    let on_postgres = match postgres::program("postgres") {
        Ok(program) => {
            versions.push(("PostgreSQL".to_owned(), program.version));
            // It is gone again before SQLite has its turn.
            plan.run(on_postgres(&Rc::new(Postgres::start(&folder)?), count)?)?
        }
        Err(error) => plan.run(without_postgres(count, &error))?,
    };
    let on_sqlite = plan.run(on_sqlite(plan, count)?)?;
    Ok(Findings {
        title: "Jobs claimed and completed",
        method: method(count, &file_system(&folder)?),
        versions,
        outcomes: vec![on_postgres, on_sqlite],
    })
}

fn method(count: u64, place: &str) -> Vec<String> {
    vec![
        format!(
            "{count} jobs wait in a new database; {WORKERS} workers claim and complete until none is left, without any \
             work in between. Dropcast takes {BATCH} at once and completes them in one statement, through the \
             functions that its worker pool uses; every job has to end completed, after one attempt. Processor time \
             and memory are those of the database: on SQLite those of the measuring program, which it is part of."
        ),
        format!(
            "PostgreSQL runs with the settings it comes with, so a commit waits for the disk ({place}); SQLite with \
             `synchronous = FULL`, as always. After filling PostgreSQL, `VACUUM ANALYZE`."
        ),
        "pgbench: the same table and indexes, as many connections, prepared statements; it claims one job with `FOR \
         UPDATE SKIP LOCKED` and commits, completes it and commits. On SQLite there is no such peer and no goal."
            .to_owned(),
    ]
}

fn goal() -> Goal {
    Goal {
        text: "as fast as 3 × an unbatched `SKIP LOCKED` script".to_owned(),
        figure: Figure::Rate,
        against: Against::Best(vec![PGBENCH.to_owned()]),
        bound: Bound::AtLeast(3.0),
    }
}

fn course(title: &str, count: u64, contenders: Vec<Box<dyn Contender>>) -> Course {
    Course {
        title: format!("{count} jobs on {title}"),
        unit: Unit::Operations,
        contenders,
        missing: Vec::new(),
        goals: Vec::new(),
    }
}

/// The goal stays in the report, as one that nobody could judge.
fn without_postgres(count: u64, error: &anyhow::Error) -> Course {
    let absent = Missing {
        name: PGBENCH.to_owned(),
        reason: format!("PostgreSQL: {error:#}"),
    };
    Course {
        missing: vec![absent],
        goals: vec![goal()],
        ..course("PostgreSQL", count, Vec::new())
    }
}

fn on_postgres(server: &Rc<Postgres>, count: u64) -> Result<Course> {
    let ours = |name, batch| Workers::boxed(name, batch, count, Place::Postgres(Rc::clone(server)));
    let mut contenders = vec![ours(OURS, BATCH)?, ours(ALONE, 1)?];
    let mut missing = Vec::new();
    if present(PGBENCH, postgres::program("pgbench"), &mut missing).is_some() {
        contenders.push(Box::new(Pgbench {
            server: Rc::clone(server),
            count,
            runtime: Runtime::new()?,
        }));
    }
    Ok(Course {
        missing,
        goals: vec![goal()],
        ..course("PostgreSQL", count, contenders)
    })
}

fn on_sqlite(plan: &Plan, count: u64) -> Result<Course> {
    let folder = plan.scratch.fresh("sqlite")?;
    let ours = |name, batch| Workers::boxed(name, batch, count, Place::Sqlite(folder.clone()));
    Ok(course("SQLite", count, vec![ours(OURS, BATCH)?, ours(ALONE, 1)?]))
}

/// Where the database of a round is made.
enum Place {
    Postgres(Rc<Postgres>),
    Sqlite(PathBuf),
}

impl Place {
    /// A new database with nothing in it.
    fn fresh(&self) -> Result<String> {
        match self {
            Self::Postgres(server) => {
                server.ask("postgres", "DROP DATABASE IF EXISTS ours")?;
                server.ask("postgres", "CREATE DATABASE ours")?;
                Ok(server.url("ours"))
            }
            Self::Sqlite(folder) => {
                fs::remove_dir_all(folder)?;
                fs::create_dir(folder)?;
                Ok(format!("sqlite://{}", folder.join("bench.db").display()))
            }
        }
    }

    fn settle(&self) -> Result<()> {
        match self {
            Self::Postgres(server) => server.ask("ours", "VACUUM ANALYZE").map(drop),
            Self::Sqlite(_) => Ok(()),
        }
    }

    fn meter(&self) -> Meter {
        match self {
            Self::Postgres(server) => Meter::Server(server.id()),
            Self::Sqlite(_) => Meter::Server(std::process::id()),
        }
    }
}

/// Our own functions, used as the worker pool uses them.
struct Workers {
    name: &'static str,
    batch: u32,
    count: u64,
    place: Place,
    runtime: Runtime,
    store: Option<Store>,
}

impl Workers {
    fn boxed(name: &'static str, batch: u32, count: u64, place: Place) -> Result<Box<dyn Contender>> {
        Ok(Box::new(Self {
            name,
            batch,
            count,
            place,
            runtime: Runtime::new()?,
            store: None,
        }))
    }
}

impl Contender for Workers {
    fn name(&self) -> &str {
        self.name
    }

    fn prepare(&mut self) -> Result<Meter> {
        let url = self.place.fresh()?;
        self.store = Some(self.runtime.block_on(filled(&url, self.count))?);
        self.place.settle()?;
        settle_disk()?;
        Ok(self.place.meter())
    }

    fn work(&mut self) -> Result<Work> {
        let store = self.store.as_ref().context("no database")?;
        let done = self.runtime.block_on(async {
            let mut workers = JoinSet::new();
            for number in 0..WORKERS {
                workers.spawn(worker(store.clone(), self.batch, number));
            }
            let mut done = 0;
            while let Some(ended) = workers.join_next().await {
                done += ended??;
            }
            Ok::<_, anyhow::Error>(done)
        })?;
        ensure!(done == self.count, "{done} of {} jobs were completed", self.count);
        Ok(Work::of(done))
    }

    fn finish(&mut self) -> Result<()> {
        let Some(store) = self.store.take() else { return Ok(()) };
        Ok(self.runtime.block_on(store.close())?)
    }
}

/// Claims and completes until nothing is left. Returns how many.
async fn worker(store: Store, batch: u32, number: u32) -> Result<u64> {
    let claim = Claim {
        worker: WorkerId::new(&Numbers::new(u64::from(number))),
        queue: QUEUE.to_owned(),
        kinds: vec![QUEUE.to_owned()],
        suspects: false,
        limit: batch,
        now: NOW,
    };
    let mut done = 0;
    loop {
        let claim = claim.clone();
        let claimed = store
            .write(move |transaction| Box::pin(async move { jobs::claim(transaction, &claim).await }))
            .await?;
        if claimed.is_empty() {
            return Ok(done);
        }
        ensure!(claimed.iter().all(|job| job.attempt == 1), "a job was claimed twice");
        let tickets: Vec<_> = claimed.iter().map(|job| job.ticket).collect();
        let completed = store
            .write(move |transaction| Box::pin(async move { jobs::complete(transaction, &tickets, NOW).await }))
            .await?;
        done += completed.len() as u64;
    }
}

/// A database with every table, in which jobs wait.
async fn filled(url: &str, count: u64) -> Result<Store> {
    migrations::run(&MigrateOptions {
        url: url.to_owned(),
        snapshot_dir: None,
        binary_version: env!("CARGO_PKG_VERSION").to_owned(),
        now: NOW.micros(),
    })
    .await?;
    let store = Store::connect(&StoreOptions {
        url: url.to_owned(),
        readers: WORKERS,
        acquire_timeout: PATIENCE,
    })
    .await?;
    let numbers = Numbers::new(count);
    let waiting: Vec<NewJob> = (0..count).map(|_| new_job(&numbers)).collect();
    store
        .write(move |transaction| Box::pin(async move { jobs::enqueue_all(transaction, &waiting).await }))
        .await?;
    Ok(store)
}

fn new_job(numbers: &Numbers) -> NewJob {
    NewJob {
        id: JobId::new(numbers),
        queue: QUEUE.to_owned(),
        kind: QUEUE.to_owned(),
        payload: r#"{"file":"019a0000-0000-7000-8000-000000000000","sizes":[240,720,1440]}"#.to_owned(),
        user: None,
        key: None,
        begins_as: JobState::Processing,
        max_attempts: 3,
        run_at: None,
        created_at: NOW,
    }
}

/// Chance for ids, the same in every run.
struct Numbers(Mutex<Random>);

impl Numbers {
    const fn new(seed: u64) -> Self {
        Self(Mutex::new(Random::new(seed)))
    }
}

impl Ambient for Numbers {
    fn now(&self) -> Timestamp {
        NOW
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill(bytes);
    }
}

/// The script that everybody writes first.
struct Pgbench {
    server: Rc<Postgres>,
    count: u64,
    runtime: Runtime,
}

const SCRIPT: &str = "\
WITH taken AS (SELECT id FROM jobs WHERE queue = 'bench' AND state = 'pending' AND run_at IS NULL AND suspect = FALSE \
ORDER BY turn, id LIMIT 1 FOR UPDATE SKIP LOCKED) \
UPDATE jobs SET state = begins_as, attempt = attempt + 1, fence = fence + 1, worker = gen_random_uuid(), \
started_at = 1, changed_at = 1 WHERE id IN (SELECT id FROM taken) RETURNING id AS job, fence \\gset
UPDATE jobs SET state = 'completed', ended_at = 2, changed_at = 2 WHERE id = :job AND fence = :fence;
";

impl Contender for Pgbench {
    fn name(&self) -> &str {
        PGBENCH
    }

    fn prepare(&mut self) -> Result<Meter> {
        let place = Place::Postgres(Rc::clone(&self.server));
        let url = place.fresh()?;
        let store = self.runtime.block_on(filled(&url, self.count))?;
        self.runtime.block_on(store.close())?;
        place.settle()?;
        settle_disk()?;
        Ok(place.meter())
    }

    fn work(&mut self) -> Result<Work> {
        let each = self.count / u64::from(WORKERS);
        let mut pgbench = self.server.tool("pgbench", "ours");
        pgbench
            .args(["--no-vacuum", "--protocol=prepared", "--jobs=2", "--file=/dev/stdin"])
            .arg(format!("--client={WORKERS}"))
            .arg(format!("--transactions={each}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut running = pgbench.spawn()?;
        running
            .stdin
            .take()
            .context("its input is a pipe")?
            .write_all(SCRIPT.as_bytes())?;
        let output = running.wait_with_output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(Work::of(each * u64::from(WORKERS)))
    }

    fn finish(&mut self) -> Result<()> {
        let question = "SELECT count(*) FROM jobs WHERE state = 'completed' AND attempt = 1";
        let done = self.server.ask("ours", question)?;
        ensure!(
            done == self.count.to_string(),
            "{done} of {} jobs were completed",
            self.count
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_is_claimed_and_completed_once() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Sqlite(folder.path().join("sqlite"));
        fs::create_dir(folder.path().join("sqlite")).unwrap();
        let mut workers = Workers::boxed(OURS, 7, 100, place).unwrap();
        workers.prepare().unwrap();
        assert_eq!(workers.work().unwrap().amount, 100);
        assert!(workers.work().is_err(), "nothing was left");
        workers.finish().unwrap();
    }

    #[test]
    fn the_same_share_falls_to_each_worker() {
        for count in [JOBS, QUICK_JOBS] {
            assert_eq!(count % u64::from(WORKERS), 0);
        }
    }

    #[test]
    fn without_postgres_the_goal_is_still_reported() {
        let course = without_postgres(JOBS, &anyhow::anyhow!("it is not installed"));
        assert_eq!((course.goals.len(), course.missing.len()), (1, 1));
    }
}
