//! Work that does not come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use domain::job::{JobState, Trouble};
use testkit::wait;

use crate::house::House;
use crate::on_both;
use crate::stage::{Act, Aside, Haste};

on_both! {
    work_that_waits_for_ever_is_ended_in_time,
    work_that_blocks_its_thread_is_given_up_but_keeps_its_place,
}

async fn work_that_waits_for_ever_is_ended_in_time(house: House) -> anyhow::Result<()> {
    house.stage.play("waits", |_| std::future::pending());
    house.stage.play("simple", |_| async { Ok(()) });
    let mut setup = house.setup();
    setup.slots = 1;
    let worker = house.start(setup).await?;
    let job = house.submit(Haste::of("waits", 1)).await?;
    let other = house.submit(Act::of("simple", 1)).await?;
    let record = house.until(job, JobState::Failed).await?;
    let reason = record.reason.unwrap();
    assert_eq!(reason.trouble, Trouble::Hung);
    assert!(reason.text.contains("0.3 s"), "{}", reason.text);
    assert_eq!((record.attempt, house.stage.begun("waits")), (2, 2));
    assert_eq!(house.stage.present("waits"), 0, "it was dropped");
    house.until(other, JobState::Completed).await?;
    worker.leave().await?;
    Ok(())
}

async fn work_that_blocks_its_thread_is_given_up_but_keeps_its_place(house: House) -> anyhow::Result<()> {
    let released = Arc::new(AtomicBool::new(false));
    let is_released = Arc::clone(&released);
    house.stage.play("blocks", move |_| {
        let is_released = Arc::clone(&is_released);
        async move {
            while !is_released.load(Ordering::Acquire) {
                thread::sleep(Duration::from_millis(5));
            }
            Ok(())
        }
    });
    house.stage.play("simple", |_| async { Ok(()) });
    let mut setup = house.setup();
    setup.slots = 1;
    let worker = house.start(setup).await?;
    let blocking = house.submit(Haste::of("blocks", 1)).await?;
    house.until_begun("blocks", 1).await?;
    let behind = house.submit(Act::of("simple", 1)).await?;

    wait::until("it is given up in the database", async || {
        let record = house.record(blocking).await.unwrap();
        record.state == JobState::Pending && record.reason.is_some_and(|reason| reason.trouble == Trouble::Hung)
    })
    .await?;
    for number in 2..6 {
        let aside = house.submit(Aside::of("simple", number)).await?;
        house.until(aside, JobState::Completed).await?;
    }
    assert_eq!(
        house.record(behind).await?.state,
        JobState::Pending,
        "there is no place for it"
    );
    assert_eq!((house.stage.begun("blocks"), house.stage.present("blocks")), (1, 1));

    released.store(true, Ordering::Release);
    house.until(behind, JobState::Completed).await?;
    let record = house.until(blocking, JobState::Completed).await?;
    assert_eq!(record.attempt, 2);
    assert_eq!(house.stage.most("blocks"), 1);
    worker.leave().await?;
    Ok(())
}
