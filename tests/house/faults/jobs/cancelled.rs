//! Somebody wants a job to end that another process has in hand.

use std::time::Duration;

use domain::job::JobState;
use queue::Requested;
use testkit::drill::Slow;
use testkit::{Stack, on_both_stacks, redis};
use tokio::time::Instant;

use super::super::millis;
use super::{Field, until_marked};

on_both_stacks!(a_cancelled_job_ends_soon_in_another_process_with_redis_and_without);

/// A second to reach it, and what it takes to write that down.
const SOON: Duration = millis(1_500);

async fn a_cancelled_job_ends_soon_in_another_process_with_redis_and_without(stack: Stack) -> anyhow::Result<()> {
    for redis in [None, Some(redis::url().await?)] {
        let field = Field::with_redis(stack, redis).await?;
        let _worker = field.worker().await?;
        let marker = field.marker("slow");
        let job = Slow {
            name: "never".to_owned(),
            lasting: Duration::from_mins(10),
            marker: marker.clone(),
        };
        let id = field.drill.submit(job).await?;
        until_marked(&marker).await?;

        let begun = Instant::now();
        let asked = field.drill.jobs.cancel(id).await?;
        assert!(matches!(asked, Requested::Asked(_)), "{asked:?}");
        let job = field.until(id, JobState::Cancelled).await?;
        let took = begun.elapsed();
        eprintln!("{stack:?}, Redis {}: cancelled in {took:?}", field.redis.is_some());
        assert!(took < SOON, "it took {took:?}");
        assert_eq!((job.attempt, job.cancel_asked), (1, false));
        field.assert_effects(&[]).await?;
    }
    Ok(())
}
