//! Nodes: each with connections of its own to a database that they share.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use bus::Redis;
use domain::ambient::Ambient;
use domain::time::Timestamp;
use futures::future::join_all;
use guard::{Kind, Limit, Limits, Refused};
use store::{Store, StoreOptions};
use testkit::ambient::Fixed;
use testkit::relay::Relay;

/// Runs each body on both databases: it is given the address of one that has its tables.
macro_rules! on_both_databases {
    ($($body:ident),+ $(,)?) => {
        mod on_sqlite {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $body() -> anyhow::Result<()> {
                let folder = tempfile::TempDir::new()?;
                super::$body(&testkit::databases::sqlite_url(folder.path()).await?).await
            }
        )+}
        mod on_postgres {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $body() -> anyhow::Result<()> {
                super::$body(&testkit::databases::postgres_url().await?).await
            }
        )+}
    };
}
pub(crate) use on_both_databases;

pub const TEN_AN_HOUR: Limit = Limit {
    name: "test",
    burst: NonZeroU32::new(10).unwrap(),
    per: Duration::from_hours(1),
    kind: Kind::Strict,
};

pub async fn connect(url: &str) -> anyhow::Result<Store> {
    let options = StoreOptions {
        url: url.to_owned(),
        readers: 4,
        acquire_timeout: Duration::from_secs(2),
    };
    Ok(Store::connect(&options).await?)
}

/// A clock that stands still until it is turned.
pub fn clock(days: u64) -> Arc<Fixed> {
    let start = Timestamp::from_micros(1_800_000_000_000_000);
    Arc::new(Fixed::new(
        start.plus(Duration::from_hours(24) * u32::try_from(days).unwrap()),
        1,
    ))
}

pub async fn limits(url: &str, redis: Option<&str>, clock: &Arc<Fixed>) -> anyhow::Result<(Store, Limits)> {
    let store = connect(url).await?;
    let redis = redis.map(Redis::connect).transpose()?;
    let ambient: Arc<dyn Ambient> = Arc::<Fixed>::clone(clock);
    Ok((store.clone(), Limits::new(store, redis, ambient)))
}

/// How many of so many takes at once were granted, spread over the nodes.
pub async fn granted(nodes: &[&Limits], limit: &Limit, key: &str, attempts: usize) -> usize {
    let takes = (0..attempts).map(|number| nodes[number % nodes.len()].take(limit, key, 1));
    let outcomes = join_all(takes).await;
    assert!(
        !outcomes.contains(&Err(Refused::Unavailable)),
        "a database that is there can be asked"
    );
    outcomes.iter().filter(|outcome| outcome.is_ok()).count()
}

/// An address that leads to the same place by a way that can be closed.
pub async fn relayed(url: &str) -> anyhow::Result<(String, Relay)> {
    let authority = url.split("://").nth(1).unwrap().split('/').next().unwrap();
    let place = authority.rsplit('@').next().unwrap();
    let target: SocketAddr = place.replace("localhost", "127.0.0.1").parse()?;
    let relay = Relay::to(target).await?;
    Ok((url.replacen(place, &relay.address().to_string(), 1), relay))
}
