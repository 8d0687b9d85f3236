//! A worker dies in the middle of a job, or is believed to have died.

use anyhow::{bail, ensure};
use domain::job::JobState;
use futures::future::try_join_all;
use store::jobs;
use testkit::drill::{Effect, Slow, Step, Steps};
use testkit::program::Program;
use testkit::signal::Signal;
use testkit::{Stack, on_both_stacks, wait};
use tokio::time::timeout;

use super::super::millis;
use super::{Field, LEASE, until_marked};

on_both_stacks!(
    killed_at_any_step_of_a_job_another_worker_does_it_once,
    what_a_worker_says_after_it_lost_its_job_is_refused,
);

async fn killed_at_any_step_of_a_job_another_worker_does_it_once(stack: Stack) -> anyhow::Result<()> {
    let steps = [Step::Begun, Step::Checkpoint, Step::Inside, Step::Written];
    // Each with a database of its own: one that stands still in the middle of writing lets nobody
    // else write on SQLite.
    try_join_all(steps.map(|step| killed_at(stack, step))).await?;
    Ok(())
}

async fn killed_at(stack: Stack, step: Step) -> anyhow::Result<()> {
    let field = Field::on(stack).await?;
    let marker = field.marker("steps");
    let job = Steps {
        name: "effect".to_owned(),
        stop_at: step,
        marker: marker.clone(),
    };
    let first = field.worker().await?;
    let id = field.drill.submit(job).await?;
    until_marked(&marker).await?;
    let is_written = step == Step::Written;
    let before = if is_written {
        vec!["effect".to_owned()]
    } else {
        Vec::new()
    };
    assert_eq!(field.drill.effects().await?, before, "{step:?}");
    first.stop(Signal::Kill).await?;

    let second = field.worker().await?;
    let done = field.until(id, JobState::Completed).await?;
    // Whatever else the second worker may want to do with the first job, it does before the last of
    // these: each takes longer than the lease.
    for name in ["later", "last"] {
        let next = Effect {
            name: name.to_owned(),
            lasting: LEASE + millis(300),
        };
        let next = field.drill.submit(next).await?;
        assert_eq!(field.until(next, JobState::Completed).await?.attempt, 1);
    }
    assert_eq!(field.drill.job(id).await?, done, "{step:?}: nobody touched it again");
    assert_eq!(done.attempt, if is_written { 1 } else { 2 }, "{step:?}: {done:?}");
    field
        .assert_each_done_once(&["effect", "last", "later"].map(str::to_owned))
        .await?;
    let log = second.log()?;
    assert_eq!(
        log.matches("was taken from a silent worker").count(),
        usize::from(!is_written),
        "{log}"
    );
    assert!(second.stop(Signal::Term).await?.success(), "{log}");
    Ok(())
}

async fn what_a_worker_says_after_it_lost_its_job_is_refused(stack: Stack) -> anyhow::Result<()> {
    let field = Field::on(stack).await?;
    let marker = field.marker("slow");
    let job = Slow {
        name: "effect".to_owned(),
        lasting: millis(2_000),
        marker: marker.clone(),
    };
    let first = field.worker().await?;
    let id = field.drill.submit(job).await?;
    until_marked(&marker).await?;
    freeze(&field, &first).await?;

    let second = field.worker().await?;
    let done = field.until(id, JobState::Completed).await?;
    assert_eq!(done.attempt, 2);
    first.resume()?;
    wait::for_ok("the first one hears that it is too late", async || {
        let log = first.log()?;
        ensure!(log.contains("the late result of effect was refused"), "it said {log}");
        Ok(())
    })
    .await?;
    assert_eq!(field.drill.job(id).await?, done);
    field.assert_effects(&["effect".to_owned()]).await?;

    // It is a good worker again.
    assert!(second.stop(Signal::Term).await?.success());
    let next = Effect {
        name: "next".to_owned(),
        lasting: millis(0),
    };
    let next = field.drill.submit(next).await?;
    assert_eq!(field.until(next, JobState::Completed).await?.attempt, 1);
    assert!(first.stop(Signal::Term).await?.success(), "{}", first.log()?);
    field
        .assert_each_done_once(&["effect", "next"].map(str::to_owned))
        .await
}

/// Makes a worker stand still at a moment when it writes nothing: nobody could go on before a
/// transaction in which it stands still.
async fn freeze(field: &Field, worker: &Program) -> anyhow::Result<()> {
    wait::for_ok("it stands still between two writes", async || {
        worker.pause().await?;
        let running = jobs::running(&field.drill.store).await?;
        for mark in running {
            let held = field
                .drill
                .store
                .write(move |transaction| Box::pin(jobs::hold(transaction, mark.ticket)));
            if !matches!(timeout(LEASE / 2, held).await, Ok(Ok(true))) {
                worker.resume()?;
                bail!("it was writing");
            }
        }
        Ok(())
    })
    .await
}
