//! Clocks that jump.

use std::time::Duration;

use domain::job::JobState;
use queue::Order;
use store::jobs;
use testkit::wait;
use tokio_util::sync::CancellationToken;

use crate::house::House;
use crate::on_both;
use crate::stage::Act;

on_both! {
    a_clock_that_jumps_takes_nothing_from_anybody,
}

async fn a_clock_that_jumps_takes_nothing_from_anybody(house: House) -> anyhow::Result<()> {
    const HOUR: i64 = 3_600;
    let may_end = CancellationToken::new();
    let gate = may_end.clone();
    house.stage.play("held", move |_| {
        let gate = gate.clone();
        async move {
            gate.cancelled().await;
            Ok(())
        }
    });
    house.stage.play("simple", |_| async { Ok(()) });
    let workers = [
        house.start(house.impatient()).await?,
        house.start(house.impatient()).await?,
    ];
    let held = house.submit(Act::of("held", 1)).await?;
    house.until_begun("held", 1).await?;

    let mut others = Vec::new();
    for (round, jump) in [HOUR, -HOUR, -HOUR, HOUR].into_iter().enumerate() {
        let number = round as u64;
        let later = Order::of(Act::of("simple", number)).after(Duration::from_mins(10));
        others.push(house.jobs.submit(later).await?.id());
        house.clock.jump(jump);
        others.push(house.submit(Act::of("simple", 100 + number)).await?);
        let before = beat(&house).await?;
        // More signs of life than fit into a lease.
        wait::until("its worker lives on", async || beat(&house).await.unwrap() > before + 6).await?;
        assert_eq!(house.record(held).await?.state, JobState::Processing);
    }
    may_end.cancel();
    house.until(held, JobState::Completed).await?;
    house.clock.jump(HOUR);
    house.until_completed(others).await?;
    for seen in house.stage.all_seen() {
        assert_eq!(seen.attempt, 1, "{seen:?}");
    }
    assert_eq!((house.stage.begun("held"), house.stage.begun("simple")), (1, 8));
    for worker in workers {
        worker.leave().await?;
    }
    Ok(())
}

async fn beat(house: &House) -> anyhow::Result<i64> {
    let marks = jobs::running(&house.store).await?;
    Ok(marks.iter().map(|mark| mark.beat).max().unwrap_or_default())
}
