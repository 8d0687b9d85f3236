//! One process: order, bounds, ends.

use std::time::Duration;

use bus::{Bus, Hint, News, Topic};
use tokio::time::timeout;

use crate::lines::{hint, news};

/// More than any subscriber is kept waiting news.
const MANY: usize = 10_000;

#[tokio::test]
async fn every_subscriber_hears_its_topic_in_order() {
    let bus = Bus::local();
    let (mut one, mut other) = (bus.subscribe(["jobs"]), bus.subscribe(["jobs"]));
    let mut elsewhere = bus.subscribe(["files"]);
    for number in 0..100 {
        bus.publish("jobs", number.to_string());
    }
    bus.publish("files", "only this");
    for number in 0..100 {
        assert_eq!(hint(&mut one).await, number.to_string());
        assert_eq!(hint(&mut other).await, number.to_string());
    }
    assert_eq!(hint(&mut elsewhere).await, "only this");
}

#[tokio::test]
async fn many_topics_are_one_stream() {
    let bus = Bus::local();
    let mut subscription = bus.subscribe((0..100).map(|number| format!("topic {number}")));
    for number in (0..200).rev() {
        bus.publish(format!("topic {number}"), format!("{number}"));
    }
    for number in (0..100).rev() {
        let due = News::Hint {
            topic: Topic::new(format!("topic {number}")),
            hint: Hint::from(number.to_string()),
        };
        assert_eq!(news(&mut subscription).await, due);
    }
}

#[tokio::test]
async fn a_topic_named_twice_is_heard_once() {
    let bus = Bus::local();
    let mut subscription = bus.subscribe(["jobs", "jobs"]);
    bus.publish("jobs", "1");
    bus.publish("jobs", "2");
    assert_eq!(hint(&mut subscription).await, "1");
    assert_eq!(hint(&mut subscription).await, "2");
}

#[tokio::test]
async fn a_slow_subscriber_is_told_once_and_goes_on_with_the_newest() {
    let bus = Bus::local();
    let mut slow = bus.subscribe(["jobs"]);
    let mut quick = bus.subscribe(["jobs"]);
    for number in 0..MANY {
        bus.publish("jobs", number.to_string());
        assert_eq!(hint(&mut quick).await, number.to_string());
    }
    assert_eq!(news(&mut slow).await, News::Resync);
    let first: usize = hint(&mut slow).await.parse().expect("a number");
    assert!(first > 0 && first < MANY, "{first}");
    for number in first + 1..MANY {
        assert_eq!(hint(&mut slow).await, number.to_string());
    }
    bus.publish("jobs", "later");
    assert_eq!(hint(&mut slow).await, "later");
    assert_eq!(hint(&mut quick).await, "later");
}

#[tokio::test]
async fn looking_again_twice_is_looking_again() {
    let bus = Bus::local();
    let mut subscription = bus.subscribe(["jobs"]);
    for _ in 0..MANY {
        bus.publish("jobs", Hint::empty());
    }
    bus.publish("jobs", "other");
    assert_eq!(hint(&mut subscription).await, "");
    assert_eq!(hint(&mut subscription).await, "other");
    bus.publish("jobs", "other");
    assert_eq!(hint(&mut subscription).await, "other");
}

#[tokio::test]
async fn a_wait_that_was_given_up_loses_nothing() {
    let bus = Bus::local();
    let mut subscription = bus.subscribe(["jobs"]);
    for number in 0..10 {
        timeout(Duration::ZERO, subscription.next())
            .await
            .expect_err("nothing was published");
        bus.publish("jobs", number.to_string());
        bus.publish("jobs", "second");
        assert_eq!(hint(&mut subscription).await, number.to_string());
        assert_eq!(hint(&mut subscription).await, "second");
    }
}

#[tokio::test]
async fn a_waiting_subscriber_is_woken() {
    let bus = Bus::local();
    let mut subscription = bus.subscribe(["jobs"]);
    let waiting = tokio::spawn(async move { hint(&mut subscription).await });
    tokio::task::yield_now().await;
    bus.publish("jobs", "now");
    assert_eq!(waiting.await.expect("it ended"), "now");
}

#[tokio::test]
async fn what_was_published_before_the_end_is_read_and_then_nothing() {
    let bus = Bus::local();
    let clone = bus.clone();
    let mut subscription = bus.subscribe(["jobs"]);
    bus.publish("jobs", "last");
    clone.close();
    bus.publish("jobs", "too late");
    assert_eq!(hint(&mut subscription).await, "last");
    assert_eq!(subscription.next().await, None);
    assert_eq!(subscription.next().await, None);
    assert_eq!(bus.subscribe(["jobs"]).next().await, None);
}

#[tokio::test]
async fn the_last_bus_takes_the_subscriptions_along() {
    let bus = Bus::local();
    let clone = bus.clone();
    let mut subscription = bus.subscribe(["jobs"]);
    drop(bus);
    clone.publish("jobs", "still there");
    assert_eq!(hint(&mut subscription).await, "still there");
    drop(clone);
    assert_eq!(subscription.next().await, None);
}
