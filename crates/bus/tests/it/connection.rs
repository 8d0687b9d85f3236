//! The connection against a real Redis that goes away and comes back.

use std::time::{Duration, Instant};

use bus::{BusError, Redis};
use testkit::redis::RedisServer;
use testkit::relay::Way;
use testkit::wait;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::lines::relayed;

#[tokio::test]
async fn it_answers() {
    let (_relay, redis) = relayed().await;
    redis.ping().await.expect("an answer");
}

#[tokio::test]
async fn it_goes_away_and_comes_back_without_a_restart() {
    let (relay, redis) = relayed().await;
    redis.ping().await.expect("an answer");
    relay.set(Way::Refusing);
    for _ in 0..3 {
        let error = redis.ping().await.expect_err("it is away");
        assert!(error.to_string().contains(&relay.address().to_string()), "{error}");
    }
    relay.set(Way::Open);
    wait::for_ok("it is back", async || redis.ping().await)
        .await
        .expect("an answer");
}

#[tokio::test]
async fn it_may_be_away_at_the_start() {
    let (relay, redis) = relayed().await;
    relay.set(Way::Refusing);
    redis.ping().await.expect_err("it is away");
    relay.set(Way::Open);
    wait::for_ok("it is there", async || redis.ping().await)
        .await
        .expect("an answer");
}

#[tokio::test]
async fn silence_is_not_waited_for_long() {
    let (relay, redis) = relayed().await;
    for known in [false, true] {
        relay.set(Way::Silent);
        let begun = Instant::now();
        redis.ping().await.expect_err("no answer");
        assert!(
            begun.elapsed() < Duration::from_secs(3),
            "{:?}, connected before: {known}",
            begun.elapsed()
        );
        relay.set(Way::Open);
        wait::for_ok("it answers", async || redis.ping().await)
            .await
            .expect("an answer");
    }
}

#[tokio::test]
async fn a_refused_connection_is_tried_again() {
    let server = RedisServer::start().expect("a Redis");
    let place = server.url().strip_prefix("redis://").expect("its address");
    let redis = Redis::connect(&format!("redis://:planted-password@{place}")).expect("an address");
    let error = redis.ping().await.expect_err("this Redis knows no password yet");
    assert!(matches!(error, BusError::Unavailable { .. }), "{error}");
    assert!(!error.to_string().contains("planted-password"), "{error}");

    let mut admin = TcpStream::connect(place).await.expect("a connection");
    admin
        .write_all(b"CONFIG SET requirepass planted-password\r\n")
        .await
        .expect("sent");
    let mut answer = [0; 5];
    admin.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(&answer, b"+OK\r\n");
    redis.ping().await.expect("it knows the password now");
}

#[test]
fn nonsense_is_refused_without_repeating_it() {
    for url in [
        "",
        "localhost",
        "http://localhost",
        "redis://:planted-password@host:port/0",
    ] {
        let error = Redis::connect(url).err().expect("refused");
        assert!(matches!(error, BusError::Address(_)), "{url}");
        assert!(!error.to_string().contains("planted-password"), "{error}");
    }
}
