//! A worker leaves.

use std::time::Duration;

use domain::job::JobState;
use futures::FutureExt as _;
use testkit::wait;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::house::House;
use crate::on_both;
use crate::stage::Act;

on_both! {
    who_leaves_finishes_what_is_short_and_gives_back_what_is_long,
    who_is_cut_gives_back_at_once,
    nothing_is_left_of_a_pool_that_has_left_or_was_dropped,
}

async fn who_leaves_finishes_what_is_short_and_gives_back_what_is_long(house: House) -> anyhow::Result<()> {
    let (short_may_end, long_may_end) = (CancellationToken::new(), CancellationToken::new());
    let gate = short_may_end.clone();
    house
        .stage
        .play("short", move |_| gate.clone().cancelled_owned().map(Ok));
    let gate = long_may_end.clone();
    house
        .stage
        .play("long", move |_| gate.clone().cancelled_owned().map(Ok));
    let mut worker = house.worker().await?;
    let short = house.submit(Act::of("short", 1)).await?;
    let long = house.submit(Act::of("long", 1)).await?;
    house.until_begun("short", 1).await?;
    house.until_begun("long", 1).await?;

    worker.ask_to_leave();
    let late = house.submit(Act::of("short", 2)).await?;
    short_may_end.cancel();
    house.until(short, JobState::Completed).await?;
    let record = house.until(long, JobState::Pending).await?;
    assert_eq!((record.attempt, record.reason, record.run_at), (0, None, None));
    let took = worker.gone().await?;
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(house.stage.present("long"), 0);
    assert_eq!(house.stage.begun("short"), 1, "nothing new was begun");
    let record = house.record(late).await?;
    assert_eq!((record.state, record.attempt), (JobState::Pending, 0));

    long_may_end.cancel();
    let other = house.worker().await?;
    let record = house.until(long, JobState::Completed).await?;
    assert_eq!(record.attempt, 1);
    house.until(late, JobState::Completed).await?;
    assert_eq!((house.stage.begun("short"), house.stage.begun("long")), (2, 2));
    other.leave().await?;
    Ok(())
}

async fn who_is_cut_gives_back_at_once(house: House) -> anyhow::Result<()> {
    house.stage.play("long", |_| std::future::pending());
    for asked_before in [true, false] {
        let mut worker = house.worker().await?;
        let job = house.submit(Act::of("long", 1)).await?;
        house.until(job, JobState::Processing).await?;
        if asked_before {
            worker.ask_to_leave();
        }
        worker.cut();
        let took = worker.gone().await?;
        assert!(took < Duration::from_secs(2), "{took:?}");
        let record = house.record(job).await?;
        assert_eq!((record.state, record.attempt), (JobState::Pending, 0));
        house.jobs.cancel(job).await?;
    }
    Ok(())
}

async fn nothing_is_left_of_a_pool_that_has_left_or_was_dropped(house: House) -> anyhow::Result<()> {
    house.stage.play("long", |_| std::future::pending());
    house.stage.play("simple", |_| async { Ok(()) });
    let tasks = || Handle::current().metrics().num_alive_tasks();
    for dropped in [false, true] {
        let before = tasks();
        let worker = house.worker().await?;
        let done = house.submit(Act::of("simple", 1)).await?;
        let long = house.submit(Act::of("long", 1)).await?;
        house.until(done, JobState::Completed).await?;
        house.until(long, JobState::Processing).await?;
        assert!(tasks() > before);
        let store = worker.store.clone();
        if dropped {
            worker.task.abort();
            house.until(long, JobState::Pending).await?;
        } else {
            worker.leave().await?;
            assert_eq!(house.record(long).await?.state, JobState::Pending);
        }
        house.jobs.cancel(long).await?;
        store.close().await?;
        wait::until("its tasks have ended", async || tasks() <= before).await?;
    }
    Ok(())
}
