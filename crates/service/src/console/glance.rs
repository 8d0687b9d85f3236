//! What is worth seeing of a table that may hold very many jobs.

use std::collections::{BTreeMap, BTreeSet};

use domain::job::JobState;
use domain::time::Timestamp;
use futures::future::try_join_all;
use queue::Queue;
use store::Store;
use store::jobs::{Count, Filter, Record};
use wire::jobs::QueueEntry;

use crate::ServiceError;

/// How many of each state are shown. What failed is what somebody comes for.
const SHOWN: [(JobState, u32); 6] = [
    (JobState::Failed, 20),
    (JobState::Analyzing, 10),
    (JobState::Processing, 10),
    (JobState::Pending, 5),
    (JobState::Completed, 5),
    (JobState::Cancelled, 5),
];

/// The newest few of each state, all together newest first. `counts` spares the question for what
/// is not there.
pub(super) async fn newest(store: &Store, counts: &[Count]) -> Result<Vec<Record>, ServiceError> {
    let counted = |state: JobState| counts.iter().any(|count| count.state == state);
    let questions = SHOWN
        .into_iter()
        .filter(|(state, _)| matches!(state, JobState::Completed | JobState::Cancelled) || counted(*state))
        .map(|(state, limit)| async move {
            let filter = Filter {
                state: Some(state),
                ..Filter::default()
            };
            store::jobs::page(store, &filter, None, limit).await
        });
    let mut records: Vec<Record> = try_join_all(questions).await?.into_iter().flatten().collect();
    records.sort_by_key(|record| std::cmp::Reverse(record.id));
    // One that moved on between two questions was seen twice.
    records.dedup_by_key(|record| record.id);
    Ok(records)
}

/// Every queue that is known here or has jobs: the known ones in their order, then the others.
pub(super) fn queues(
    known: &[Queue],
    counts: &[Count],
    strange: Vec<(String, String)>,
    now: Timestamp,
) -> Vec<QueueEntry> {
    let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (queue, kind) in strange {
        kinds.entry(queue).or_default().push(kind);
    }
    let names: BTreeSet<&str> = counts.iter().map(|count| count.queue.as_str()).collect();
    let others = names
        .into_iter()
        .filter(|name| known.iter().all(|queue| queue.name != *name))
        .map(|name| (name, None));
    let mut entries: Vec<QueueEntry> = known
        .iter()
        .map(|queue| (queue.name, Some(queue.slots)))
        .chain(others)
        .map(|(name, slots)| queue(name, slots, counts, now))
        .collect();
    for entry in &mut entries {
        entry.unknown_kinds = kinds.remove(&entry.name).unwrap_or_default();
    }
    entries
}

fn queue(name: &str, slots: Option<usize>, counts: &[Count], now: Timestamp) -> QueueEntry {
    let of_it = || counts.iter().filter(|count| count.queue == name);
    let jobs = |wanted: fn(JobState) -> bool| {
        of_it()
            .filter(|count| wanted(count.state))
            .map(|count| count.jobs)
            .sum()
    };
    let oldest = of_it()
        .filter(|count| count.state == JobState::Pending)
        .map(|count| count.oldest)
        .min();
    QueueEntry {
        name: name.to_owned(),
        slots: slots.map(|slots| u32::try_from(slots).unwrap_or(u32::MAX)),
        waiting: jobs(|state| state == JobState::Pending),
        running: jobs(JobState::is_running),
        failed: jobs(|state| state == JobState::Failed),
        oldest_waiting_seconds: oldest.map(|oldest| now.since(oldest).as_secs()),
        unknown_kinds: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Queue] = &[
        Queue {
            name: "urgent",
            slots: 4,
            about: "",
        },
        Queue {
            name: "care",
            slots: 1,
            about: "",
        },
    ];

    fn count(queue: &str, state: JobState, jobs: u64, oldest: i64) -> Count {
        Count {
            queue: queue.to_owned(),
            state,
            jobs,
            oldest: Timestamp::from_micros(oldest * 1_000_000),
        }
    }

    #[test]
    fn known_queues_come_first_even_when_empty_and_strange_ones_are_not_hidden() {
        let counts = [
            count("attic", JobState::Pending, 7, 40),
            count("care", JobState::Analyzing, 1, 90),
            count("care", JobState::Processing, 2, 80),
            count("care", JobState::Failed, 3, 10),
            count("care", JobState::Pending, 5, 70),
        ];
        let strange = vec![
            ("attic".to_owned(), "dust".to_owned()),
            ("care".to_owned(), "polish".to_owned()),
        ];
        let listed = queues(KNOWN, &counts, strange, Timestamp::from_micros(100_500_000));
        let names: Vec<_> = listed.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["urgent", "care", "attic"]);

        let [urgent, care, attic] = listed.as_slice() else {
            panic!("three queues: {listed:?}");
        };
        assert_eq!(
            (urgent.slots, urgent.waiting, urgent.oldest_waiting_seconds),
            (Some(4), 0, None)
        );
        assert_eq!((care.waiting, care.running, care.failed), (5, 3, 3));
        assert_eq!(care.oldest_waiting_seconds, Some(30));
        assert_eq!(care.unknown_kinds, ["polish"]);
        assert_eq!((attic.slots, attic.waiting), (None, 7));
        assert_eq!(attic.unknown_kinds, ["dust"]);
    }

    #[test]
    fn a_clock_that_was_put_back_makes_nothing_older_than_new() {
        let counts = [count("care", JobState::Pending, 1, 500)];
        let listed = queues(KNOWN, &counts, Vec::new(), Timestamp::from_micros(0));
        assert_eq!(listed[1].oldest_waiting_seconds, Some(0));
    }
}
