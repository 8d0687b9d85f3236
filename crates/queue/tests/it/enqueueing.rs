//! How jobs come in, and how soon they begin.

use std::time::Duration;

use domain::id::UserId;
use domain::job::JobState;
use futures::FutureExt as _;
use queue::{Enqueued, Failure, Order};
use store::StoreError;
use store::jobs;
use testkit::wait;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::house::{House, effect};
use crate::on_both;
use crate::stage::{Act, Study};

on_both! {
    a_job_shares_the_fate_of_the_change_that_needs_it,
    an_effect_and_the_end_are_written_together,
    a_pool_that_is_called_begins_at_once_and_otherwise_soon,
    a_job_knows_for_whom_it_runs_and_how_far_it_is,
    a_job_that_waits_for_its_time_runs_then,
    of_jobs_with_one_key_one_waits_and_one_runs,
    a_row_of_an_old_kind_is_done_as_the_new_one,
}

async fn a_job_shares_the_fate_of_the_change_that_needs_it(house: House) -> anyhow::Result<()> {
    house.stage.play("simple", |_| async { Ok(()) });
    let worker = house.worker().await?;
    let row = |number| house.jobs.prepare(Order::of(Act::of("simple", number)));
    let (lost, kept) = (row(1)?, row(2)?);
    let (lost_id, kept_id) = (lost.id, kept.id);

    let failed = house
        .store
        .write(move |transaction| {
            Box::pin(async move {
                jobs::enqueue(transaction, &lost).await?;
                Err::<(), _>(StoreError::Internal("after the job".to_owned()))
            })
        })
        .await;
    assert_eq!(failed, Err(StoreError::Internal("after the job".to_owned())));
    house.enqueue(kept).await?;
    house.jobs.wake();

    house.until(kept_id, JobState::Completed).await?;
    assert_eq!(jobs::find(&house.store, lost_id).await?, None);
    let seen: Vec<_> = house.stage.seen("simple").into_iter().map(|seen| seen.number).collect();
    assert_eq!(seen, [2]);
    worker.leave().await?;
    Ok(())
}

async fn an_effect_and_the_end_are_written_together(house: House) -> anyhow::Result<()> {
    let clock = house.clock.clone();
    // The first time the effect is tried and fails.
    house.stage.play("tries twice", move |scene| {
        let clock = clock.clone();
        async move {
            let (write, fails) = (effect(clock.as_ref(), scene.number), scene.run.attempt() == 1);
            scene
                .run
                .complete_with(move |transaction| {
                    Box::pin(async move {
                        write(transaction).await?;
                        if fails {
                            return Err(StoreError::Internal("after the effect".to_owned()));
                        }
                        Ok(())
                    })
                })
                .await
        }
    });
    // What comes after the end changes nothing any more.
    let clock = house.clock.clone();
    house.stage.play("goes on", move |scene| {
        let clock = clock.clone();
        async move {
            scene.run.complete_with(effect(clock.as_ref(), scene.number)).await?;
            match scene.number {
                10 => Err(Failure::retry("too late")),
                11 => panic!("too late"),
                _ => scene.run.complete_with(effect(clock.as_ref(), 99)).await,
            }
        }
    });
    let worker = house.worker().await?;
    let twice = house.submit(Act::of("tries twice", 1)).await?;
    let mut others = Vec::new();
    for number in 10..13 {
        others.push(house.submit(Act::of("goes on", number)).await?);
    }

    let record = house.until(twice, JobState::Completed).await?;
    assert_eq!((record.attempt, record.reason), (2, None));
    house.until_completed(others).await?;
    house.until_left("goes on").await?;
    worker.leave().await?;
    assert_eq!(house.effects().await?, 4);
    assert_eq!(house.stage.begun("goes on"), 3);
    assert_eq!(house.stage.begun("tries twice"), 2);
    Ok(())
}

async fn a_pool_that_is_called_begins_at_once_and_otherwise_soon(house: House) -> anyhow::Result<()> {
    house.stage.play("prompt", |_| async { Ok(()) });
    let worker = house.worker().await?;
    house.submit(Act::of("prompt", 0)).await?;
    house.until_begun("prompt", 1).await?;

    let mut called = Vec::new();
    for number in 1..=5 {
        let asked = Instant::now();
        house.submit(Act::of("prompt", number)).await?;
        house.until_begun("prompt", called.len() + 2).await?;
        called.push(house.stage.seen("prompt").last().unwrap().at.duration_since(asked));
    }
    called.sort_unstable();
    assert!(called[2] < Duration::from_millis(300), "{called:?}");

    let asked = Instant::now();
    house
        .enqueue(house.jobs.prepare(Order::of(Act::of("prompt", 6)))?)
        .await?;
    house.until_begun("prompt", 7).await?;
    let uncalled = house.stage.seen("prompt").last().unwrap().at.duration_since(asked);
    assert!(uncalled < Duration::from_secs(2), "{uncalled:?}");
    eprintln!("begun when called after {called:?}, when not after {uncalled:?}");
    worker.leave().await?;
    Ok(())
}

async fn a_job_knows_for_whom_it_runs_and_how_far_it_is(house: House) -> anyhow::Result<()> {
    let (may_process, may_end) = (CancellationToken::new(), CancellationToken::new());
    let somebody = UserId::new(house.clock.as_ref());
    let gates = (may_process.clone(), may_end.clone());
    house.stage.play("study", move |scene| {
        let (may_process, may_end) = gates.clone();
        async move {
            assert_eq!(scene.run.user(), Some(somebody));
            may_process.cancelled().await;
            scene.run.processing().await?;
            may_end.cancelled().await;
            Ok(())
        }
    });
    let worker = house.worker().await?;
    let order = Order::of(Study::of("study", 1)).on_behalf_of(somebody);
    let job = house.jobs.submit(order).await?.id();
    let record = house.until(job, JobState::Analyzing).await?;
    assert_eq!((record.user, record.attempt), (Some(somebody), 1));
    may_process.cancel();
    house.until(job, JobState::Processing).await?;
    may_end.cancel();
    let record = house.until(job, JobState::Completed).await?;
    assert!(record.ended_at.is_some());
    worker.leave().await?;
    Ok(())
}

async fn a_job_that_waits_for_its_time_runs_then(house: House) -> anyhow::Result<()> {
    house.stage.play("later", |_| async { Ok(()) });
    let worker = house.worker().await?;
    let asked = Instant::now();
    let pause = Duration::from_secs(20);
    let order = Order::of(Act::of("later", 1)).after(pause);
    let job = house.jobs.submit(order).await?.id();
    assert!(house.record(job).await?.run_at.is_some());
    house.until(job, JobState::Completed).await?;
    let waited = house.stage.seen("later")[0].at.duration_since(asked);
    assert!(waited >= pause / crate::house::SPEED, "{waited:?}");
    worker.leave().await?;
    Ok(())
}

async fn of_jobs_with_one_key_one_waits_and_one_runs(house: House) -> anyhow::Result<()> {
    let may_end = CancellationToken::new();
    let gate = may_end.clone();
    house
        .stage
        .play("keyed", move |_| gate.clone().cancelled_owned().map(Ok));
    let order = || Order::of(Act::of("keyed", 1)).key("the one");
    let first = house.jobs.submit(order()).await?;
    assert!(matches!(first, Enqueued::New(_)));
    for _ in 0..9 {
        assert_eq!(house.jobs.submit(order()).await?, Enqueued::Waiting(first.id()));
    }
    // The same key of another kind is another key.
    house.stage.play("other", |_| async { Ok(()) });
    let other = house
        .jobs
        .submit(Order::of(Study::of("other", 1)).key("the one"))
        .await?;
    assert!(matches!(other, Enqueued::New(_)));

    let worker = house.worker().await?;
    house.until_begun("keyed", 1).await?;
    for _ in 0..3 {
        assert_eq!(house.jobs.submit(order()).await?, Enqueued::Again(first.id()));
    }
    may_end.cancel();
    house.until_begun("keyed", 2).await?;
    let record = house.until(first.id(), JobState::Completed).await?;
    assert_eq!(record.attempt, 1, "it started over");
    house.until_completed([other.id()]).await?;
    assert!(matches!(house.jobs.submit(order()).await?, Enqueued::New(_)));
    house.until_begun("keyed", 3).await?;
    house.until_left("keyed").await?;
    worker.leave().await?;
    assert_eq!((house.stage.begun("keyed"), house.stage.most("keyed")), (3, 1));
    Ok(())
}

#[derive(serde::Deserialize)]
struct Piece {
    title: String,
}

async fn a_row_of_an_old_kind_is_done_as_the_new_one(house: House) -> anyhow::Result<()> {
    house.stage.play("revived", |scene| async move {
        assert_eq!(scene.number, 7);
        Ok(())
    });
    let mut row = house.jobs.prepare(Order::of(Act::of("", 0)))?;
    "piece".clone_into(&mut row.kind);
    r#"{"title":"revived","year":1899}"#.clone_into(&mut row.payload);
    let job = house.enqueue(row).await?;

    let mut setup = house.setup();
    setup.registry = setup
        .registry
        .drain::<Piece, Act>("piece", "acts", |old| Act::of(&old.title, 7));
    let strange = jobs::unclaimed_kinds(&house.store, &setup.registry.kinds()).await?;
    assert_eq!(strange, []);
    let worker = house.start(setup).await?;
    house.until(job, JobState::Completed).await?;
    wait::until("it was seen", async || house.stage.begun("revived") == 1).await?;
    worker.leave().await?;
    Ok(())
}
