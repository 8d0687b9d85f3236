//! Workers that vanish, or are thought to have.

use std::sync::Arc;
use std::time::Duration;

use domain::ambient::Ambient as _;
use domain::job::{JobState, Trouble};
use queue::Progress;
use store::jobs::{self, Ending, Reason, Ticket};
use testkit::wait;
use tokio::sync::Barrier;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::house::{House, effect};
use crate::on_both;
use crate::stage::{ASIDES, Act, Sketch};

on_both! {
    a_job_of_a_silent_worker_is_a_suspect_and_the_late_result_is_refused,
    a_job_runs_again_when_its_process_was_killed,
    suspects_run_one_at_a_time,
    a_job_that_kills_its_process_is_a_dead_letter_in_the_end_and_others_complete,
    who_is_thought_dead_and_is_not_stops_and_changes_nothing,
    a_claim_whose_answer_was_lost_is_given_back,
}

async fn a_job_of_a_silent_worker_is_a_suspect_and_the_late_result_is_refused(house: House) -> anyhow::Result<()> {
    let job = house.submit(Act::of("never performed", 1)).await?;
    let silent = house.ghost();
    let stale = house.claim(silent, false).await?.remove(0);
    assert!(!stale.suspect);

    // It has no slots for such jobs, but it watches.
    let mut setup = house.impatient();
    setup.queues = vec![ASIDES];
    let watching = Instant::now();
    let watcher = house.start(setup).await?;
    let record = house.until(job, JobState::Pending).await?;
    let took = watching.elapsed();
    assert!(
        took >= Duration::from_secs(1) && took < Duration::from_millis(2_500),
        "{took:?}"
    );
    let reason = record.reason.unwrap();
    assert_eq!((reason.trouble, record.attempt), (Trouble::Lost, 1));
    refused(&house, stale.ticket).await?;

    let later = house.clock.clone();
    later.jump(60);
    house
        .store
        .write(move |transaction| Box::pin(async move { jobs::promote(transaction, later.now()).await }))
        .await?;
    assert_eq!(house.claim(silent, false).await?, []);
    let anew = house.claim(silent, true).await?.remove(0);
    assert!(anew.suspect && anew.attempt == 2);
    assert!(anew.ticket.fence > stale.ticket.fence);
    refused(&house, stale.ticket).await?;
    watcher.leave().await?;
    Ok(())
}

/// Nothing that is said with this ticket has an effect.
async fn refused(house: &House, ticket: Ticket) -> anyhow::Result<()> {
    let before = house.record(ticket.job).await?;
    let now = before.created_at;
    let (completed, ended, held) = house
        .store
        .write(move |transaction| {
            Box::pin(async move {
                let progress = Progress {
                    done: 77,
                    ..Progress::default()
                };
                jobs::save_progress(transaction, &[(ticket, progress)]).await?;
                let reason = Reason::new(Trouble::Failed, "late");
                Ok((
                    jobs::complete(transaction, &[ticket], now).await?,
                    jobs::end(transaction, ticket, &Ending::Failed { reason }, now).await?,
                    jobs::hold(transaction, ticket).await?,
                ))
            })
        })
        .await?;
    assert_eq!((completed, ended, held), (Vec::new(), None, false));
    assert_eq!(house.record(ticket.job).await?, before);
    Ok(())
}

async fn a_job_runs_again_when_its_process_was_killed(house: House) -> anyhow::Result<()> {
    house.stage.play("kills once", |scene| async move {
        if scene.run.attempt() == 1 {
            scene.run.progress(Progress::default());
            return scene.stage.die().await;
        }
        Ok(())
    });
    let job = house.submit(Act::of("kills once", 1)).await?;
    let over = house.mortal_workers(4);
    house.until_begun("kills once", 1).await?;
    house.until_left("kills once").await?;
    over.cancel();
    let killed = Instant::now();
    let survivor = house.start(house.impatient()).await?;
    let record = house.until(job, JobState::Completed).await?;
    let took = killed.elapsed();
    assert_eq!((record.attempt, record.reason), (2, None));
    // A lease, looked at in steps; a pause, and the next look of an idle pool.
    assert!(took < Duration::from_secs(5), "{took:?}");
    eprintln!("a job of a killed worker had run again after {took:?}, under a lease of 1 s");
    survivor.leave().await?;
    Ok(())
}

async fn suspects_run_one_at_a_time(house: House) -> anyhow::Result<()> {
    const EACH: usize = 6;
    house.stage.play("suspect", |_| async {
        tokio::task::yield_now().await;
        tokio::time::sleep(Duration::from_millis(30)).await;
        Ok(())
    });
    let barrier = Arc::new(Barrier::new(3));
    house.stage.play("usual", move |_| {
        let barrier = Arc::clone(&barrier);
        async move {
            barrier.wait().await;
            Ok(())
        }
    });
    let mut all = Vec::new();
    for number in 0..EACH {
        all.push(house.submit(Act::of("suspect", number as u64)).await?);
    }
    assert_eq!(house.claim(house.ghost(), false).await?.len(), EACH);
    let mut setup = house.impatient();
    setup.slots = 8;
    let worker = house.start(setup).await?;
    for number in 0..EACH {
        all.push(house.submit(Act::of("usual", number as u64)).await?);
    }
    house.until_completed(all).await?;
    assert_eq!((house.stage.begun("suspect"), house.stage.most("suspect")), (EACH, 1));
    assert!(house.stage.most("usual") >= 3);
    worker.leave().await?;
    Ok(())
}

async fn a_job_that_kills_its_process_is_a_dead_letter_in_the_end_and_others_complete(
    house: House,
) -> anyhow::Result<()> {
    const INNOCENT: u64 = 20;
    house
        .stage
        .play("poison", |scene| async move { scene.stage.die().await });
    house.stage.play("innocent", |_| async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Ok(())
    });
    let mut innocent = Vec::new();
    for number in 0..INNOCENT / 2 {
        innocent.push(house.submit(Act::of("innocent", number)).await?);
    }
    let poison = house.submit(Sketch::of("poison", 0)).await?;
    for number in INNOCENT / 2..INNOCENT {
        innocent.push(house.submit(Act::of("innocent", number)).await?);
    }
    let over = house.mortal_workers(30);
    let record = house.until(poison, JobState::Failed).await?;
    assert_eq!(record.reason.unwrap().trouble, Trouble::Lost);
    assert_eq!((record.attempt, house.stage.begun("poison")), (2, 2));
    house.until_completed(innocent).await?;
    over.cancel();
    let attempts = house.stage.seen("innocent").iter().map(|seen| seen.attempt).max();
    assert!(
        attempts <= Some(2),
        "the same others were taken along again: {attempts:?}"
    );
    Ok(())
}

async fn who_is_thought_dead_and_is_not_stops_and_changes_nothing(house: House) -> anyhow::Result<()> {
    let go_on = CancellationToken::new();
    let (gate, clock) = (go_on.clone(), house.clock.clone());
    house.stage.play("believed dead", move |scene| {
        let (gate, clock) = (gate.clone(), clock.clone());
        async move {
            if scene.run.attempt() == 1 {
                // It wakes up and knows nothing of what happened meanwhile.
                gate.cancelled().await;
                assert!(scene.run.write(effect(clock.as_ref(), 1)).await.is_err());
                assert!(scene.run.processing().await.is_err());
                assert!(scene.run.check().is_err(), "it has been told by now");
                assert!(scene.run.complete_with(effect(clock.as_ref(), 2)).await.is_err());
                return Ok(());
            }
            scene.run.write(effect(clock.as_ref(), 3)).await?;
            scene.run.complete_with(effect(clock.as_ref(), 4)).await
        }
    });
    let worker = house.start(house.impatient()).await?;
    let job = house.submit(Act::of("believed dead", 1)).await?;
    house.until_begun("believed dead", 1).await?;

    wait::until("it was taken between two signs of life", async || {
        let mark = jobs::running(&house.store).await.unwrap()[0];
        let now = house.record(job).await.unwrap().created_at;
        let losing = house.store.write(move |transaction| {
            Box::pin(async move {
                jobs::lose(transaction, mark, now, Reason::new(Trouble::Lost, "it seemed so"), now).await
            })
        });
        losing.await.unwrap().is_some()
    })
    .await?;
    go_on.cancel();
    let record = house.until(job, JobState::Completed).await?;
    assert_eq!(record.attempt, 2);
    house.until_left("believed dead").await?;
    worker.leave().await?;
    assert_eq!(house.record(job).await?, record, "the late one changed nothing");
    assert_eq!((house.effects().await?, house.stage.begun("believed dead")), (2, 2));
    Ok(())
}

async fn a_claim_whose_answer_was_lost_is_given_back(house: House) -> anyhow::Result<()> {
    house.stage.play("simple", |_| async { Ok(()) });
    let mut setup = house.setup();
    // It is given back sooner than its lease ends.
    setup.lease = Duration::from_secs(10);
    setup.queues = vec![ASIDES];
    let elsewhere = house.start(setup).await?;
    let job = house.submit(Act::of("simple", 1)).await?;
    let claimed = house.claim(elsewhere.id, false).await?;
    assert_eq!(claimed.len(), 1);
    let record = house.until(job, JobState::Pending).await?;
    assert_eq!((record.attempt, record.reason), (0, None), "nobody worked on it");

    let worker = house.worker().await?;
    house.until(job, JobState::Completed).await?;
    assert_eq!(house.stage.seen("simple")[0].attempt, 1);
    worker.leave().await?;
    elsewhere.leave().await?;
    Ok(())
}
