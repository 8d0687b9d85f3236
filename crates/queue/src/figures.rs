//! What is counted, for those who watch this house and decide how many workers it needs.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use domain::ambient::Ambient;
use domain::job::JobState;
use store::Store;
use store::jobs::{self, Count};
use tokio::time::sleep;

/// Attempts that ended, by queue, kind and how.
pub const ENDED: &str = "jobs_attempts_ended_total";
/// Seconds an attempt took, by queue and kind.
pub const SECONDS: &str = "jobs_attempt_seconds";
/// Jobs in hand, by queue.
pub const RUNNING: &str = "jobs_running";
/// Jobs that could be in hand at once, by queue.
pub const SLOTS: &str = "jobs_slots";
/// Jobs in the database that are not over, or are dead letters, by queue and state.
pub const JOBS: &str = "jobs";
/// Seconds since the oldest waiting job of a queue came in: workers scale on this.
pub const OLDEST: &str = "jobs_oldest_waiting_seconds";

/// How often the queues are counted.
const PAUSE: Duration = Duration::from_secs(10);

/// Says what each figure is.
pub fn describe() {
    metrics::describe_counter!(ENDED, "Attempts at jobs that ended, by queue, kind and how.");
    metrics::describe_histogram!(SECONDS, "Seconds an attempt at a job took.");
    metrics::describe_gauge!(RUNNING, "Jobs that this process has in hand.");
    metrics::describe_gauge!(SLOTS, "Jobs that this process could have in hand at once.");
    metrics::describe_gauge!(JOBS, "Jobs that are not over, and dead letters, by queue and state.");
    metrics::describe_gauge!(OLDEST, "Seconds since the oldest waiting job came in.");
}

/// Counts the queues again and again.
pub async fn watch(store: Store, ambient: Arc<dyn Ambient>) {
    let mut shown = HashSet::new();
    loop {
        match jobs::counts(&store).await {
            Ok(counts) => show(&counts, &mut shown, ambient.as_ref()),
            Err(error) => tracing::debug!(%error, "the queues could not be counted"),
        }
        sleep(PAUSE).await;
    }
}

fn show(counts: &[Count], shown: &mut HashSet<(String, JobState)>, ambient: &dyn Ambient) {
    let now = ambient.now();
    let present: HashSet<_> = counts.iter().map(|count| (count.queue.clone(), count.state)).collect();
    // What has gone counts as none; a figure that stopped would look like trouble.
    for (queue, state) in shown.difference(&present) {
        metrics::gauge!(JOBS, "queue" => queue.clone(), "state" => state.as_str()).set(0);
        if *state == JobState::Pending {
            metrics::gauge!(OLDEST, "queue" => queue.clone()).set(0);
        }
    }
    for count in counts {
        let jobs = u32::try_from(count.jobs).unwrap_or(u32::MAX);
        metrics::gauge!(JOBS, "queue" => count.queue.clone(), "state" => count.state.as_str()).set(jobs);
        if count.state == JobState::Pending {
            let age = now.since(count.oldest).as_secs_f64();
            metrics::gauge!(OLDEST, "queue" => count.queue.clone()).set(age);
        }
    }
    shown.extend(present);
}
