//! The jobs of this house: their queues, their kinds, and what returns on time.
//!
//! A job holds no rule of its own: it says what to do, and calls a use case.
//!
//! To add a kind: a module here with a type that implements [`Job`](queue::Job), a line in
//! [`registry`], and its name in words (`texts`, for the page of background work). To rename one:
//! `drain` its old name in [`registry`]. A new queue is a row of [`QUEUES`].

mod sweep;
mod tidy;

use std::time::Duration;

use queue::{Job, Order, Queue, Registry, Schedule, When};

use crate::Services;

use sweep::SweepLeftovers;
use tidy::{TidyJobs, TidyMarks};

/// All queues, the most urgent first.
pub const QUEUES: &[Queue] = &[Queue {
    name: CARE,
    slots: 1,
    about: "Care of the house: clearing away what nobody needs. Nobody waits for it, so it may take hours.",
}];

const CARE: &str = "care";

/// What a worker of this house can do.
pub fn registry(services: &Services) -> Registry<Services> {
    Registry::new(services.clone())
        .with::<SweepLeftovers>()
        .with::<TidyJobs>()
        .with::<TidyMarks>()
}

/// Queue and name of each kind that [`registry`] knows.
pub const KINDS: &[(&str, &str)] = &[
    (SweepLeftovers::QUEUE, SweepLeftovers::KIND),
    (TidyJobs::QUEUE, TidyJobs::KIND),
    (TidyMarks::QUEUE, TidyMarks::KIND),
];

/// What a process asks for when it starts: whatever ended the one before may have left something.
pub async fn at_start(services: &Services) {
    // The key of the schedule, so that one does for both.
    let order = Order::of(SweepLeftovers {}).key(Schedule::key(SWEEP));
    if let Err(error) = services.work().submit(order).await {
        tracing::warn!(%error, "the sweep of a start could not be enqueued; the next one is in an hour at most");
    }
}

const SWEEP: &str = "sweep-leftovers";

/// What returns on time, once for all workers together.
pub fn schedules() -> Vec<Schedule> {
    let hourly = When::Every(Duration::from_hours(1));
    vec![
        Schedule::new(SWEEP, hourly, || SweepLeftovers {}),
        Schedule::new("tidy-jobs", hourly, || TidyJobs {}),
        Schedule::new("tidy-marks", When::Every(Duration::from_mins(10)), || TidyMarks {}),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_have_names_of_their_own_and_say_what_they_are_for() {
        for (number, queue) in QUEUES.iter().enumerate() {
            assert!(QUEUES[..number].iter().all(|other| other.name != queue.name));
            assert!(queue.slots > 0 && queue.about.ends_with('.'), "{}", queue.name);
        }
    }
}
