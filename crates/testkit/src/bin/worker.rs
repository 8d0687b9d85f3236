//! A worker of the queue in a process of its own, with jobs made to be killed: see `testkit::drill`.
//!
//! Takes the address of a database that has its tables, the lease in milliseconds, and the address
//! of a Redis if there is one. Says `works on drill` when it works; SIGTERM has it leave in order.

use std::io;
use std::time::Duration;

use anyhow::Context as _;
use testkit::drill::{Drill, QUEUE};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::filter::LevelFilter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_max_level(LevelFilter::WARN)
        .init();
    let mut arguments = std::env::args().skip(1);
    let database = arguments.next().context("which database?")?;
    let lease = arguments.next().context("which lease, in milliseconds?")?.parse()?;
    let redis = arguments.next();

    let mut terminate = signal(SignalKind::terminate())?;
    let drill = Drill::open(&database, redis.as_deref()).await?;
    let leaving = CancellationToken::new();
    let pool = drill.pool(Duration::from_millis(lease));
    // Said first: a job may end the process at once.
    eprintln!("works on {QUEUE}");
    let working = tokio::spawn(pool.run(leaving.clone(), CancellationToken::new()));
    terminate.recv().await;
    leaving.cancel();
    working.await?;
    drill.close().await
}
