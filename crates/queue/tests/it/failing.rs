//! Attempts that do not succeed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::job::{JobState, Trouble};
use queue::{Failure, Order};
use store::jobs;

use crate::house::{House, SPEED};
use crate::on_both;
use crate::stage::{Act, Sketch};

on_both! {
    a_failure_that_may_pass_is_tried_again_after_a_pause,
    a_fatal_failure_ends_the_job_until_somebody_has_it_done_again,
    when_the_attempts_are_used_up_the_job_is_a_dead_letter,
    a_panic_is_an_attempt_that_failed,
    what_cannot_be_read_fails_at_once_and_others_go_on,
    an_unknown_kind_waits_and_is_shown,
}

async fn a_failure_that_may_pass_is_tried_again_after_a_pause(house: House) -> anyhow::Result<()> {
    const PAUSE: Duration = Duration::from_secs(16);
    house.stage.play("shy", |scene| async move {
        match scene.run.attempt() {
            1 => Err(Failure::retry("not yet")),
            2 => Err(Failure::retry_after(PAUSE, "nor now")),
            _ => Ok(()),
        }
    });
    let worker = house.worker().await?;
    let job = house.submit(Act::of("shy", 1)).await?;
    house.until_begun("shy", 2).await?;
    let record = house.until(job, JobState::Pending).await?;
    let reason = record.reason.unwrap();
    assert_eq!((reason.trouble, reason.text.as_str()), (Trouble::Failed, "nor now"));
    assert!(record.run_at.unwrap() >= record.started_at.unwrap().plus(PAUSE));

    let record = house.until(job, JobState::Completed).await?;
    assert_eq!((record.attempt, record.reason), (3, None));
    let seen = house.stage.seen("shy");
    // Half of five seconds is the shortest first pause.
    assert!(seen[1].at.duration_since(seen[0].at) >= Duration::from_millis(2_500) / SPEED);
    assert!(seen[2].at.duration_since(seen[1].at) >= PAUSE / SPEED);
    worker.leave().await?;
    Ok(())
}

async fn a_fatal_failure_ends_the_job_until_somebody_has_it_done_again(house: House) -> anyhow::Result<()> {
    let cured = Arc::new(AtomicBool::new(false));
    let is_cured = Arc::clone(&cured);
    house.stage.play("ill", move |_| {
        let well = is_cured.load(Ordering::Acquire);
        async move {
            if well {
                Ok(())
            } else {
                Err(Failure::fatal("no such file"))
            }
        }
    });
    let worker = house.worker().await?;
    let job = house.submit(Act::of("ill", 1)).await?;
    let record = house.until(job, JobState::Failed).await?;
    let reason = record.reason.unwrap();
    assert_eq!(
        (reason.trouble, reason.text.as_str()),
        (Trouble::Failed, "no such file")
    );
    assert_eq!(record.attempt, 1);

    cured.store(true, Ordering::Release);
    assert!(house.jobs.requeue(job).await?);
    let record = house.until(job, JobState::Completed).await?;
    assert_eq!((record.attempt, record.reason), (1, None));
    assert!(!house.jobs.requeue(job).await?, "what went well is not done again");
    assert_eq!(house.stage.begun("ill"), 2);
    worker.leave().await?;
    Ok(())
}

async fn when_the_attempts_are_used_up_the_job_is_a_dead_letter(house: House) -> anyhow::Result<()> {
    house.stage.play("hopeless", |scene| async move {
        Err(Failure::retry_after(
            Duration::ZERO,
            format!("try {}", scene.run.attempt()),
        ))
    });
    let worker = house.worker().await?;
    let job = house.submit(Sketch::of("hopeless", 1)).await?;
    let record = house.until(job, JobState::Failed).await?;
    assert_eq!((record.attempt, house.stage.begun("hopeless")), (2, 2));
    assert_eq!(record.reason.unwrap().text, "try 2");
    assert!(record.ended_at.is_some());

    assert!(house.jobs.requeue(job).await?);
    house.until_begun("hopeless", 4).await?;
    let record = house.until(job, JobState::Failed).await?;
    assert_eq!((record.attempt, house.stage.begun("hopeless")), (2, 4));
    worker.leave().await?;
    Ok(())
}

async fn a_panic_is_an_attempt_that_failed(house: House) -> anyhow::Result<()> {
    house.stage.play("breaks off", |scene| async move {
        match scene.number {
            1 => panic!("a literal"),
            2 => panic!("a text with a {}", scene.number),
            _ => std::panic::panic_any(7),
        }
    });
    house.stage.play("simple", |_| async { Ok(()) });
    let mut setup = house.setup();
    setup.slots = 1;
    let worker = house.start(setup).await?;
    for (number, words) in [(1, "a literal"), (2, "a text with a 2"), (3, "it did not say why")] {
        let job = house.submit(Sketch::of("breaks off", number)).await?;
        let other = house.submit(Act::of("simple", number)).await?;
        let record = house.until(job, JobState::Failed).await?;
        let reason = record.reason.unwrap();
        assert_eq!((reason.trouble, reason.text.as_str()), (Trouble::Panicked, words));
        assert_eq!(record.attempt, 2);
        house.until(other, JobState::Completed).await?;
    }
    assert_eq!(house.stage.begun("breaks off"), 6);
    worker.leave().await?;
    Ok(())
}

async fn what_cannot_be_read_fails_at_once_and_others_go_on(house: House) -> anyhow::Result<()> {
    house.stage.play("simple", |_| async { Ok(()) });
    let mut unreadable = Vec::new();
    let mut others = Vec::new();
    for payload in ["", "{}", r#"{"play":7,"number":"x"}"#, "\u{fffd}[[["] {
        let mut row = house.jobs.prepare(Order::of(Act::of("simple", 1)))?;
        payload.clone_into(&mut row.payload);
        unreadable.push(house.enqueue(row).await?);
        others.push(house.submit(Act::of("simple", 2)).await?);
    }
    let worker = house.worker().await?;
    for job in unreadable {
        let record = house.until(job, JobState::Failed).await?;
        assert_eq!(record.reason.unwrap().trouble, Trouble::Unreadable);
        assert_eq!(record.attempt, 1);
    }
    house.until_completed(others).await?;
    assert_eq!(house.stage.begun("simple"), 4);
    worker.leave().await?;
    Ok(())
}

async fn an_unknown_kind_waits_and_is_shown(house: House) -> anyhow::Result<()> {
    house.stage.play("simple", |_| async { Ok(()) });
    let mut row = house.jobs.prepare(Order::of(Act::of("simple", 1)))?;
    "of tomorrow".clone_into(&mut row.kind);
    let unknown = house.enqueue(row).await?;
    let worker = house.worker().await?;
    // Behind it in the same queue.
    let others = [
        house.submit(Act::of("simple", 2)).await?,
        house.submit(Act::of("simple", 3)).await?,
    ];
    house.until_completed(others).await?;
    let record = house.record(unknown).await?;
    assert_eq!((record.state, record.attempt), (JobState::Pending, 0));
    let strange = jobs::unclaimed_kinds(&house.store, &house.setup().registry.kinds()).await?;
    assert_eq!(strange, [("acts".to_owned(), "of tomorrow".to_owned())]);
    worker.leave().await?;
    Ok(())
}
