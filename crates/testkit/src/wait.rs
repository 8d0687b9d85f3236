//! Waiting for a condition, never for a time.

use std::fmt::Display;
use std::time::Duration;

use anyhow::bail;
use tokio::time::{Instant, sleep};

/// When a condition that should come true does not, the test has failed.
const LIMIT: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(10);

/// Waits until `attempt` succeeds.
pub async fn for_ok<T, E: Display>(what: &str, mut attempt: impl AsyncFnMut() -> Result<T, E>) -> anyhow::Result<T> {
    let deadline = Instant::now() + LIMIT;
    loop {
        match attempt().await {
            Ok(value) => return Ok(value),
            Err(error) if Instant::now() > deadline => bail!("waited {LIMIT:?} until {what}: {error}"),
            Err(_) => sleep(PAUSE).await,
        }
    }
}

/// Waits until `condition` holds.
pub async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) -> anyhow::Result<()> {
    let attempt = async || {
        if condition().await {
            Ok(())
        } else {
            Err("it never was so")
        }
    };
    for_ok(what, attempt).await
}
