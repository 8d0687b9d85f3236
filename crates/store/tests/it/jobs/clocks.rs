//! Clocks that were put back.

use domain::job::{JobState, Trouble};
use domain::time::Timestamp;
use store::jobs::{self, Ending, NewJob};

use super::yard::{NOW, Yard, reason};

on_both!(
    a_job_delayed_by_a_clock_far_ahead_is_ready_after_it_was_put_back,
    a_thousand_jobs_at_most_become_ready_at_once,
    a_schedule_kept_by_a_clock_far_ahead_is_due_after_it_was_put_back,
    a_schedule_is_due_at_first_and_on_time,
);

const YEAR: i64 = 365 * 24 * 60 * 60;

async fn is_due(yard: &Yard, now: Timestamp) -> bool {
    let queues = ["media".to_owned()];
    jobs::readiness(&yard.store, &queues, now).await.unwrap().some_are_due
}

async fn promote(yard: &Yard, now: Timestamp) -> u64 {
    within!(yard.store, transaction => jobs::promote(transaction, now)).unwrap()
}

async fn a_job_delayed_by_a_clock_far_ahead_is_ready_after_it_was_put_back(url: &str) {
    let yard = Yard::at(url).await;
    let ahead = NOW.plus_seconds(YEAR);
    let delayed = NewJob {
        created_at: ahead,
        run_at: Some(ahead.plus_seconds(3600)),
        ..yard.job()
    };
    let ticket = yard.running(yard.job()).await;
    within!(yard.store, transaction => jobs::enqueue(transaction, &delayed)).unwrap();
    let retry = Ending::Retry {
        at: ahead.plus_seconds(60),
        reason: reason(Trouble::Failed),
    };
    within!(yard.store, transaction => jobs::end(transaction, ticket, &retry, ahead)).unwrap();

    assert!(!is_due(&yard, ahead).await, "they wait while the clock is ahead");
    assert_eq!(promote(&yard, ahead).await, 0);
    assert!(!is_due(&yard, ahead.plus_seconds(-30)).await, "clocks differ a little");
    assert!(is_due(&yard, NOW).await);
    assert_eq!(promote(&yard, NOW).await, 2);
    assert!(!is_due(&yard, NOW).await);
    assert_eq!(yard.claim(yard.worker(), 5).await.len(), 2);
}

async fn a_thousand_jobs_at_most_become_ready_at_once(url: &str) {
    let yard = Yard::at(url).await;
    let later = NOW.plus_seconds(60);
    let delayed = yard.jobs(2_500, None).into_iter().map(|job| NewJob {
        run_at: Some(later),
        ..job
    });
    yard.enqueue_all(delayed.collect()).await;
    assert_eq!(promote(&yard, NOW).await, 0);
    for expected in [1_000, 1_000, 500] {
        assert!(is_due(&yard, later).await);
        assert_eq!(promote(&yard, later).await, expected);
    }
    assert!(!is_due(&yard, later).await);
    let rows = yard.rows().await;
    assert!(
        rows.values()
            .all(|row| row.state == JobState::Pending && row.run_at.is_none())
    );
}

async fn keep(yard: &Yard, next: Timestamp, latest: Timestamp, now: Timestamp) -> bool {
    within!(yard.store, transaction => jobs::keep_schedule(transaction, "clean-up", next, latest, now)).unwrap()
}

async fn a_schedule_kept_by_a_clock_far_ahead_is_due_after_it_was_put_back(url: &str) {
    let yard = Yard::at(url).await;
    let hourly = |now: Timestamp| now.plus_seconds(3600);
    let ahead = NOW.plus_seconds(YEAR);
    assert!(keep(&yard, hourly(ahead), hourly(ahead), ahead).await);

    let due = jobs::due(&yard.store, &[("clean-up", hourly(NOW))], NOW).await.unwrap();
    assert_eq!(due, ["clean-up"]);
    assert!(keep(&yard, hourly(NOW), hourly(NOW), NOW).await);
    assert!(!keep(&yard, hourly(NOW), hourly(NOW), NOW).await, "once is enough");
    assert!(
        jobs::due(&yard.store, &[("clean-up", hourly(NOW))], NOW)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn a_schedule_is_due_at_first_and_on_time(url: &str) {
    let yard = Yard::at(url).await;
    let next = NOW.plus_seconds(60);
    let names = [("clean-up", next), ("never kept", next)];
    assert_eq!(
        jobs::due(&yard.store, &names, NOW).await.unwrap(),
        ["clean-up", "never kept"]
    );
    assert!(jobs::due(&yard.store, &[], NOW).await.unwrap().is_empty());

    assert!(keep(&yard, next, next, NOW).await);
    let just_before = Timestamp::from_micros(next.micros() - 1);
    for (now, expected) in [(NOW, false), (just_before, false), (next, true)] {
        let due = jobs::due(&yard.store, &names[..1], now).await.unwrap();
        assert_eq!(!due.is_empty(), expected, "{now:?}");
        let after = now.plus_seconds(60);
        assert_eq!(keep(&yard, after, after, now).await, expected, "{now:?}");
    }
}
