//! Redis goes away, falls silent and comes back. It costs nothing but time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use bus::{Bus, News};
use testkit::redis::RedisServer;
use testkit::relay::Way;
use testkit::wait;
use tokio::net::{TcpListener, TcpStream};

use crate::counters::Counters;
use crate::lines::{connect, hint, linked, news, relay_to, two, until_resync, url};

#[tokio::test]
async fn after_an_outage_everybody_looks_again_and_hints_flow() {
    let counters = Counters::default();
    let _guard = metrics::set_default_local_recorder(&counters);
    let url = url().await;
    let (relay, redis) = relay_to(&url).await;
    let (one, other) = two(redis.clone(), redis).await;
    let (mut here, mut there) = (one.subscribe(["jobs"]), other.subscribe(["jobs"]));
    relay.set(Way::Refusing);
    one.publish("jobs", "lost");
    assert_eq!(hint(&mut here).await, "lost", "this node hears itself all the same");
    lost(&counters).await;
    relay.set(Way::Open);
    assert!(until_resync(&mut here).await.is_empty());
    assert!(until_resync(&mut there).await.is_empty());

    linked(&one, &other).await;
    linked(&other, &one).await;
    let (mut here, mut there) = (one.subscribe(["jobs"]), other.subscribe(["jobs"]));
    one.publish("jobs", "later");
    assert_eq!(until_hint(&mut here).await, "later");
    assert_eq!(until_hint(&mut there).await, "later");
}

#[tokio::test]
async fn whoever_could_not_say_something_tells_the_others_to_look() {
    let counters = Counters::default();
    let _guard = metrics::set_default_local_recorder(&counters);
    let url = url().await;
    let (relay, redis) = relay_to(&url).await;
    let (one, other) = two(redis, connect(&url)).await;
    let mut there = other.subscribe(["jobs"]);
    relay.set(Way::Refusing);
    one.publish("jobs", "lost");
    lost(&counters).await;
    relay.set(Way::Open);
    // The other one's line was never cut, so this can only come from the first one.
    assert!(until_resync(&mut there).await.is_empty());
    assert_eq!(counters.of("bus_resyncs_total asked"), 1);
    linked(&one, &other).await;
    one.publish("jobs", "later");
    assert_eq!(until_hint(&mut there).await, "later");
}

#[tokio::test]
async fn more_hints_than_the_queue_holds_become_one_resync() {
    const MANY: u32 = 100_000;

    let url = url().await;
    let (relay, redis) = relay_to(&url).await;
    let (one, other) = two(redis, connect(&url)).await;
    let mut there = other.subscribe(["jobs"]);
    relay.set(Way::Silent);
    let begun = Instant::now();
    for number in 0..MANY {
        one.publish("jobs", number.to_string());
    }
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(5), "{MANY} took {took:?}");
    relay.set(Way::Open);
    let before = until_resync(&mut there).await;
    assert!(before.len() < 10_000, "{} came although nobody took them", before.len());
    linked(&one, &other).await;
    one.publish("jobs", "later");
    assert_eq!(until_hint(&mut there).await, "later");
}

#[tokio::test]
async fn silence_is_noticed_by_itself() {
    let url = url().await;
    let (relay, _) = relay_to(&url).await;
    let (address, connections) = counting(relay.address()).await;
    let (_, database) = url.rsplit_once('/').expect("a database");
    let redis = connect(&format!("redis://{address}/{database}"));
    let (one, other) = two(redis, connect(&url)).await;
    let mut here = one.subscribe(["jobs"]);

    let before = connections.load(Ordering::Relaxed);
    relay.set(Way::Silent);
    let begun = Instant::now();
    // Nobody publishes on this node: only the listener can want a new connection.
    wait::until("it tries again", async || connections.load(Ordering::Relaxed) > before)
        .await
        .expect("another try");
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(10), "{took:?}");

    let begun = Instant::now();
    one.publish("jobs", "unheard");
    let took = begun.elapsed();
    assert!(took < Duration::from_millis(500), "{took:?}");
    assert_eq!(hint(&mut here).await, "unheard");
    relay.set(Way::Open);
    assert_eq!(news(&mut here).await, News::Resync);
    linked(&other, &one).await;
    linked(&one, &other).await;
}

#[tokio::test]
async fn a_restarted_server_is_found_again() {
    let server = RedisServer::start().expect("a Redis");
    let url = format!("{}/3", server.url());
    let (one, other) = two(connect(&url), connect(&url)).await;
    let mut there = other.subscribe(["jobs"]);
    server.kill().await.expect("it is gone");
    one.publish("jobs", "lost");
    server.start_again().await.expect("it is back");
    assert!(until_resync(&mut there).await.is_empty());
    linked(&one, &other).await;
    one.publish("jobs", "later");
    assert_eq!(until_hint(&mut there).await, "later");
}

#[tokio::test]
async fn redis_may_come_after_the_bus() {
    let url = url().await;
    let (relay, redis) = relay_to(&url).await;
    relay.set(Way::Refusing);
    let (one, other) = (Bus::over(redis), Bus::over(connect(&url)));
    let mut here = one.subscribe(["jobs"]);
    relay.set(Way::Open);
    assert!(until_resync(&mut here).await.is_empty(), "it may have missed something");
    linked(&one, &other).await;
    linked(&other, &one).await;
}

#[tokio::test]
async fn a_server_that_hangs_up_is_not_called_without_pause() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let _bus = Bus::over(connect(&format!("redis://{address}/0")));
    let mut calls = Vec::new();
    while calls.len() < 6 {
        drop(listener.accept().await.expect("a call"));
        calls.push(Instant::now());
    }
    let took = calls[5] - calls[0];
    // At least 50, 100, 200, 400 and 800 ms, less what the first one waited to be taken.
    assert!(took > Duration::from_millis(1_200), "{took:?}");
}

#[tokio::test]
async fn a_cut_is_followed_by_a_look_without_any_traffic() {
    let url = url().await;
    let (relay, redis) = relay_to(&url).await;
    let (one, _other) = two(redis, connect(&url)).await;
    let mut here = one.subscribe(["jobs"]);
    relay.cut();
    assert_eq!(news(&mut here).await, News::Resync);
}

/// Waits until something could not be said.
async fn lost(counters: &Counters) {
    wait::until("Redis did not take it", async || {
        counters.of("bus_hints_dropped_total line") > 0
    })
    .await
    .expect("a failure");
}

/// Reads on until a hint that is not about the time before.
async fn until_hint(subscription: &mut bus::Subscription) -> String {
    loop {
        if let News::Hint { hint, .. } = news(subscription).await {
            return hint.as_str().expect("text").to_owned();
        }
    }
}

/// A way to `target` that counts the connections.
async fn counting(target: std::net::SocketAddr) -> (std::net::SocketAddr, Arc<AtomicU32>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let connections = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                let mut far = TcpStream::connect(target).await?;
                tokio::io::copy_bidirectional(&mut near, &mut far).await
            });
        }
    });
    (address, connections)
}
