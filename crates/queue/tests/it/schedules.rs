//! Jobs that return on time.

use std::collections::HashMap;
use std::time::Duration;

use queue::{Failure, Job, Run, Schedule, When};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::house::{House, SPEED};
use crate::on_both;
use crate::stage::{ACTS, Act, Stage};

on_both! {
    two_pools_keep_one_schedule_together,
    a_clock_that_jumps_does_not_end_a_schedule,
    a_schedule_that_cannot_be_kept_keeps_nothing_else_from_running,
}

/// A second outside.
const PERIOD: Duration = Duration::from_secs(SPEED as u64);

fn tick() -> Schedule {
    Schedule::new("tick", When::Every(PERIOD), || Act::of("tick", 0))
}

async fn two_pools_keep_one_schedule_together(house: House) -> anyhow::Result<()> {
    house.stage.play("tick", |_| async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        Ok(())
    });
    let started = Instant::now();
    let mut workers = Vec::new();
    for _ in 0..2 {
        let mut setup = house.setup();
        setup.schedules = vec![tick()];
        workers.push(house.start(setup).await?);
    }
    house.until_begun("tick", 1).await?;
    let first = house.stage.seen("tick")[0].at;
    assert!(
        first.duration_since(started) < Duration::from_secs(1),
        "the first comes at once"
    );
    house.until_begun("tick", 6).await?;
    let span = house.stage.seen("tick")[5].at.duration_since(first).as_secs_f64();
    // Each pool looks once a second, so a period may last two; one run may be late and the next
    // on time.
    assert!((4.0..=11.0).contains(&span), "five periods took {span} s");
    for worker in workers {
        worker.leave().await?;
    }
    assert_eq!(house.stage.most("tick"), 1);
    Ok(())
}

async fn a_clock_that_jumps_does_not_end_a_schedule(house: House) -> anyhow::Result<()> {
    house.stage.play("tick", |_| async { Ok(()) });
    let mut setup = house.setup();
    setup.schedules = vec![tick()];
    let worker = house.start(setup).await?;
    house.until_begun("tick", 1).await?;
    for hours in [-1, 1, 5, -9] {
        house.clock.jump(hours * 3_600);
        let (before, jumped) = (house.stage.begun("tick"), Instant::now());
        house.until_begun("tick", before + 2).await?;
        let took = jumped.elapsed();
        assert!(took < Duration::from_secs(6), "{hours} h: {took:?}");
    }
    worker.leave().await?;
    Ok(())
}

/// Cannot be written as JSON, where keys are texts.
#[derive(Serialize, Deserialize)]
struct Unspeakable {
    what: HashMap<(u8, u8), u8>,
}

impl Job for Unspeakable {
    type World = Stage;
    const KIND: &'static str = "unspeakable";
    const QUEUE: &'static str = ACTS;

    async fn run(self, _: Run, _: Stage) -> Result<(), Failure> {
        Err(Failure::fatal(format!("it was spoken: {}", self.what.len())))
    }
}

async fn a_schedule_that_cannot_be_kept_keeps_nothing_else_from_running(house: House) -> anyhow::Result<()> {
    house.stage.play("tick", |_| async { Ok(()) });
    let mut setup = house.setup();
    let unspeakable = Schedule::new("unspeakable", When::Every(PERIOD), || Unspeakable {
        what: HashMap::from([((1, 2), 3)]),
    });
    setup.registry = setup.registry.with::<Unspeakable>();
    setup.schedules = vec![unspeakable, tick()];
    let worker = house.start(setup).await?;
    house.until_begun("tick", 2).await?;
    worker.leave().await?;
    Ok(())
}
