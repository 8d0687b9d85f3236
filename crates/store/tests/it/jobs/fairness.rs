//! Whoever comes with many jobs does not keep the others waiting.

use std::time::Instant;

use domain::id::{JobId, UserId};
use domain::job::{JobState, Trouble};
use store::jobs::{self, Claimed, Ending, NewJob, Ticket};

use super::yard::{NOW, Yard, reason};

on_both!(
    a_few_jobs_pass_by_ten_thousand_of_another,
    attempts_that_return_together_do_not_jump_the_queue,
    an_old_place_in_an_emptied_queue_is_not_the_last,
    requeued_and_repeated_jobs_stand_where_new_ones_would,
);

/// The place at which each job of these comes when `limit` are claimed four at a time.
async fn next(yard: &Yard, limit: usize) -> Vec<Claimed> {
    let worker = yard.worker();
    let mut claimed = Vec::new();
    while claimed.len() < limit {
        let more = yard.claim(worker, 4).await;
        if more.is_empty() {
            break;
        }
        claimed.extend(more);
    }
    claimed
}

fn of(claimed: &[Claimed], user: Option<UserId>) -> usize {
    claimed.iter().filter(|claimed| claimed.user == user).count()
}

async fn complete(yard: &Yard, claimed: &[Claimed]) {
    let tickets: Vec<Ticket> = claimed.iter().map(|claimed| claimed.ticket).collect();
    let expected = tickets.len();
    let completed = within!(yard.store, transaction => jobs::complete(transaction, &tickets, NOW)).unwrap();
    assert_eq!(completed.len(), expected);
}

async fn retry(yard: &Yard, claimed: &[Claimed]) {
    for ticket in claimed.iter().map(|claimed| claimed.ticket) {
        let ending = Ending::Retry {
            at: NOW,
            reason: reason(Trouble::Failed),
        };
        within!(yard.store, transaction => jobs::end(transaction, ticket, &ending, NOW)).unwrap();
    }
}

async fn promote(yard: &Yard) -> u64 {
    within!(yard.store, transaction => jobs::promote(transaction, NOW)).unwrap()
}

async fn a_few_jobs_pass_by_ten_thousand_of_another(url: &str) {
    let yard = Yard::at(url).await;
    let (a, b) = (Some(yard.user()), Some(yard.user()));
    let started = Instant::now();
    yard.enqueue_all(yard.jobs(10_000, a)).await;
    println!("10,000 jobs were enqueued in {:?}", started.elapsed());
    let running = next(&yard, 16).await;
    assert_eq!(of(&running, a), 16);

    yard.enqueue_all(yard.jobs(3, b)).await;
    yard.enqueue_all(yard.jobs(1, None)).await;
    let claimed = next(&yard, 10).await;
    assert_eq!((of(&claimed, b), of(&claimed, None)), (3, 1), "{claimed:#?}");
    complete(&yard, &claimed).await;
    assert_eq!(of(&next(&yard, 4).await, a), 4, "then A goes on");

    // A's jobs that failed return, and are not in the way either.
    retry(&yard, &running).await;
    assert_eq!(promote(&yard).await, 16);
    yard.enqueue_all(yard.jobs(3, b)).await;
    let claimed = next(&yard, 12).await;
    assert_eq!(of(&claimed, b), 3, "{claimed:#?}");
    assert!(of(&claimed, a) > 0);

    let started = Instant::now();
    let (worker, mut count) = (yard.worker(), 0);
    loop {
        let claimed = yard.claim(worker, 32).await;
        if claimed.is_empty() {
            break;
        }
        complete(&yard, &claimed).await;
        count += claimed.len();
    }
    println!(
        "{count} jobs were claimed and completed, 32 at a time, in {:?}",
        started.elapsed()
    );
    // What waits is counted once more by the ones still in hand.
    let in_hand = jobs::running(&yard.store).await.unwrap().len();
    let completed = yard
        .rows()
        .await
        .values()
        .filter(|row| row.state == JobState::Completed)
        .count();
    assert_eq!(completed + in_hand, 10_007);
}

async fn attempts_that_return_together_do_not_jump_the_queue(url: &str) {
    let yard = Yard::at(url).await;
    let (a, b, c) = (Some(yard.user()), Some(yard.user()), Some(yard.user()));
    yard.enqueue_all(yard.jobs(100, a)).await;
    let failing = next(&yard, 100).await;
    retry(&yard, &failing).await;

    // While A's wait for their next attempt, the queue gets far beyond their places.
    yard.enqueue_all(yard.jobs(400, b)).await;
    let served = next(&yard, 300).await;
    complete(&yard, &served).await;
    assert_eq!(promote(&yard).await, 100);
    yard.enqueue_all(yard.jobs(2, c)).await;

    let claimed = next(&yard, 12).await;
    assert_eq!(of(&claimed, c), 2, "{claimed:#?}");
    assert!(of(&claimed, a) >= 3 && of(&claimed, b) >= 3, "{claimed:#?}");
}

async fn an_old_place_in_an_emptied_queue_is_not_the_last(url: &str) {
    let yard = Yard::at(url).await;
    let (a, b) = (Some(yard.user()), Some(yard.user()));
    yard.enqueue_all(yard.jobs(300, a)).await;
    let all = next(&yard, 300).await;
    // The last one of them has another attempt before it, at place 299.
    let (last, others) = all.split_last().unwrap();
    complete(&yard, others).await;
    retry(&yard, std::slice::from_ref(last)).await;

    // The queue was empty and begins anew.
    yard.enqueue_all(yard.jobs(200, b)).await;
    assert_eq!(promote(&yard).await, 1);
    let claimed = next(&yard, 4).await;
    assert_eq!(of(&claimed, a), 1, "{claimed:#?}");
    // And what A enqueues now does not wait behind that place.
    yard.enqueue_all(yard.jobs(1, a)).await;
    assert_eq!(of(&next(&yard, 4).await, a), 1);
}

async fn requeued_and_repeated_jobs_stand_where_new_ones_would(url: &str) {
    let yard = Yard::at(url).await;
    let (a, b) = (Some(yard.user()), Some(yard.user()));
    let keyed = NewJob {
        user: a,
        ..yard.keyed("again")
    };
    let repeated = yard.running(keyed.clone()).await;
    yard.enqueue_all(yard.jobs(5, a)).await;
    let dead: Vec<JobId> = next(&yard, 5).await.iter().map(|claimed| claimed.ticket.job).collect();
    for mark in jobs::running(&yard.store).await.unwrap() {
        if dead.contains(&mark.ticket.job) {
            let ticket = mark.ticket;
            let failed = Ending::Failed {
                reason: reason(Trouble::Failed),
            };
            within!(yard.store, transaction => jobs::end(transaction, ticket, &failed, NOW)).unwrap();
        }
    }

    yard.enqueue_all(yard.jobs(60, b)).await;
    complete(&yard, &next(&yard, 40).await).await;
    for id in dead.clone() {
        assert!(within!(yard.store, transaction => jobs::requeue(transaction, id, NOW)).unwrap());
    }
    let once_more = NewJob {
        id: yard.job().id,
        ..keyed
    };
    within!(yard.store, transaction => jobs::enqueue(transaction, &once_more)).unwrap();
    within!(yard.store, transaction => jobs::complete(transaction, &[repeated], NOW)).unwrap();

    let rows = yard.rows().await;
    let waiting = |row: &&super::yard::Row| row.state == JobState::Pending;
    let front = rows
        .values()
        .filter(waiting)
        .filter(|row| Some(UserId::from_uuid(row.lane)) == b);
    let front = front.map(|row| row.turn).min().unwrap();
    let mut turns: Vec<i64> = dead.iter().map(|id| rows[id].turn).collect();
    turns.push(rows[&repeated.job].turn);
    assert_eq!(turns, (front..front + 6).collect::<Vec<_>>());
}
