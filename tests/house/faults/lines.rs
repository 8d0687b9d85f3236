//! The lines to its parts are slow, break in the middle, and change what is sent.

use testkit::chaos::Chaos;
use testkit::relay::{Relay, Toward, Way};

use super::{Cluster, Cuts, LANES, Load, assert_well, millis, serve};

/// Without TLS nothing in PostgreSQL's protocol tells a changed value from the right one. Changed
/// so often, no message is understood any more, and that is what has to be survived.
const EVERY_MESSAGE: u64 = 7;

const MIB: usize = 1 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_bad_line_to_postgres_loses_nothing() -> anyhow::Result<()> {
    let ways = [
        Way::Delay(millis(40)),
        Way::Cut { after: 900 },
        corrupt(EVERY_MESSAGE, Toward::Server),
        corrupt(EVERY_MESSAGE, Toward::Client),
    ];
    bad_line("PostgreSQL", |cluster| &cluster.database, &ways, &[1, 900, 40_000]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_bad_line_to_redis_loses_nothing() -> anyhow::Result<()> {
    let ways = [
        Way::Delay(millis(40)),
        Way::Cut { after: 30 },
        corrupt(5, Toward::Server),
        corrupt(5, Toward::Client),
    ];
    bad_line("Redis", |cluster| &cluster.redis, &ways, &[1, 900, 40_000]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_bad_line_to_s3_loses_nothing() -> anyhow::Result<()> {
    let ways = [
        Way::Delay(millis(40)),
        Way::Cut { after: 30_000 },
        corrupt(20_000, Toward::Server),
        corrupt(200, Toward::Client),
    ];
    let sizes = &[1, 900, 40_000, 250_000, 9 * MIB];
    bad_line("S3", |cluster| cluster.s3.relay(), &ways, sizes).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn bytes_that_change_on_their_way_to_s3_are_never_acknowledged() -> anyhow::Result<()> {
    let cluster = Cluster::shared().await?;
    let folder = tempfile::tempdir()?;
    let program = serve(folder.path(), Some(&cluster)).await?;
    // Behind all headers: in the body of one object, and in parts of another.
    for sizes in [&[300_000][..], &[20 * MIB]] {
        let load = Load::new(program.client(), Cuts::Never).of_sizes(sizes);
        cluster.s3.relay().set(corrupt(200_000, Toward::Server));
        for _ in 0..3 {
            let answer = load.upload().await?.expect("nothing is cut");
            assert!(answer.status.is_server_error(), "{}", answer.text()?);
        }
        cluster.s3.relay().set(Way::Open);
        assert_eq!(cluster.s3.keys()?, Vec::<String>::new(), "something changed was kept");
    }
    let load = Load::new(program.client(), Cuts::Never);
    assert_well(&program, &load).await
}

/// Uploads over a line that is bad in each of these ways, several times.
async fn bad_line(
    name: &str,
    line: fn(&Cluster) -> &Relay,
    ways: &[Way],
    sizes: &'static [usize],
) -> anyhow::Result<()> {
    let cluster = Cluster::shared().await?;
    let folder = tempfile::tempdir()?;
    let program = serve(folder.path(), Some(&cluster)).await?;
    let load = Load::new(program.client(), Cuts::Never).of_sizes(sizes);
    let mut chaos = Chaos::new().gaps(millis(50)..=millis(250));
    for &way in ways {
        chaos = chaos.bad_way(name, line(&cluster), way, millis(150)..=millis(500));
    }
    let strikes = chaos.tally();
    let enough = || strikes.strikes() >= 2 * ways.len() && load.acknowledged() >= 20;
    chaos.during(load.until(LANES, enough)).await?;
    assert_well(&program, &load).await
}

fn corrupt(every: u64, toward: Toward) -> Way {
    Way::Corrupt { every, toward }
}
