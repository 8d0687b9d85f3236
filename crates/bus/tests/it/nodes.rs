//! Several nodes over one Redis that works.

use bus::{Bus, Hint, News, Topic};
use testkit::wait;

use crate::lines::{channel, connect, hint, linked, news, raw, two, url};

#[tokio::test]
async fn two_nodes_hear_each_other_and_never_themselves_twice() {
    let url = url().await;
    let (one, other) = two(connect(&url), connect(&url)).await;
    let (mut here, mut there) = (one.subscribe(["jobs"]), other.subscribe(["jobs"]));
    for number in 0..50 {
        one.publish("jobs", number.to_string());
    }
    for number in 0..50 {
        assert_eq!(hint(&mut here).await, number.to_string());
        assert_eq!(hint(&mut there).await, number.to_string());
    }
    // An echo would have come before this.
    other.publish("jobs", "answer");
    assert_eq!(hint(&mut here).await, "answer");
    assert_eq!(hint(&mut there).await, "answer");
}

#[tokio::test]
async fn own_subscribers_do_not_wait_for_redis() {
    let bus = Bus::over(connect("redis://127.0.0.1:1/0"));
    let mut subscription = bus.subscribe(["jobs"]);
    bus.publish("jobs", "at once");
    // Nothing else runs on this thread before the answer: it came without any task of the bus.
    let next = futures::poll!(std::pin::pin!(subscription.next()));
    let due = News::Hint {
        topic: Topic::new("jobs"),
        hint: Hint::from("at once"),
    };
    assert_eq!(next, std::task::Poll::Ready(Some(due)));
}

#[tokio::test]
async fn bytes_and_long_names_arrive_as_they_were() {
    let url = url().await;
    let (one, other) = two(connect(&url), connect(&url)).await;
    let topic = Topic::new("é".repeat(300));
    let all: Vec<u8> = (0..=u8::MAX).cycle().take(Hint::MAX_LEN).collect();
    let mut there = other.subscribe([&topic]);
    for bytes in [all.clone(), Vec::new(), [&all[..], &all[..]].concat(), vec![0]] {
        one.publish(&topic, bytes);
    }
    for bytes in [all, Vec::new(), vec![0]] {
        let due = News::Hint {
            topic: topic.clone(),
            hint: Hint::from(bytes),
        };
        assert_eq!(news(&mut there).await, due);
    }
}

#[tokio::test]
async fn databases_of_one_server_are_separate() {
    let (ours, theirs) = (url().await, url().await);
    let (one, other) = two(connect(&ours), connect(&ours)).await;
    let (strange, stranger) = two(connect(&theirs), connect(&theirs)).await;
    let (mut there, mut apart) = (other.subscribe(["jobs"]), stranger.subscribe(["jobs"]));
    one.publish("jobs", "ours");
    assert_eq!(hint(&mut there).await, "ours");
    // Redis has carried the first one to everybody who was to hear it.
    strange.publish("jobs", "theirs");
    assert_eq!(hint(&mut apart).await, "theirs");
}

#[tokio::test]
async fn garbage_on_the_channel_is_ignored() {
    let url = url().await;
    let (one, other) = two(connect(&url), connect(&url)).await;
    let mut there = other.subscribe(["jobs", ""]);
    let noise = testkit::ambient::noise(7, 100_000);
    for garbage in [&b""[..], b"hello", b"\x01", &[1; 18], &[2; 40], &[0xFF; 300], &noise] {
        let heard = raw(&url, &[b"PUBLISH", channel(&url).as_bytes(), garbage]).await;
        assert_eq!(heard, ":2", "both nodes listen to this channel");
    }
    one.publish("jobs", "after it");
    assert_eq!(hint(&mut there).await, "after it");
}

#[tokio::test]
async fn one_connection_listens_and_it_ends_with_the_bus() {
    let url = url().await;
    let listening = async || raw(&url, &[b"PUBLISH", channel(&url).as_bytes(), b"who is there"]).await;
    let bus = Bus::over(connect(&url));
    let subscriptions: Vec<_> = (0..100).map(|number| bus.subscribe([format!("{number}")])).collect();
    wait::until("it listens", async || listening().await == ":1")
        .await
        .expect("a listener");
    drop((bus, subscriptions));
    wait::until("it listens no more", async || listening().await == ":0")
        .await
        .expect("an end");
}

#[tokio::test]
async fn the_last_words_are_still_heard() {
    let url = url().await;
    let (one, other) = two(connect(&url), connect(&url)).await;
    let mut there = other.subscribe(["jobs"]);
    one.publish("jobs", "closing");
    one.close();
    assert_eq!(hint(&mut there).await, "closing");

    let third = Bus::over(connect(&url));
    linked(&third, &other).await;
    third.publish("jobs", "dropped");
    drop(third);
    assert_eq!(hint(&mut there).await, "dropped");
}
