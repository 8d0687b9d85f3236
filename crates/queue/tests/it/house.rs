//! A database, pools that work on it, and a look at what became of the jobs.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use bus::Bus;
use domain::access::Actor;
use domain::ambient::Ambient;
use domain::digest::Sha256;
use domain::file::{StoredBlob, StoredFile};
use domain::id::{BlobId, JobId, NodeId, WorkerId};
use domain::job::JobState;
use domain::name::NodeName;
use domain::time::Timestamp;
use futures::future::BoxFuture;
use queue::{Job, Jobs, NewJob, Order, Pool, PoolOptions, Queue, Registry, Schedule};
use store::blobs::{self, Inserted};
use store::jobs::{self, Claim, Claimed, Record};
use store::{Store, StoreError, StoreOptions, Transaction, files};
use tempfile::TempDir;
use testkit::ambient::Fixed;
use testkit::relay::{Relay, Way};
use testkit::wait;
use tokio::runtime;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::stage::{ACTS, ASIDES, Stage, registry};

/// How much faster the clock runs than time outside.
pub const SPEED: u32 = 20;
/// For tests in which a lease ends. A machine with much else to do can keep a worker silent for as
/// long, so others wait longer.
const SHORT_LEASE: Duration = Duration::from_secs(1);

pub struct House {
    /// Where pools find the database; it may be away.
    pub url: String,
    /// The test's own way to the database, which is never away.
    pub store: Store,
    pub clock: Arc<Clock>,
    pub bus: Bus,
    pub jobs: Jobs,
    pub stage: Stage,
    relay: Option<Relay>,
    _folder: Option<TempDir>,
}

/// What may be different in one pool.
pub struct Setup {
    pub registry: Registry<Stage>,
    pub bus: Bus,
    /// In each queue.
    pub slots: usize,
    pub queues: Vec<&'static str>,
    pub schedules: Vec<Schedule>,
    pub lease: Duration,
}

/// A pool at work. It is cut when this is dropped.
pub struct Worker {
    pub id: WorkerId,
    pub store: Store,
    soft: CancellationToken,
    hard: CancellationToken,
    pub task: JoinHandle<()>,
}

impl House {
    pub async fn on_sqlite() -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let url = testkit::databases::sqlite_url(folder.path()).await?;
        Self::at(url.clone(), url, None, Some(folder)).await
    }

    pub async fn on_postgres() -> anyhow::Result<Self> {
        let url = testkit::databases::postgres_url().await?;
        Self::at(url.clone(), url, None, None).await
    }

    /// PostgreSQL, which can be taken away from the pools.
    pub async fn behind_a_relay() -> anyhow::Result<Self> {
        let own = testkit::databases::postgres_url().await?;
        let (url, relay) = Relay::in_front_of(&own).await?;
        Self::at(url, own, Some(relay), None).await
    }

    async fn at(url: String, own: String, relay: Option<Relay>, folder: Option<TempDir>) -> anyhow::Result<Self> {
        let store = connect(&own).await?;
        let (bus, clock) = (Bus::local(), Arc::new(Clock::new()));
        Ok(Self {
            url,
            jobs: Jobs::new(store.clone(), bus.clone(), clock.clone()),
            store,
            clock,
            bus,
            stage: Stage::new(),
            relay,
            _folder: folder,
        })
    }

    pub fn set_way(&self, way: Way) {
        self.relay.as_ref().unwrap().set(way);
    }

    pub fn setup(&self) -> Setup {
        Setup::new(&self.stage, &self.bus)
    }

    /// The usual pool, with a lease that ends soon.
    pub fn impatient(&self) -> Setup {
        Setup {
            lease: SHORT_LEASE,
            ..self.setup()
        }
    }

    /// The usual pool.
    pub async fn worker(&self) -> anyhow::Result<Worker> {
        self.start(self.setup()).await
    }

    pub async fn start(&self, setup: Setup) -> anyhow::Result<Worker> {
        let store = connect(&self.url).await?;
        let pool = setup.pool(store.clone(), self.clock.clone());
        let (soft, hard) = (CancellationToken::new(), CancellationToken::new());
        Ok(Worker {
            id: pool.worker(),
            store,
            task: tokio::spawn(pool.run(soft.clone(), hard.clone())),
            soft,
            hard,
        })
    }

    /// A pool in a runtime of its own, started again whenever it dies, until the token fires. It
    /// dies when one of its jobs says so, and then nothing of it does anything any more.
    pub fn mortal_workers(&self, slots: usize) -> CancellationToken {
        let over = CancellationToken::new();
        let (url, clock, until) = (self.url.clone(), self.clock.clone(), over.clone());
        let (stage, bus) = (self.stage.clone(), self.bus.clone());
        thread::spawn(move || {
            while !until.is_cancelled() {
                let death = until.child_token();
                let setup = Setup {
                    slots,
                    lease: SHORT_LEASE,
                    ..Setup::new(&stage.mortal(death.clone()), &bus)
                };
                let life = runtime::Builder::new_multi_thread()
                    .worker_threads(2)
                    .enable_all()
                    .build()
                    .unwrap();
                let (url, clock) = (url.clone(), clock.clone());
                life.spawn(async move {
                    let pool = setup.pool(connect(&url).await.unwrap(), clock);
                    pool.run(CancellationToken::new(), CancellationToken::new()).await;
                });
                life.block_on(death.cancelled());
                life.shutdown_background();
            }
        });
        over
    }

    pub async fn submit<J: Job>(&self, job: J) -> anyhow::Result<JobId> {
        Ok(self.jobs.submit(Order::of(job)).await?.id())
    }

    /// Enqueues a row as it is, and tells nobody.
    pub async fn enqueue(&self, row: NewJob) -> anyhow::Result<JobId> {
        let id = row.id;
        self.store
            .write(move |transaction| Box::pin(async move { jobs::enqueue(transaction, &row).await }))
            .await?;
        Ok(id)
    }

    /// Claims what can be claimed, for a worker of whom nobody else knows.
    pub async fn claim(&self, worker: WorkerId, suspects: bool) -> anyhow::Result<Vec<Claimed>> {
        let claim = Claim {
            worker,
            queue: ACTS.to_owned(),
            kinds: registry(&self.stage)
                .kinds()
                .into_iter()
                .map(|(_, kind)| kind.to_owned())
                .collect(),
            suspects,
            limit: 100,
            now: self.clock.now(),
        };
        let claimed = self
            .store
            .write(move |transaction| Box::pin(async move { jobs::claim(transaction, &claim).await }))
            .await?;
        Ok(claimed)
    }

    pub fn ghost(&self) -> WorkerId {
        WorkerId::new(self.clock.as_ref())
    }

    pub async fn record(&self, job: JobId) -> anyhow::Result<Record> {
        jobs::find(&self.store, job).await?.context("no such job")
    }

    /// Waits until the job is in that state.
    pub async fn until(&self, job: JobId, state: JobState) -> anyhow::Result<Record> {
        wait::for_ok(&format!("job {job} is {state}"), async || {
            let record = self.record(job).await?;
            anyhow::ensure!(record.state == state, "it is {record:?}");
            Ok(record)
        })
        .await
    }

    pub async fn until_completed(&self, jobs: impl IntoIterator<Item = JobId>) -> anyhow::Result<()> {
        for job in jobs {
            self.until(job, JobState::Completed).await?;
        }
        Ok(())
    }

    /// Waits until so many attempts of a play have begun.
    pub async fn until_begun(&self, play: &str, attempts: usize) -> anyhow::Result<()> {
        wait::until(&format!("{play} has begun {attempts} times"), async || {
            self.stage.begun(play) >= attempts
        })
        .await
    }

    pub async fn until_left(&self, play: &str) -> anyhow::Result<()> {
        wait::until(&format!("nobody is at {play}"), async || self.stage.present(play) == 0).await
    }

    /// Waits for something that happens while this passes.
    pub async fn let_pass(&self, time: Duration) -> anyhow::Result<()> {
        let begun = Instant::now();
        wait::until("time has passed", async || begun.elapsed() >= time).await
    }

    /// How many effects there are.
    pub async fn effects(&self) -> anyhow::Result<u64> {
        let everything = Actor::LocalOwner.scope().context("no scope")?;
        Ok(files::totals(&self.store, everything).await?.files)
    }
}

impl Setup {
    fn new(stage: &Stage, bus: &Bus) -> Self {
        Self {
            registry: registry(stage),
            bus: bus.clone(),
            slots: 4,
            queues: vec![ACTS, ASIDES],
            schedules: Vec::new(),
            lease: Duration::from_secs(5),
        }
    }

    fn pool(self, store: Store, ambient: Arc<Clock>) -> Pool {
        let queue = |name| Queue {
            name,
            slots: self.slots,
            about: "What a test has to do.",
        };
        let options = PoolOptions {
            store,
            bus: self.bus,
            ambient,
            queues: self.queues.into_iter().map(queue).collect(),
            schedules: self.schedules,
            lease: self.lease,
        };
        Pool::new(options, &self.registry)
    }
}

impl Worker {
    /// Asks it to leave.
    pub fn ask_to_leave(&self) {
        self.soft.cancel();
    }

    /// Cuts it.
    pub fn cut(&self) {
        self.hard.cancel();
    }

    /// Waits until it has gone, and tells for how long.
    pub async fn gone(&mut self) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        (&mut self.task).await?;
        Ok(begun.elapsed())
    }

    pub async fn leave(mut self) -> anyhow::Result<Duration> {
        self.ask_to_leave();
        self.gone().await
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.soft.cancel();
        self.hard.cancel();
    }
}

pub async fn connect(url: &str) -> Result<Store, StoreError> {
    Store::connect(&StoreOptions {
        url: url.to_owned(),
        readers: 6,
        acquire_timeout: Duration::from_secs(2),
    })
    .await
}

/// Something that is seen when it happened twice: a file with an id of its own.
pub fn effect(
    clock: &dyn Ambient,
    number: u64,
) -> impl for<'t> FnOnce(&'t Transaction) -> BoxFuture<'t, Result<(), StoreError>> + Send + 'static {
    let mut sha256 = [0; 32];
    sha256[..8].copy_from_slice(&number.to_be_bytes());
    let mut file = StoredFile {
        id: NodeId::new(clock),
        name: NodeName::parse("effect").unwrap(),
        added_at: clock.now(),
        blob: StoredBlob {
            id: BlobId::new(clock),
            size: 1,
            sha256: Sha256::from_bytes(sha256),
            crc32: 0,
            media_type: "text/plain".to_owned(),
        },
    };
    move |transaction| {
        Box::pin(async move {
            if let Inserted::AlreadyThere(known) = blobs::insert(transaction, &file.blob, file.added_at).await? {
                file.blob = known;
            }
            files::insert(transaction, &file).await
        })
    }
}

/// A clock that runs [`SPEED`] times as fast as time does, and jumps when told.
pub struct Clock {
    begun: Instant,
    jumped: AtomicI64,
    chance: Fixed,
}

const BEGINNING: i64 = 1_800_000_000_000_000;

impl Clock {
    fn new() -> Self {
        let beginning = Timestamp::from_micros(BEGINNING);
        Self {
            begun: Instant::now(),
            jumped: AtomicI64::new(0),
            chance: Fixed::new(beginning, 7),
        }
    }

    /// Puts it forward, or back.
    pub fn jump(&self, seconds: i64) {
        self.jumped.fetch_add(seconds * 1_000_000, Ordering::AcqRel);
    }
}

impl Ambient for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(BEGINNING + self.jumped.load(Ordering::Acquire)).plus(self.begun.elapsed() * SPEED)
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.chance.fill(bytes);
    }
}
