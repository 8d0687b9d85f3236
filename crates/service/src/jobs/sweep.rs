//! What unfinished uploads left in the storage.

use std::time::Duration;

use queue::{Failure, Job, Run};
use serde::{Deserialize, Serialize};

use super::CARE;
use crate::Services;

/// Nothing that is still being written is that old.
const LEFTOVER_AGE: Duration = Duration::from_hours(24);

/// Removes what uploads left behind when their process was killed in the middle of them.
#[derive(Debug, Serialize, Deserialize)]
pub struct SweepLeftovers {}

impl Job for SweepLeftovers {
    type World = Services;
    const KIND: &'static str = "sweep-leftovers";
    const QUEUE: &'static str = CARE;

    async fn run(self, _run: Run, services: Services) -> Result<(), Failure> {
        let swept = services.parts.blobs.sweep(LEFTOVER_AGE).await.map_err(Failure::retry)?;
        if swept > 0 {
            tracing::info!(count = swept, "removed what unfinished uploads had left behind");
        }
        Ok(())
    }
}
