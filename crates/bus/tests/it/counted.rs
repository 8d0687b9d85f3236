//! What is counted.

use bus::Bus;
use testkit::relay::Way;

use crate::counters::Counters;
use crate::lines::{channel, connect, linked, news, raw, relay_to, two, until_resync, url};

#[tokio::test]
async fn slow_subscribers_are_counted() {
    let counters = Counters::default();
    let _guard = metrics::set_default_local_recorder(&counters);
    let bus = Bus::local();
    let mut slow = bus.subscribe(["jobs"]);
    for number in 0..300 {
        bus.publish("jobs", number.to_string());
    }
    news(&mut slow).await;
    assert_eq!(counters.of("bus_hints_published_total"), 300);
    assert_eq!(counters.of("bus_hints_dropped_total subscriber"), 256);
    assert_eq!(counters.of("bus_resyncs_total slow"), 1);
}

#[tokio::test]
async fn garbage_and_what_the_line_loses_is_counted() {
    let counters = Counters::default();
    let _guard = metrics::set_default_local_recorder(&counters);
    let url = url().await;
    let (relay, redis) = relay_to(&url).await;
    let (one, other) = two(redis, connect(&url)).await;
    for _ in 0..3 {
        raw(&url, &[b"PUBLISH", channel(&url).as_bytes(), b"hello"]).await;
    }
    linked(&one, &other).await;
    linked(&other, &one).await;
    assert_eq!(counters.of("bus_messages_ignored_total"), 6, "both nodes heard them");
    assert_eq!(counters.of("bus_resyncs_total connected"), 2);
    assert_eq!(counters.of("bus_hints_dropped_total line"), 0);

    let mut there = other.subscribe(["jobs"]);
    relay.set(Way::Silent);
    for number in 0..2_000 {
        one.publish("jobs", number.to_string());
    }
    relay.set(Way::Open);
    until_resync(&mut there).await;
    assert!(counters.of("bus_hints_dropped_total line") > 0);
    assert!(counters.of("bus_resyncs_total asked") > 0);
}
