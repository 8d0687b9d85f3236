//! Somebody wants a job to end.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bus::Bus;
use domain::id::JobId;
use domain::job::JobState;
use queue::{Failure, Jobs, Requested};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::house::House;
use crate::on_both;
use crate::stage::Act;

on_both! {
    a_job_that_waits_is_cancelled_and_never_runs,
    a_job_that_listens_hears_it_within_a_second,
    a_job_that_does_not_listen_is_dropped,
    a_job_that_was_cancelled_may_still_end_otherwise,
}

async fn a_job_that_waits_is_cancelled_and_never_runs(house: House) -> anyhow::Result<()> {
    house.stage.play("simple", |_| async { Ok(()) });
    let job = house.submit(Act::of("simple", 1)).await?;
    assert_eq!(house.jobs.cancel(job).await?, Requested::Cancelled);
    assert_eq!(house.jobs.cancel(job).await?, Requested::TooLate(JobState::Cancelled));
    let nobody = JobId::new(house.clock.as_ref());
    assert_eq!(house.jobs.cancel(nobody).await?, Requested::Unknown);

    let worker = house.worker().await?;
    let other = house.submit(Act::of("simple", 2)).await?;
    house.until(other, JobState::Completed).await?;
    let record = house.record(job).await?;
    assert_eq!((record.state, record.attempt), (JobState::Cancelled, 0));
    assert_eq!(house.stage.begun("simple"), 1);

    assert!(house.jobs.requeue(job).await?);
    house.until(job, JobState::Completed).await?;
    worker.leave().await?;
    Ok(())
}

async fn a_job_that_listens_hears_it_within_a_second(house: House) -> anyhow::Result<()> {
    let (notice, mut noticed) = mpsc::unbounded_channel();
    let neighbours = notice.clone();
    house.stage.play("listens", move |scene| {
        let notice = notice.clone();
        async move {
            scene.run.stopping().await;
            notice.send(Instant::now()).unwrap();
            scene.run.check()
        }
    });
    let worker = house.worker().await?;
    // One that nobody cancels goes on.
    let other = house.submit(Act::of("listens", 0)).await?;
    let deaf = Jobs::new(house.store.clone(), Bus::local(), house.clock.clone());
    for (jobs, way) in [(&house.jobs, "with the bus"), (&deaf, "without it")] {
        for round in 1..=4 {
            let job = house.submit(Act::of("listens", round)).await?;
            house.until(job, JobState::Processing).await?;
            let asked = Instant::now();
            assert_eq!(jobs.cancel(job).await?, Requested::Asked(worker.id));
            let heard = noticed.recv().await.unwrap().duration_since(asked);
            assert!(heard < Duration::from_secs(1), "{way} after {heard:?}");
            let record = house.until(job, JobState::Cancelled).await?;
            assert!(record.ended_at.is_some() && !record.cancel_asked);
            eprintln!("a cancellation was heard {way} after {heard:?}");
        }
    }
    assert_eq!(house.record(other).await?.state, JobState::Processing);
    drop(neighbours);
    worker.leave().await?;
    assert_eq!(house.record(other).await?.state, JobState::Pending);
    Ok(())
}

async fn a_job_that_does_not_listen_is_dropped(house: House) -> anyhow::Result<()> {
    house.stage.play("deaf", |_| std::future::pending());
    let worker = house.worker().await?;
    let job = house.submit(Act::of("deaf", 1)).await?;
    house.until_begun("deaf", 1).await?;
    let asked = Instant::now();
    house.jobs.cancel(job).await?;
    house.until(job, JobState::Cancelled).await?;
    let took = asked.elapsed();
    assert!(
        took > Duration::from_secs(2) && took < Duration::from_secs(6),
        "{took:?}"
    );
    assert_eq!((house.stage.begun("deaf"), house.stage.present("deaf")), (1, 0));
    worker.leave().await?;
    Ok(())
}

async fn a_job_that_was_cancelled_may_still_end_otherwise(house: House) -> anyhow::Result<()> {
    let outcomes = Arc::new(Mutex::new(Vec::new()));
    house.stage.play("ends its own way", move |scene| {
        let outcomes = Arc::clone(&outcomes);
        async move {
            scene.run.stopping().await;
            outcomes.lock().unwrap().push(scene.number);
            match scene.number {
                0 => Ok(()),
                1 => Err(Failure::retry("the line was cut")),
                2 => Err(Failure::fatal("it cannot be done")),
                _ => panic!("in the middle"),
            }
        }
    });
    let worker = house.worker().await?;
    // What was done was done; what was not need not be tried again.
    for (number, state) in [
        (0, JobState::Completed),
        (1, JobState::Cancelled),
        (2, JobState::Cancelled),
        (3, JobState::Cancelled),
    ] {
        let job = house.submit(Act::of("ends its own way", number)).await?;
        house.until(job, JobState::Processing).await?;
        house.jobs.cancel(job).await?;
        house.until(job, state).await?;
    }
    assert_eq!(house.stage.begun("ends its own way"), 4);
    worker.leave().await?;
    Ok(())
}
