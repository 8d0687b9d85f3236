//! What is asked of Redis, and what it costs when Redis is away.

use std::time::{Duration, Instant};

use bus::{Arg, BusError, Script};
use testkit::relay::Way;
use testkit::wait;

use crate::lines::{connect, relayed, url};

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn keys_are_set_once_read_and_taken_away() {
    let redis = connect(&url().await);
    assert_eq!(redis.get("a").await, Ok(None));
    assert_eq!(redis.time_left("a").await, Ok(None));
    assert_eq!(redis.set_if_absent("a", "first", MINUTE).await, Ok(true));
    assert_eq!(redis.set_if_absent("a", "second", MINUTE).await, Ok(false));
    assert_eq!(redis.get("a").await, Ok(Some("first".to_owned())));
    redis.set("a", "third", MINUTE * 2).await.expect("it is set");
    assert_eq!(redis.get("a").await, Ok(Some("third".to_owned())));
    let left = redis.time_left("a").await.expect("an answer").expect("it is there");
    assert!(left > MINUTE && left <= MINUTE * 2, "{left:?}");
    assert_eq!(redis.delete("a").await, Ok(true));
    assert_eq!(redis.delete("a").await, Ok(false));
}

#[tokio::test]
async fn lifetimes_of_any_length_are_taken() {
    let redis = connect(&url().await);
    redis.set("long", "x", Duration::MAX).await.expect("it is set");
    assert_eq!(redis.get("long").await, Ok(Some("x".to_owned())));
    redis.set("short", "x", Duration::ZERO).await.expect("it is set");
    wait::until("it is gone", async || redis.get("short").await == Ok(None))
        .await
        .expect("gone");
}

#[tokio::test]
async fn a_script_gets_its_keys_and_values_and_answers() {
    const ADD: Script = Script::new(
        "local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
         redis.call('SET', KEYS[2], ARGV[2], 'PX', 60000)
         return {sum, #ARGV[2]}",
    );
    const COUNT: Script = Script::new("return #KEYS");

    let redis = connect(&url().await);
    let args = [Arg::from(5), "héllo".into()];
    for sum in [5, 10] {
        assert_eq!(redis.run(&ADD, &["sum", "word"], &args).await, Ok(vec![sum, 6]));
    }
    assert_eq!(redis.get("sum").await, Ok(Some("10".to_owned())), "one prefix for all");
    assert_eq!(redis.get("word").await, Ok(Some("héllo".to_owned())));
    assert_eq!(redis.run(&COUNT, &[], &[]).await, Ok(0));
}

#[tokio::test]
async fn a_question_that_is_wrong_does_not_stop_the_others() {
    const FAULTY: Script = Script::new("return nonsense()");
    const PUSH: Script = Script::new("return redis.call('RPUSH', KEYS[1], 'x')");
    const WORD: Script = Script::new("return 'a word'");

    let redis = connect(&url().await);
    assert_eq!(redis.run(&PUSH, &["list"], &[]).await, Ok(1));
    for outcome in [
        redis.run::<i64>(&FAULTY, &[], &[]).await.map(drop),
        redis.run::<i64>(&WORD, &[], &[]).await.map(drop),
        redis.get("list").await.map(drop),
    ] {
        let error = outcome.expect_err("a refusal");
        assert!(matches!(error, BusError::Refused { .. }), "{error}");
        assert_eq!(redis.get("other").await, Ok(None));
    }
}

#[tokio::test]
async fn a_dead_redis_costs_one_wait_and_not_one_per_question() {
    let (relay, redis) = relayed().await;
    redis.set("a", "1", MINUTE).await.expect("it is set");
    relay.set(Way::Silent);
    let first = redis.get("a").await.expect_err("no answer");

    let begun = Instant::now();
    let mut asked = 0;
    while begun.elapsed() < Duration::from_millis(200) {
        assert_eq!(redis.get("a").await.expect_err("no answer"), first);
        asked += 1;
    }
    assert!(begun.elapsed() < Duration::from_millis(1_400), "{:?}", begun.elapsed());
    assert!(asked > 1, "they did not fail at once");

    let begun = Instant::now();
    redis.ping().await.expect_err("no answer");
    assert!(begun.elapsed() > Duration::from_millis(500), "a ping asks for real");

    relay.set(Way::Open);
    redis.ping().await.expect("it is there");
    assert_eq!(
        redis.get("a").await,
        Ok(Some("1".to_owned())),
        "a ping that is answered ends it"
    );
}

#[tokio::test]
async fn one_question_finds_out_for_all_that_redis_is_back() {
    let (relay, redis) = relayed().await;
    relay.set(Way::Refusing);
    redis.get("a").await.expect_err("it is away");
    relay.set(Way::Open);
    let begun = Instant::now();
    wait::for_ok("it answers again", async || redis.get("a").await)
        .await
        .expect("an answer");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}
