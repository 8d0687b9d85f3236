//! Several nodes with Redis between them, and without it when it goes away.

use std::sync::Arc;
use std::time::Duration;

use guard::{Kind, Limit, Limits, Refused};
use store::Store;
use testkit::ambient::Fixed;
use testkit::relay::{Relay, Way};
use testkit::wait;
use tokio::time::Instant;

use crate::support::{TEN_AN_HOUR, clock, granted, limits, relayed};

const SWIFT: Limit = Limit {
    kind: Kind::Swift,
    ..TEN_AN_HOUR
};

/// Two nodes, and the ways to what they share.
struct Cluster {
    one: (Store, Limits),
    other: (Store, Limits),
    clock: Arc<Fixed>,
    database: Relay,
    redis: Relay,
}

impl Cluster {
    async fn start() -> anyhow::Result<Self> {
        let (database_url, database) = relayed(&testkit::databases::postgres_url().await?).await?;
        let (redis_url, redis) = relayed(&testkit::redis::url().await?).await?;
        let clock = clock(0);
        let cluster = Self {
            one: limits(&database_url, Some(&redis_url), &clock).await?,
            other: limits(&database_url, Some(&redis_url), &clock).await?,
            clock,
            database,
            redis,
        };
        cluster.redis_counts().await?;
        Ok(cluster)
    }

    /// Waits until both nodes leave the database alone.
    async fn redis_counts(&self) -> anyhow::Result<()> {
        let mut number = 0;
        wait::until("Redis counts", async || {
            number += 1;
            let before = self.writes();
            for node in self.nodes() {
                assert_eq!(node.take(&SWIFT, format!("guest {number}").as_str(), 1).await, Ok(()));
            }
            self.writes() == before
        })
        .await
    }

    fn nodes(&self) -> [&Limits; 2] {
        [&self.one.1, &self.other.1]
    }

    fn writes(&self) -> u64 {
        self.one.0.write_groups() + self.other.0.write_groups()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_share_a_swift_allowance_without_the_database() -> anyhow::Result<()> {
    let cluster = Cluster::start().await?;
    let before = cluster.writes();
    assert_eq!(granted(&cluster.nodes(), &SWIFT, "ann", 50).await, 10);
    assert_eq!(granted(&cluster.nodes(), &SWIFT, "bob", 5).await, 5);
    assert_eq!(cluster.writes(), before);
    let Err(Refused::Wait(seconds)) = cluster.one.1.take(&SWIFT, "ann", 1).await else {
        panic!("it is used up");
    };
    assert!((350..=360).contains(&seconds), "{seconds}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_the_database_shares_it() -> anyhow::Result<()> {
    for way in [Way::Refusing, Way::Silent] {
        let cluster = Cluster::start().await?;
        cluster.redis.set(way);
        assert_eq!(granted(&cluster.nodes(), &SWIFT, "ann", 50).await, 10, "{way:?}");
        assert!(cluster.writes() >= 10, "{way:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_redis_is_waited_for_once() -> anyhow::Result<()> {
    let cluster = Cluster::start().await?;
    cluster.redis.set(Way::Silent);
    let start = Instant::now();
    for number in 0..200 {
        assert_eq!(cluster.one.1.take(&SWIFT, number.to_string().as_str(), 1).await, Ok(()));
    }
    // With a wait for each it would be almost a minute.
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn when_redis_is_back_it_counts_again() -> anyhow::Result<()> {
    let cluster = Cluster::start().await?;
    cluster.redis.set(Way::Refusing);
    assert_eq!(granted(&cluster.nodes(), &SWIFT, "ann", 50).await, 10);
    cluster.redis.set(Way::Open);
    cluster.redis_counts().await?;
    assert_eq!(granted(&cluster.nodes(), &SWIFT, "cid", 50).await, 10);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_both_each_node_still_limits() -> anyhow::Result<()> {
    let cluster = Cluster::start().await?;
    cluster.redis.set(Way::Refusing);
    cluster.database.set(Way::Refusing);
    assert_eq!(granted(&[&cluster.one.1], &SWIFT, "ann", 50).await, 10);
    assert_eq!(granted(&[&cluster.other.1], &SWIFT, "ann", 50).await, 10);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strict_refusal_is_known_to_all_nodes_without_asking_the_database() -> anyhow::Result<()> {
    let cluster = Cluster::start().await?;
    assert_eq!(granted(&[&cluster.one.1], &TEN_AN_HOUR, "ann", 50).await, 10);
    let before = cluster.writes();
    cluster.database.set(Way::Refusing);
    for _ in 0..20 {
        assert_eq!(
            cluster.one.1.take(&TEN_AN_HOUR, "ann", 1).await,
            Err(Refused::Wait(360))
        );
        assert_eq!(
            cluster.other.1.take(&TEN_AN_HOUR, "ann", 1).await,
            Err(Refused::Wait(360))
        );
    }
    assert_eq!(cluster.writes(), before);
    cluster.database.set(Way::Open);
    cluster.clock.advance(Duration::from_mins(6));
    wait::until("it is granted when its time has come", async || {
        cluster.other.1.take(&TEN_AN_HOUR, "ann", 1).await.is_ok()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strict_limit_grants_the_same_without_redis() -> anyhow::Result<()> {
    let cluster = Cluster::start().await?;
    assert_eq!(granted(&cluster.nodes(), &TEN_AN_HOUR, "ann", 4).await, 4);
    cluster.redis.set(Way::Refusing);
    assert_eq!(granted(&cluster.nodes(), &TEN_AN_HOUR, "ann", 50).await, 6);
    cluster.redis.set(Way::Open);
    assert_eq!(granted(&cluster.nodes(), &TEN_AN_HOUR, "ann", 50).await, 0);
    Ok(())
}
