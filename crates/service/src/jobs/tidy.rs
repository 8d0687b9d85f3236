//! What nobody will ask for any more.

use std::time::Duration;

use queue::{Failure, Job, Run};
use serde::{Deserialize, Serialize};
use store::jobs::forget;

use super::CARE;
use crate::Services;

/// Jobs that went well are remembered for a week, so that somebody can still look why something
/// was late.
const KEEP_GOOD: Duration = Duration::from_hours(7 * 24);
/// Dead letters are remembered for three months: somebody should have seen them by then.
const KEEP_FAILED: Duration = Duration::from_hours(90 * 24);
/// So many at once, so that others can write in between.
const AT_ONCE: u32 = 1_000;

/// Forgets jobs that are long over.
#[derive(Debug, Serialize, Deserialize)]
pub struct TidyJobs {}

impl Job for TidyJobs {
    type World = Services;
    const KIND: &'static str = "tidy-jobs";
    const QUEUE: &'static str = CARE;

    async fn run(self, run: Run, services: Services) -> Result<(), Failure> {
        let now = services.ambient().now();
        let (good, failed) = (now.minus(KEEP_GOOD), now.minus(KEEP_FAILED));
        loop {
            let forgotten = services
                .parts
                .store
                .write(move |transaction| Box::pin(forget(transaction, good, failed, AT_ONCE)))
                .await?;
            if forgotten < u64::from(AT_ONCE) {
                return Ok(());
            }
            run.check()?;
        }
    }
}

/// Forgets the counts of clients that have been quiet.
#[derive(Debug, Serialize, Deserialize)]
pub struct TidyMarks {}

impl Job for TidyMarks {
    type World = Services;
    const KIND: &'static str = "tidy-marks";
    const QUEUE: &'static str = CARE;

    async fn run(self, _run: Run, services: Services) -> Result<(), Failure> {
        services.allowances().tidy().await.map_err(Failure::retry)?;
        Ok(())
    }
}
