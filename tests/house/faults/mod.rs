//! What time and bad luck do: the built program is killed and stopped, its servers go and come
//! back, the lines to them are bad, its disk runs full. All the while people upload.
//!
//! Three things always hold. What was acknowledged is there afterwards, whole, and nothing is there
//! by half. Every answer is one: a success or a problem a program can read. And when the trouble is
//! over the program goes on by itself.

mod disk;
mod ends;
mod jobs;
mod lines;
mod load;
mod servers;

use std::path::Path;
use std::time::Duration;

use testkit::program::{Program, ProgramBuilder};
use testkit::relay::Relay;
use testkit::s3::{self, S3Server};
use testkit::{Stack, databases, redis};

pub use load::{Cuts, Load};

/// People who upload at the same time.
const LANES: usize = 4;

/// The parts of a cluster, each behind a way of its own.
struct Cluster {
    s3: S3Server,
    database: Relay,
    redis: Relay,
    settings: Vec<(&'static str, String)>,
}

impl Cluster {
    /// A bucket of its own beside the database and the Redis at these addresses.
    async fn over(database_url: &str, redis_url: &str) -> anyhow::Result<Self> {
        let s3 = s3::start().await?;
        let (database_url, database) = Relay::in_front_of(database_url).await?;
        let (redis_url, redis) = Relay::in_front_of(redis_url).await?;
        let mut settings = vec![("DATABASE_URL", database_url), ("REDIS_URL", redis_url)];
        settings.extend(s3.settings());
        Ok(Self {
            s3,
            database,
            redis,
            settings,
        })
    }

    /// Over servers that others use as well.
    async fn shared() -> anyhow::Result<Self> {
        Self::over(&databases::postgres_url().await?, &redis::url().await?).await
    }
}

/// The program in a folder, on what it needs, and patient with many requests of one client.
async fn serve(folder: &Path, cluster: Option<&Cluster>) -> anyhow::Result<Program> {
    let mut builder: ProgramBuilder = Program::serve(folder)?
        .with("DROPCAST_LIMIT_UPLOAD", "1000000")
        .with("DROPCAST_LIMIT_DOWNLOAD", "1000000")
        .with("DROPCAST_LIMIT_API", "1000000")
        .with("DROPCAST_DATABASE_ACQUIRE_TIMEOUT", "2s");
    if let Some(cluster) = cluster {
        builder = builder.with_all(cluster.settings.iter().cloned());
    }
    builder.start().await
}

/// What a stack needs outside the program.
async fn parts(stack: Stack) -> anyhow::Result<Option<Cluster>> {
    Ok(match stack {
        Stack::Alone => None,
        Stack::Cluster => Some(Cluster::shared().await?),
    })
}

/// Asserts that the program works as if nothing had been, without having been started again by
/// this: it says so itself, an upload arrives, and everything promised is there.
async fn assert_well(program: &Program, load: &Load) -> anyhow::Result<()> {
    load.works_again().await?;
    eprintln!("{}", load.summary());
    load.verify().await?;
    let doctor = program.ask(&["doctor"])?;
    let said = String::from_utf8_lossy(&doctor.stdout);
    assert!(doctor.status.success(), "{said}");
    let log = program.log()?;
    assert!(!log.contains("panicked"), "{log}");
    Ok(())
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
