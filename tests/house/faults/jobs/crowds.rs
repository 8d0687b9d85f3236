//! Many jobs, and workers that die again and again.

use anyhow::ensure;
use domain::job::{JobState, Trouble};
use testkit::chaos::Chaos;
use testkit::drill::Die;
use testkit::program::Program;
use testkit::signal::Signal;
use testkit::{Stack, on_both_stacks, wait};
use tokio::time::sleep;

use super::super::millis;
use super::{Field, effects};

/// Processes that share the work.
const WORKERS: usize = 3;

on_both_stacks!(
    a_job_that_kills_its_workers_ends_as_a_dead_letter_and_others_go_on,
    of_a_thousand_jobs_each_is_done_once_however_many_workers_die,
);

async fn a_job_that_kills_its_workers_ends_as_a_dead_letter_and_others_go_on(stack: Stack) -> anyhow::Result<()> {
    let field = Field::on(stack).await?;
    let workers = field.workers(WORKERS).await?;
    let (names, mut before) = effects(20, millis(20));
    let behind = before.split_off(10);
    field.drill.submit_all(before).await?;
    let poison = field.drill.submit(Die {}).await?;
    field.drill.submit_all(behind).await?;
    tokio::select! {
        trouble = tend(&workers) => trouble?,
        over = field.until_all_are_over() => over?,
    }

    let dead = field.drill.job(poison).await?;
    assert_eq!((dead.state, dead.attempt), (JobState::Failed, 2), "{dead:?}");
    let reason = dead.reason.expect("a dead letter says why");
    assert_eq!(reason.trouble, Trouble::Lost, "{reason:?}");
    for job in field.drill.all_jobs().await? {
        assert!(job.id == poison || job.state == JobState::Completed, "{job:?}");
    }
    let lives: usize = workers.iter().map(lives).sum::<anyhow::Result<_>>()?;
    assert_eq!(lives, WORKERS + 2, "each attempt of the poison took one life");
    field.assert_effects(&names).await
}

/// Starts each worker again that has died, for as long as somebody waits.
async fn tend(workers: &[Program]) -> anyhow::Result<()> {
    loop {
        for worker in workers {
            if worker.status()?.is_none() {
                continue;
            }
            // One that dies again before it was seen to be ready has its next turn in the next round.
            if let Err(error) = worker.start_again().await {
                ensure!(worker.status()?.is_some(), "{error:#}");
            }
        }
        sleep(millis(20)).await;
    }
}

fn lives(worker: &Program) -> anyhow::Result<usize> {
    Ok(worker.log()?.matches("works on drill").count())
}

async fn of_a_thousand_jobs_each_is_done_once_however_many_workers_die(stack: Stack) -> anyhow::Result<()> {
    const JOBS: usize = 1_000;
    const KILLS: usize = 9;
    let field = Field::on(stack).await?;
    let workers = field.workers(WORKERS).await?;
    let (names, jobs) = effects(JOBS, millis(50));
    field.drill.submit_all(jobs).await?;
    let mut chaos = Chaos::new().gaps(millis(50)..=millis(300));
    for (number, worker) in workers.iter().enumerate() {
        chaos = chaos.kills(&format!("worker {number}"), worker);
    }
    let kills = chaos.tally();
    chaos
        .during(wait::until("enough workers have died", async || {
            kills.strikes() >= KILLS
        }))
        .await?;
    // What a dead worker had in hand waits for seconds, and longer if it met a second one.
    field.until_all_are_over().await?;
    field.assert_each_done_once(&names).await?;
    let again = field.drill.all_jobs().await?;
    assert!(
        again.iter().any(|job| job.attempt > 1),
        "nobody died in the middle of a job"
    );
    for worker in &workers {
        assert!(worker.stop(Signal::Term).await?.success(), "{}", worker.log()?);
    }
    Ok(())
}
