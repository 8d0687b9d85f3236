//! What is told over the bus. Every hint repeats what the database knows.

use bus::Topic;
use domain::id::{JobId, WorkerId};

/// Something can be claimed.
pub fn ready() -> Topic {
    Topic::new("jobs/ready")
}

/// Some job changed its state. The hint is its id.
pub fn changed() -> Topic {
    Topic::new("jobs/changed")
}

/// This job changed its state or came further.
pub fn job(id: JobId) -> Topic {
    Topic::new(format!("jobs/{id}"))
}

/// Somebody wants a job to end that this worker has in hand.
pub fn cancel(worker: WorkerId) -> Topic {
    Topic::new(format!("jobs/cancel/{worker}"))
}
