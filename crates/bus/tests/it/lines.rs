//! Ways to Redis, and waiting for what travels on them.

use std::time::Duration;

use bus::{Bus, News, Redis, Subscription};
use testkit::relay::Relay;
use testkit::wait;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// What should come comes within this, also on a busy machine.
const LIMIT: Duration = Duration::from_secs(30);

/// The address of a Redis database of this test.
pub async fn url() -> String {
    testkit::redis::url().await.expect("a Redis")
}

pub fn connect(url: &str) -> Redis {
    Redis::connect(url).expect("an address")
}

/// A relay before the database at `url`, and the connection that goes through it.
pub async fn relay_to(url: &str) -> (Relay, Redis) {
    let (relayed, relay) = Relay::in_front_of(url).await.expect("a relay");
    (relay, connect(&relayed))
}

/// A database of this test, by way of a relay that can be closed.
pub async fn relayed() -> (Relay, Redis) {
    relay_to(&url().await).await
}

/// The channel of the database at `url`, which is part of what nodes of different versions share.
pub fn channel(url: &str) -> String {
    let (_, database) = url.rsplit_once('/').expect("a database");
    format!("dropcast:{database}:hints")
}

/// Says something to Redis in its own language, and hears the first line of the answer.
pub async fn raw(url: &str, words: &[&[u8]]) -> String {
    let place = url.strip_prefix("redis://").expect("its address");
    let (place, _) = place.split_once('/').expect("its address");
    let mut connection = BufReader::new(TcpStream::connect(place).await.expect("a connection"));
    let mut command = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        command.extend(format!("${}\r\n", word.len()).into_bytes());
        command.extend(*word);
        command.extend(b"\r\n");
    }
    connection.write_all(&command).await.expect("sent");
    let mut answer = String::new();
    connection.read_line(&mut answer).await.expect("an answer");
    answer.trim_end().to_owned()
}

/// What a subscriber hears next.
pub async fn news(subscription: &mut Subscription) -> News {
    timeout(LIMIT, subscription.next())
        .await
        .expect("news in time")
        .expect("an open bus")
}

/// The hint that a subscriber hears next, as text.
pub async fn hint(subscription: &mut Subscription) -> String {
    match news(subscription).await {
        News::Hint { hint, .. } => hint.as_str().expect("text").to_owned(),
        News::Resync => panic!("a resync where a hint was due"),
    }
}

/// Reads on until a resync. What was read before is given back.
pub async fn until_resync(subscription: &mut Subscription) -> Vec<String> {
    let mut before = Vec::new();
    loop {
        match news(subscription).await {
            News::Resync => return before,
            News::Hint { hint, .. } => before.push(hint.as_str().expect("text").to_owned()),
        }
    }
}

/// Waits until the whole line from one bus to another stands: hints get through.
pub async fn linked(from: &Bus, to: &Bus) {
    let mut probe = to.subscribe(["link"]);
    let mut number = 0;
    wait::for_ok("hints get through", async || {
        number += 1;
        from.publish("link", format!("{number}"));
        loop {
            match timeout(Duration::from_millis(50), probe.next()).await {
                Ok(Some(News::Hint { .. })) => return Ok(()),
                Ok(Some(News::Resync)) => {}
                Ok(None) => return Err("the bus is closed"),
                Err(_) => return Err("nothing was heard"),
            }
        }
    })
    .await
    .expect("a line");
}

/// Two nodes that hear each other.
pub async fn two(one: Redis, other: Redis) -> (Bus, Bus) {
    let (one, other) = (Bus::over(one), Bus::over(other));
    linked(&one, &other).await;
    linked(&other, &one).await;
    (one, other)
}
