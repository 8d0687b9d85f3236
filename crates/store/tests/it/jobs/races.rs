//! Many hands at once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use domain::job::{JobState, Trouble};
use futures::future::join_all;
use store::Store;
use store::jobs::{self, Ending, Enqueued, Filter, NewJob, Progress, Requested, Ticket};
use testkit::ambient::Chance;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::yard::{NOW, Yard, claim, reason};

on_both!(
    eight_claimants_share_five_hundred_jobs,
    of_one_key_at_once_one_waits,
    a_key_enqueued_while_it_runs_makes_it_run_once_more,
    a_key_enqueued_while_it_ends_is_never_forgotten,
    a_job_cancelled_while_it_ends_ends_once,
    a_job_cancelled_while_it_is_claimed_is_one_or_the_other,
    either_the_worker_or_who_takes_over_speaks_for_a_job,
    requeuing_and_enqueuing_a_key_at_once_leaves_one,
    a_job_requeued_while_it_is_forgotten_is_whole_or_gone,
    ten_nodes_keep_a_schedule_once,
    whoever_works_at_once_gets_into_nobodys_way,
);

const ROUNDS: u32 = 30;
const LONG: Duration = Duration::from_mins(1);

async fn eight_claimants_share_five_hundred_jobs(url: &str) {
    let yard = Yard::at(url).await;
    yard.enqueue_all(yard.jobs(500, None)).await;
    let stores = [yard.store.clone(), yard.neighbour().await, yard.neighbour().await];
    let taken = Arc::new(AtomicUsize::new(0));
    let claimants = (0..8).map(|number| {
        let (store, worker, taken) = (stores[number % 3].clone(), yard.worker(), Arc::clone(&taken));
        tokio::spawn(async move {
            let mut mine = Vec::new();
            // One that comes away with nothing met others at the last ones, which may still fail.
            while taken.load(Ordering::SeqCst) < 500 {
                let claimed = claim(&store, worker, 7).await;
                taken.fetch_add(claimed.len(), Ordering::SeqCst);
                mine.extend(claimed);
            }
            mine
        })
    });
    let all = timeout(LONG, join_all(claimants)).await.unwrap();
    let claimed: Vec<_> = all.into_iter().flat_map(Result::unwrap).collect();
    let jobs: BTreeSet<_> = claimed.iter().map(|claimed| claimed.ticket.job).collect();
    assert_eq!((claimed.len(), jobs.len()), (500, 500));
    assert!(
        claimed
            .iter()
            .all(|claimed| claimed.ticket.fence == 1 && claimed.attempt == 1)
    );
    assert_eq!(jobs::running(&yard.store).await.unwrap().len(), 500);
}

async fn enqueue(store: &Store, job: NewJob) -> Enqueued {
    within!(store, transaction => jobs::enqueue(transaction, &job)).unwrap()
}

async fn complete(store: &Store, ticket: Ticket) -> bool {
    let completed = within!(store, transaction => jobs::complete(transaction, &[ticket], NOW)).unwrap();
    completed == [ticket.job]
}

async fn of_one_key_at_once_one_waits(url: &str) {
    let yard = Yard::at(url).await;
    let stores = [yard.store.clone(), yard.neighbour().await];
    let attempts = (0..20).map(|number| {
        let (store, job) = (stores[number % 2].clone(), yard.keyed("thumbnails"));
        tokio::spawn(async move { enqueue(&store, job).await })
    });
    let outcomes: Vec<_> = join_all(attempts).await.into_iter().map(Result::unwrap).collect();
    let rows = yard.rows().await;
    assert_eq!(rows.len(), 1);
    let id = *rows.keys().next().unwrap();
    let count = |outcome| outcomes.iter().filter(|other| **other == outcome).count();
    assert_eq!((count(Enqueued::New(id)), count(Enqueued::Waiting(id))), (1, 19));
}

async fn a_key_enqueued_while_it_runs_makes_it_run_once_more(url: &str) {
    let yard = Yard::at(url).await;
    let first = yard.running(yard.keyed("thumbnails")).await;
    let attempts = (0..10).map(|_| enqueue(&yard.store, yard.keyed("thumbnails")));
    for outcome in join_all(attempts).await {
        assert_eq!(outcome, Enqueued::Again(first.job));
    }
    assert!(complete(&yard.store, first).await);
    assert_eq!(
        enqueue(&yard.store, yard.keyed("thumbnails")).await,
        Enqueued::Waiting(first.job),
        "it waits for its second run"
    );

    let second = yard.claim(yard.worker(), 5).await;
    assert_eq!(second.len(), 1);
    assert_eq!((second[0].ticket.fence, second[0].attempt), (2, 1));
    assert!(!complete(&yard.store, first).await, "the first run speaks no more");
    assert!(complete(&yard.store, second[0].ticket).await);
    assert!(yard.claim(yard.worker(), 5).await.is_empty());
    assert_eq!(yard.row(first.job).await.unwrap().state, JobState::Completed);
}

async fn a_key_enqueued_while_it_ends_is_never_forgotten(url: &str) {
    let yard = Yard::at(url).await;
    let other = yard.neighbour().await;
    for round in 0..ROUNDS {
        let ticket = yard.running(yard.keyed("thumbnails")).await;
        let (done, enqueued) = tokio::join!(complete(&yard.store, ticket), enqueue(&other, yard.keyed("thumbnails")));
        assert!(done);
        let waiting = yard.claim(yard.worker(), 5).await;
        assert_eq!(waiting.len(), 1, "round {round}: {enqueued:?}");
        assert_eq!(waiting[0].ticket.job, enqueued.id());
        assert!(complete(&yard.store, waiting[0].ticket).await);
    }
}

async fn a_job_cancelled_while_it_ends_ends_once(url: &str) {
    let yard = Yard::at(url).await;
    let (second, third) = (yard.neighbour().await, yard.neighbour().await);
    for round in 0..ROUNDS {
        let ticket = yard.running(yard.job()).await;
        let id = ticket.job;
        let (asked, done, stopped) = tokio::join!(
            async { within!(second, transaction => jobs::cancel(transaction, id, NOW)).unwrap() },
            complete(&yard.store, ticket),
            async { within!(third, transaction => jobs::end(transaction, ticket, &Ending::Cancelled, NOW)).unwrap() },
        );
        let row = yard.row(id).await.unwrap();
        let expected = match (done, stopped) {
            (true, None) => JobState::Completed,
            (false, Some(JobState::Cancelled)) => JobState::Cancelled,
            both => panic!("round {round}: {both:?}"),
        };
        assert_eq!(row.state, expected, "round {round}");
        assert!(!row.cancel_asked);
        assert!(
            matches!(asked, Requested::Asked(_)) || asked == Requested::TooLate(expected),
            "round {round}: {asked:?}"
        );
    }
}

async fn a_job_cancelled_while_it_is_claimed_is_one_or_the_other(url: &str) {
    let yard = Yard::at(url).await;
    let other = yard.neighbour().await;
    for round in 0..ROUNDS {
        let job = yard.job();
        let id = job.id;
        enqueue(&yard.store, job).await;
        let worker = yard.worker();
        let (asked, claimed) = tokio::join!(
            async { within!(other, transaction => jobs::cancel(transaction, id, NOW)).unwrap() },
            claim(&yard.store, worker, 1),
        );
        let row = yard.row(id).await.unwrap();
        match asked {
            Requested::Cancelled => assert!(claimed.is_empty() && row.state == JobState::Cancelled, "round {round}"),
            Requested::Asked(by) => assert!(by == worker && claimed.len() == 1 && row.cancel_asked, "round {round}"),
            other => panic!("round {round}: {other:?}"),
        }
        yard.execute("DELETE FROM jobs").await;
    }
}

async fn either_the_worker_or_who_takes_over_speaks_for_a_job(url: &str) {
    let yard = Yard::at(url).await;
    let other = yard.neighbour().await;
    let (mut by_worker, mut taken) = (0, 0);
    for round in 0..ROUNDS {
        let ticket = yard.running(yard.job()).await;
        let marks = jobs::running(&yard.store).await.unwrap();
        let mark = *marks.iter().find(|mark| mark.ticket == ticket).unwrap();
        let losing = async {
            let why = reason(Trouble::Lost);
            within!(other, transaction => jobs::lose(transaction, mark, NOW, why, NOW)).unwrap()
        };
        let alive = match round % 3 {
            0 => tokio::join!(complete(&yard.store, ticket), losing),
            1 => tokio::join!(
                async { within!(yard.store, t => jobs::hold(t, ticket)).unwrap() },
                losing
            ),
            _ => tokio::join!(
                async {
                    let beaten = within!(yard.store, t => jobs::beat(t, mark.worker)).unwrap();
                    beaten.iter().any(|beaten| beaten.ticket == ticket)
                },
                losing
            ),
        };
        match alive {
            (true, None) => by_worker += 1,
            (false, Some(JobState::Pending)) => taken += 1,
            // A beat gives way to who is changing the job at this moment, and still sees it as it was.
            (true, Some(JobState::Pending)) if round % 3 == 2 => taken += 1,
            both => panic!("round {round}: {both:?}"),
        }
        yard.execute("DELETE FROM jobs").await;
    }
    println!("{by_worker} times the worker was quicker, {taken} times who takes over");
}

async fn requeuing_and_enqueuing_a_key_at_once_leaves_one(url: &str) {
    let yard = Yard::at(url).await;
    let other = yard.neighbour().await;
    for round in 0..ROUNDS {
        let ticket = yard.running(yard.keyed("thumbnails")).await;
        let failed = Ending::Failed {
            reason: reason(Trouble::Failed),
        };
        within!(yard.store, transaction => jobs::end(transaction, ticket, &failed, NOW)).unwrap();
        let (moved, enqueued) = tokio::join!(
            async { within!(other, transaction => jobs::requeue(transaction, ticket.job, NOW)).unwrap() },
            enqueue(&yard.store, yard.keyed("thumbnails")),
        );
        let waiting = yard.claim(yard.worker(), 5).await;
        assert_eq!(waiting.len(), 1, "round {round}: {moved} {enqueued:?}");
        assert_eq!(moved, enqueued == Enqueued::Waiting(ticket.job), "round {round}");
        yard.execute("DELETE FROM jobs").await;
    }
}

async fn a_job_requeued_while_it_is_forgotten_is_whole_or_gone(url: &str) {
    let yard = Yard::at(url).await;
    let other = yard.neighbour().await;
    for round in 0..ROUNDS {
        let ticket = yard.running(yard.job()).await;
        within!(yard.store, transaction => jobs::end(transaction, ticket, &Ending::Cancelled, NOW)).unwrap();
        let later = NOW.plus_seconds(1);
        let (forgotten, moved) = tokio::join!(
            async { within!(other, transaction => jobs::forget(transaction, later, later, 10)).unwrap() },
            async { within!(yard.store, transaction => jobs::requeue(transaction, ticket.job, NOW)).unwrap() },
        );
        let state = yard.row(ticket.job).await.map(|row| row.state);
        match (forgotten, moved) {
            (1, false) => assert_eq!(state, None, "round {round}"),
            (0, true) => assert_eq!(state, Some(JobState::Pending), "round {round}"),
            both => panic!("round {round}: {both:?}"),
        }
        yard.execute("DELETE FROM jobs").await;
    }
}

async fn ten_nodes_keep_a_schedule_once(url: &str) {
    let yard = Yard::at(url).await;
    let stores = [yard.store.clone(), yard.neighbour().await, yard.neighbour().await];
    let next = NOW.plus_seconds(3600);
    for round in 0..5 {
        let now = NOW.plus_seconds(3600 * round);
        let next = next.plus_seconds(3600 * round);
        let nodes = (0..10).map(|number| {
            let (store, job) = (stores[number % 3].clone(), yard.job());
            tokio::spawn(async move {
                let keeping = store.write(move |transaction| {
                    Box::pin(async move {
                        let ours = jobs::keep_schedule(transaction, "clean-up", next, next, now).await?;
                        if ours {
                            jobs::enqueue(transaction, &job).await?;
                        }
                        Ok(ours)
                    })
                });
                keeping.await.unwrap()
            })
        });
        let outcomes: Vec<bool> = join_all(nodes).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(outcomes.iter().filter(|ours| **ours).count(), 1, "round {round}");
        assert_eq!(yard.rows().await.len(), usize::try_from(round).unwrap() + 1);
    }
}

/// Workers with jobs in hand, whose batches meet in another order each time, while others ask for
/// the same keys, promote and forget. Nothing of it fails: no two wait for each other.
async fn whoever_works_at_once_gets_into_nobodys_way(url: &str) {
    let yard = Arc::new(Yard::at(url).await);
    let keys = |number: u64| format!("key {}", number % 24);
    let workers = (0..4).map(|number| {
        let yard = Arc::clone(&yard);
        tokio::spawn(async move {
            let (store, worker) = (yard.neighbour().await, yard.worker());
            let mut chance = Chance::seeded(number);
            for round in 0..15 {
                for _ in 0..6 {
                    enqueue(&store, yard.keyed(&keys(chance.below(1000)))).await;
                }
                let claimed = claim(&store, worker, 12).await;
                let mut tickets: Vec<Ticket> = claimed.iter().map(|claimed| claimed.ticket).collect();
                chance.shuffle(&mut tickets);
                let progress: Vec<_> = tickets.iter().map(|ticket| (*ticket, Progress::default())).collect();
                let batch = tickets.clone();
                chance.shuffle(&mut tickets);
                let again = tickets;
                let key = yard.keyed(&keys(round));
                let (beaten, saved, first, second, _, promoted, forgotten) = futures::join!(
                    async { within!(store, t => jobs::beat(t, worker)) },
                    async { within!(store, t => jobs::save_progress(t, &progress)) },
                    async { within!(store, t => jobs::complete(t, &batch, NOW)) },
                    async { within!(store, t => jobs::complete(t, &again, NOW)) },
                    enqueue(&store, key),
                    async { within!(store, t => jobs::promote(t, NOW)) },
                    async { within!(store, t => jobs::forget(t, NOW.plus_seconds(1), NOW, 20)) },
                );
                beaten.unwrap();
                saved.unwrap();
                promoted.unwrap();
                forgotten.unwrap();
                assert_eq!(
                    first.unwrap().len() + second.unwrap().len(),
                    claimed.len(),
                    "each ends once"
                );
            }
        })
    });
    for worker in timeout(LONG, join_all(workers)).await.unwrap() {
        worker.unwrap();
    }
    assert!(jobs::running(&yard.store).await.unwrap().is_empty());
    let filter = Filter {
        state: Some(JobState::Failed),
        ..Filter::default()
    };
    assert!(jobs::page(&yard.store, &filter, None, 1).await.unwrap().is_empty());
}

/// On SQLite an operation has the database to itself, and every other one waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn on_postgres_a_transaction_that_takes_its_time_silences_no_other_job() {
    let yard = Yard::at(&testkit::databases::postgres_url().await.unwrap()).await;
    yard.enqueue_all(yard.jobs(2, None)).await;
    let worker = yard.worker();
    let claimed = yard.claim(worker, 2).await;
    let (slow, other) = (claimed[0].ticket, claimed[1].ticket);
    let before = jobs::running(&yard.store).await.unwrap();
    let mark = |marks: &[jobs::Mark], ticket| *marks.iter().find(|mark| mark.ticket == ticket).unwrap();

    let (begun, has_begun) = oneshot::channel();
    let (end, may_end) = oneshot::channel::<()>();
    let store = yard.store.clone();
    let holding = tokio::spawn(async move {
        let held = store.write(move |transaction| {
            Box::pin(async move {
                let held = jobs::hold(transaction, slow).await?;
                begun.send(()).unwrap();
                may_end.await.unwrap();
                Ok(held)
            })
        });
        held.await.unwrap()
    });
    has_begun.await.unwrap();

    let beating = async { within!(yard.store, transaction => jobs::beat(transaction, worker)).unwrap() };
    let beaten = timeout(LONG, beating).await.unwrap();
    assert_eq!(beaten.len(), 2, "the held one is still in hand");
    let after = jobs::running(&yard.store).await.unwrap();
    assert!(mark(&after, other).beat > mark(&before, other).beat);

    let neighbour = yard.neighbour().await;
    let silent = mark(&before, slow);
    let losing = tokio::spawn(async move {
        let why = reason(Trouble::Lost);
        within!(neighbour, transaction => jobs::lose(transaction, silent, NOW, why, NOW)).unwrap()
    });
    end.send(()).unwrap();
    assert!(holding.await.unwrap());
    assert_eq!(losing.await.unwrap(), None, "who held it gave a sign of life");
}
