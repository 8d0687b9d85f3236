//! What Redis does for limits: it counts the swift ones for all nodes, and remembers for all nodes
//! what the strict ones refused.

use std::time::Duration;

use bus::{Arg, Redis, Script};

use crate::circuit::Circuit;
use crate::gcra::Gcra;

/// Redis answers in less than a millisecond. One that takes this long is as good as gone.
const PATIENCE: Duration = Duration::from_millis(500);

/// The sums of [`Gcra`] by the clock of Redis, the same for all nodes. A mark that is further ahead
/// than it can be was made before that clock went back; it counts as a whole allowance used up. A
/// key lives no longer than its mark says something.
const TAKE: Script = Script::new(
    "\
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local cost = tonumber(ARGV[1])
local most = now + tonumber(ARGV[2])
local mark = math.max(tonumber(redis.call('GET', KEYS[1])) or now, now)
local astray = mark > most
mark = math.min(mark, most)
local moved = mark + cost
local granted = moved <= most
if granted then
  mark = moved
end
if (granted or astray) and mark > now then
  redis.call('SET', KEYS[1], string.format('%.0f', mark), 'PX', math.ceil((mark - now) / 1000))
end
if granted then
  return 0
end
return moved - most
",
);

pub struct Far {
    redis: Redis,
    circuit: Circuit,
}

impl Far {
    pub fn new(redis: Redis) -> Self {
        let probed = redis.clone();
        let circuit = Circuit::new("redis", PATIENCE, move || {
            let redis = probed.clone();
            // The same script: a Redis that only reads is of no use here.
            async move { take(&redis, "probe", 1, 1).await.is_ok() }
        });
        Self { redis, circuit }
    }

    /// Takes for all nodes, and tells how long to wait if not granted: zero if it was; `None` when
    /// Redis is away.
    pub async fn take(&self, key: &str, gcra: Gcra, cost: i64) -> Option<i64> {
        self.circuit.ask(take(&self.redis, key, cost, gcra.window())).await
    }

    /// The mark by which some node was refused.
    pub async fn refusal(&self, key: &str) -> Option<i64> {
        let text = self.circuit.ask(self.redis.get(&refusal(key))).await??;
        text.parse().ok()
    }

    /// Has all nodes know of a refusal for as long as it stands.
    pub async fn remember(&self, key: &str, mark: i64, wait: i64) {
        let lifetime = Duration::from_micros(u64::try_from(wait).unwrap_or_default()).max(Duration::from_millis(1));
        let (key, mark) = (refusal(key), mark.to_string());
        // Whoever is not told asks the database.
        self.circuit.ask(self.redis.set(&key, &mark, lifetime)).await;
    }
}

async fn take(redis: &Redis, key: &str, cost: i64, window: i64) -> Result<i64, bus::BusError> {
    let key = format!("limit:{key}");
    redis.run(&TAKE, &[&key], &[Arg::from(cost), Arg::from(window)]).await
}

fn refusal(key: &str) -> String {
    format!("refused:{key}")
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    async fn redis() -> Redis {
        Redis::connect(&testkit::redis::url().await.unwrap()).unwrap()
    }

    fn three_a_minute() -> Gcra {
        Gcra::new(NonZeroU32::new(3).unwrap(), Duration::from_mins(1))
    }

    #[tokio::test]
    async fn redis_counts_as_the_arithmetic_says() {
        let (redis, gcra) = (redis().await, three_a_minute());
        let ask = async |units| take(&redis, "a", gcra.cost(units), gcra.window()).await.unwrap();
        assert_eq!(ask(0).await, 0);
        assert_eq!(redis.get("limit:a").await.unwrap(), None, "nothing taken, nothing kept");
        assert_eq!(ask(2).await, 0);
        let left = redis.time_left("limit:a").await.unwrap().unwrap();
        assert!(
            (Duration::from_secs(30)..=Duration::from_secs(41)).contains(&left),
            "kept for as long as it counts: {left:?}"
        );
        let wait = ask(2).await;
        assert!((1..=gcra.cost(1)).contains(&wait), "{wait}");
        assert_eq!(ask(1).await, 0);
        let wait = ask(1).await;
        assert!((1..=gcra.cost(1)).contains(&wait), "{wait}");
        let wait = ask(3).await;
        assert!((gcra.cost(2)..=gcra.cost(3)).contains(&wait), "{wait}");
    }

    #[tokio::test]
    async fn a_mark_from_before_the_clock_went_back_counts_as_all_used_up() {
        let (redis, gcra) = (redis().await, three_a_minute());
        let day = Duration::from_hours(24);
        redis.set("limit:a", "4000000000000000", day).await.unwrap();
        let wait = take(&redis, "a", gcra.cost(1), gcra.window()).await.unwrap();
        assert_eq!(wait, gcra.cost(1));
        let left = redis.time_left("limit:a").await.unwrap().unwrap();
        assert!(left <= Duration::from_mins(1), "{left:?}");
        let again = take(&redis, "a", gcra.cost(1), gcra.window()).await.unwrap();
        assert!(
            (1..wait).contains(&again),
            "the wait goes on, it does not begin anew: {again}"
        );
    }

    #[tokio::test]
    async fn what_is_no_mark_is_none() {
        let (redis, gcra) = (redis().await, three_a_minute());
        redis.set("limit:a", "no number", Duration::from_mins(1)).await.unwrap();
        assert_eq!(take(&redis, "a", gcra.cost(3), gcra.window()).await.unwrap(), 0);
    }
}
