//! The servers it stands on die and come back.

use testkit::ambient::Chance;
use testkit::chaos::Chaos;
use testkit::postgres::PostgresServer;
use testkit::redis::RedisServer;
use tokio::time::sleep;

use super::{Cluster, Cuts, LANES, Load, assert_well, millis, serve};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_and_redis_die_under_load_and_nothing_promised_is_lost() -> anyhow::Result<()> {
    const FAULTS: usize = 8;
    const UPLOADS: usize = 40;
    let (postgres, redis) =
        tokio::task::spawn_blocking(|| anyhow::Ok((PostgresServer::start()?, RedisServer::start()?))).await??;
    let cluster = Cluster::over(&postgres.fresh_database_url().await?, redis.url()).await?;
    let folder = tempfile::tempdir()?;
    let program = serve(folder.path(), Some(&cluster)).await?;
    let load = Load::new(program.client(), Cuts::Never);
    let chaos = Chaos::new()
        .gaps(millis(50)..=millis(400))
        .fault("PostgreSQL: killed and restarted", async |_: &mut Chance| {
            postgres.restart().await
        })
        .fault("PostgreSQL: stop and go on", async |chance: &mut Chance| {
            postgres.pause().await?;
            sleep(chance.duration(&(millis(100)..=millis(800)))).await;
            postgres.resume()
        })
        .fault("Redis: killed, comes back empty", async |chance: &mut Chance| {
            redis.kill().await?;
            sleep(chance.duration(&(millis(0)..=millis(300)))).await;
            redis.start_again().await
        })
        .fault("Redis: stop and go on", async |chance: &mut Chance| {
            redis.pause().await?;
            sleep(chance.duration(&(millis(100)..=millis(800)))).await;
            redis.resume()
        });
    let strikes = chaos.tally();
    let enough = || strikes.strikes() >= FAULTS && load.acknowledged() >= UPLOADS;
    chaos.during(load.until(LANES, enough)).await?;
    assert_well(&program, &load).await
}
