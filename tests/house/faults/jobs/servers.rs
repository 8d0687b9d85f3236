//! The servers under the workers die and come back.

use testkit::ambient::Chance;
use testkit::chaos::Chaos;
use testkit::postgres::PostgresServer;
use testkit::redis::RedisServer;
use testkit::signal::Signal;
use testkit::{databases, wait};
use tokio::time::sleep;

use super::super::millis;
use super::{Field, effects};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_and_redis_die_under_work_and_each_job_is_done_once() -> anyhow::Result<()> {
    const JOBS: usize = 300;
    const FAULTS: usize = 6;
    let (postgres, redis) =
        tokio::task::spawn_blocking(|| anyhow::Ok((PostgresServer::start()?, RedisServer::start()?))).await??;
    let database = postgres.fresh_database_url().await?;
    databases::migrate(database.clone()).await?;
    let field = Field::over(tempfile::tempdir()?, database, Some(redis.url().to_owned())).await?;
    let workers = field.workers(2).await?;
    let (names, jobs) = effects(JOBS, millis(250));
    field.drill.submit_all(jobs).await?;
    let chaos = Chaos::new()
        .gaps(millis(50)..=millis(400))
        .fault("PostgreSQL: killed and restarted", async |_: &mut Chance| {
            postgres.restart().await
        })
        .fault("Redis: killed, comes back empty", async |chance: &mut Chance| {
            redis.kill().await?;
            sleep(chance.duration(&(millis(0)..=millis(300)))).await;
            redis.start_again().await
        });
    let strikes = chaos.tally();
    chaos
        .during(wait::until("enough has gone wrong", async || {
            strikes.strikes() >= FAULTS
        }))
        .await?;
    assert!(
        field.drill.open_jobs().await? > 0,
        "the work was over before everything had gone wrong"
    );
    field.until_all_are_over().await?;
    field.assert_each_done_once(&names).await?;
    for worker in &workers {
        assert!(worker.stop(Signal::Term).await?.success(), "{}", worker.log()?);
    }
    Ok(())
}
