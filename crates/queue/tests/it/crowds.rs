//! Many jobs at once.

use std::collections::HashSet;
use std::time::Duration;

use domain::id::UserId;
use queue::Order;
use testkit::wait;
use tokio::time::Instant;

use crate::house::{House, effect};
use crate::on_both;
use crate::stage::Act;

on_both! {
    whoever_comes_with_one_job_does_not_wait_for_him_who_came_with_hundreds,
    a_thousand_jobs_over_three_pools_have_each_effect_once,
    more_jobs_than_one_claim_takes_begin_together,
}

async fn whoever_comes_with_one_job_does_not_wait_for_him_who_came_with_hundreds(house: House) -> anyhow::Result<()> {
    let [many, one] = [(); 2].map(|()| UserId::new(house.clock.as_ref()));
    for name in ["one of many", "alone"] {
        house.stage.play(name, |_| async { Ok(()) });
    }
    let orders = (0..500)
        .map(|number| Order::of(Act::of("one of many", number)).on_behalf_of(many))
        .collect();
    house.jobs.submit_all(orders).await?;
    let alone = |number| Order::of(Act::of("alone", number)).on_behalf_of(one);
    house.jobs.submit(alone(0)).await?;

    let worker = house.worker().await?;
    house.until_begun("alone", 1).await?;
    assert!(place_of(&house, 0) < 20, "{}", place_of(&house, 0));

    // The same while the others are being served.
    house.until_begun("one of many", 100).await?;
    house.jobs.submit(alone(1)).await?;
    let before = house.stage.all_seen().len();
    house.until_begun("alone", 2).await?;
    let between = place_of(&house, 1).saturating_sub(before);
    assert!(between < 20, "{between}");
    house.until_begun("one of many", 500).await?;
    worker.leave().await?;
    Ok(())
}

fn place_of(house: &House, number: u64) -> usize {
    let seen = house.stage.all_seen();
    seen.iter()
        .position(|seen| seen.play == "alone" && seen.number == number)
        .unwrap()
}

async fn a_thousand_jobs_over_three_pools_have_each_effect_once(house: House) -> anyhow::Result<()> {
    const JOBS: u32 = 1_000;
    let clock = house.clock.clone();
    house.stage.play("effective", move |scene| {
        let clock = clock.clone();
        async move { scene.run.complete_with(effect(clock.as_ref(), scene.number)).await }
    });
    house.stage.play("plain", |_| async { Ok(()) });
    let mut workers = Vec::new();
    for _ in 0..3 {
        let mut setup = house.setup();
        setup.slots = 16;
        // As outside: of several processes that write to a SQLite file without pause, one may wait
        // for seconds.
        setup.lease = Duration::from_secs(15);
        workers.push(house.start(setup).await?);
    }
    for play in ["effective", "plain"] {
        let orders = (0..JOBS)
            .map(|number| Order::of(Act::of(play, number.into())))
            .collect();
        let begun = Instant::now();
        house.jobs.submit_all(orders).await?;
        wait::until("all are over", async || {
            let left = store::jobs::counts(&house.store).await.unwrap();
            left.is_empty()
        })
        .await?;
        let rate = f64::from(JOBS) / begun.elapsed().as_secs_f64();
        eprintln!(
            "{play}: {rate:.0} jobs/s over 3 pools on {}",
            house.store.engine().name()
        );
        let seen = house.stage.seen(play);
        let numbers: HashSet<_> = seen.iter().map(|seen| seen.number).collect();
        assert_eq!((seen.len(), numbers.len()), (1_000, 1_000));
    }
    assert_eq!(house.effects().await?, 1_000);
    for worker in workers {
        worker.leave().await?;
    }
    Ok(())
}

async fn more_jobs_than_one_claim_takes_begin_together(house: House) -> anyhow::Result<()> {
    house.stage.play("long", |scene| async move {
        scene.run.stopping().await;
        scene.run.check()
    });
    let orders = (0..200).map(|number| Order::of(Act::of("long", number))).collect();
    house.jobs.submit_all(orders).await?;
    let mut setup = house.setup();
    setup.slots = 150;
    let worker = house.start(setup).await?;
    wait::until("all places are taken", async || house.stage.present("long") == 150).await?;
    worker.leave().await?;
    assert_eq!((house.stage.begun("long"), house.stage.present("long")), (150, 0));
    let left = store::jobs::counts(&house.store).await?;
    assert_eq!(left.iter().map(|count| count.jobs).sum::<u64>(), 200);
    assert_eq!(left.len(), 1, "all were given back: {left:?}");
    Ok(())
}
