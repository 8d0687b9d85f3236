//! Strict limits: the database counts.

use std::sync::Arc;
use std::time::Duration;

use guard::{Limit, Limits, Refused};
use testkit::ambient::Fixed;
use testkit::relay::Way;
use testkit::wait;

use crate::support::{TEN_AN_HOUR, clock, connect, granted, limits, on_both_databases, relayed};

on_both_databases! {
    of_fifty_at_once_on_two_nodes_ten_are_granted,
    a_restart_forgets_nothing,
    the_database_counts_as_the_arithmetic_says,
    a_clock_that_went_back_locks_nobody_out_for_long,
    a_node_whose_clock_is_behind_gives_nobody_more,
    a_clock_that_goes_ahead_grants_one_burst,
    what_says_nothing_any_more_is_forgotten,
    without_its_database_nothing_is_granted,
}

async fn of_fifty_at_once_on_two_nodes_ten_are_granted(url: &str) -> anyhow::Result<()> {
    let clock = clock(0);
    let (_, one) = limits(url, None, &clock).await?;
    let (_, other) = limits(url, None, &clock).await?;
    assert_eq!(granted(&[&one, &other], &TEN_AN_HOUR, "ann", 50).await, 10);
    assert_eq!(granted(&[&one, &other], &TEN_AN_HOUR, "bob", 50).await, 10);
    let another = Limit {
        name: "another",
        ..TEN_AN_HOUR
    };
    assert_eq!(granted(&[&one, &other], &another, "ann", 50).await, 10);
    Ok(())
}

async fn a_restart_forgets_nothing(url: &str) -> anyhow::Result<()> {
    let clock = clock(0);
    let (store, before) = limits(url, None, &clock).await?;
    assert_eq!(before.take(&TEN_AN_HOUR, "ann", 9).await, Ok(()));
    assert_eq!(before.take(&TEN_AN_HOUR, "ann", 2).await, Err(Refused::Wait(360)));
    assert_eq!(before.take(&TEN_AN_HOUR, "ann", 1).await, Ok(()), "less is still there");
    drop(before);
    store.close().await?;

    let (_, after) = limits(url, None, &clock).await?;
    assert_eq!(after.take(&TEN_AN_HOUR, "ann", 1).await, Err(Refused::Wait(360)));
    clock.advance(Duration::from_secs(359));
    assert_eq!(after.take(&TEN_AN_HOUR, "ann", 1).await, Err(Refused::Wait(1)));
    clock.advance(Duration::from_secs(1));
    assert_eq!(after.take(&TEN_AN_HOUR, "ann", 1).await, Ok(()));
    assert_eq!(after.take(&TEN_AN_HOUR, "ann", 1_000).await, Err(Refused::Wait(3600)));
    Ok(())
}

/// Attempts of all sizes at all times, and beside them the sums as one would do them by hand.
async fn the_database_counts_as_the_arithmetic_says(url: &str) -> anyhow::Result<()> {
    const UNIT: u64 = 360;
    const WHOLE: u64 = 3600;

    let noise = testkit::ambient::noise(7, 600);
    for (key, forgets) in [("ann", false), ("bob", true)] {
        let clock = clock(0);
        let (store, mut limits) = limits(url, None, &clock).await?;
        let (mut now, mut full_at, mut refusals) = (0, 0, 0);
        for pair in noise.chunks(2) {
            let (units, pause) = (u32::from(pair[0] % 5), u64::from(pair[1]) * 4);
            clock.advance(Duration::from_secs(pause));
            now += pause;
            let moved = full_at.max(now) + u64::from(units) * UNIT;
            let expected = if moved <= now + WHOLE {
                full_at = moved;
                Ok(())
            } else {
                refusals += 1;
                Err(Refused::Wait(moved - now - WHOLE))
            };
            assert_eq!(limits.take(&TEN_AN_HOUR, key, units).await, expected, "at {now}");
            if forgets {
                limits = Limits::new(store.clone(), None, Arc::<Fixed>::clone(&clock));
            }
        }
        assert!(refusals > 30, "{refusals}");
    }
    Ok(())
}

async fn a_clock_that_went_back_locks_nobody_out_for_long(url: &str) -> anyhow::Result<()> {
    let soon_whole = Limit {
        per: Duration::from_secs(1),
        ..TEN_AN_HOUR
    };
    let (_, ahead) = limits(url, None, &clock(365)).await?;
    assert_eq!(granted(&[&ahead], &soon_whole, "ann", 50).await, 10);
    drop(ahead);

    // It stands still: what counts is the time that passes for sure.
    let (_, right) = limits(url, None, &clock(0)).await?;
    assert_eq!(right.take(&soon_whole, "ann", 1).await, Err(Refused::Wait(1)));
    wait::until("the mark from the future has been set right", async || {
        right.take(&soon_whole, "ann", 1).await.is_ok()
    })
    .await?;
    let more = granted(&[&right], &soon_whole, "ann", 50).await;
    assert_eq!(more, 9, "one burst and not two");
    Ok(())
}

async fn a_node_whose_clock_is_behind_gives_nobody_more(url: &str) -> anyhow::Result<()> {
    let (_, ahead) = limits(url, None, &clock(1)).await?;
    let (_, behind) = limits(url, None, &clock(0)).await?;
    let mut total = 0;
    for _ in 0..10 {
        total += granted(&[&ahead], &TEN_AN_HOUR, "ann", 5).await;
        total += granted(&[&behind], &TEN_AN_HOUR, "ann", 5).await;
    }
    assert_eq!(total, 10);
    Ok(())
}

async fn a_clock_that_goes_ahead_grants_one_burst(url: &str) -> anyhow::Result<()> {
    let clock = clock(0);
    let (_, limits) = limits(url, None, &clock).await?;
    assert_eq!(granted(&[&limits], &TEN_AN_HOUR, "ann", 50).await, 10);
    clock.advance(Duration::from_hours(24 * 365));
    assert_eq!(granted(&[&limits], &TEN_AN_HOUR, "ann", 50).await, 10);
    Ok(())
}

async fn what_says_nothing_any_more_is_forgotten(url: &str) -> anyhow::Result<()> {
    let clock = clock(0);
    let (_, limits) = limits(url, None, &clock).await?;
    for number in 0..20 {
        assert_eq!(limits.take(&TEN_AN_HOUR, number.to_string().as_str(), 1).await, Ok(()));
    }
    assert_eq!(limits.take(&TEN_AN_HOUR, "greedy", 10).await, Ok(()));
    clock.advance(Duration::from_mins(5));
    assert_eq!(limits.tidy().await?, 0, "all of them still count");
    clock.advance(Duration::from_mins(15));
    assert_eq!(limits.tidy().await?, 20);
    assert_eq!(limits.take(&TEN_AN_HOUR, "greedy", 10).await, Err(Refused::Wait(2400)));
    assert_eq!(limits.take(&TEN_AN_HOUR, "0", 10).await, Ok(()));
    Ok(())
}

async fn without_its_database_nothing_is_granted(url: &str) -> anyhow::Result<()> {
    let (store, limits) = limits(url, None, &clock(0)).await?;
    assert_eq!(limits.take(&TEN_AN_HOUR, "ann", 1).await, Ok(()));
    store.close().await?;
    assert_eq!(limits.take(&TEN_AN_HOUR, "ann", 1).await, Err(Refused::Unavailable));
    assert_eq!(limits.take(&TEN_AN_HOUR, "bob", 1).await, Err(Refused::Unavailable));
    assert!(limits.tidy().await.is_err());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_database_is_back_it_counts_again() -> anyhow::Result<()> {
    let (url, relay) = relayed(&testkit::databases::postgres_url().await?).await?;
    let (_, limits) = limits(&url, None, &clock(0)).await?;
    assert_eq!(limits.take(&TEN_AN_HOUR, "ann", 4).await, Ok(()));
    for way in [Way::Refusing, Way::Silent] {
        relay.set(way);
        assert_eq!(
            limits.take(&TEN_AN_HOUR, "ann", 1).await,
            Err(Refused::Unavailable),
            "{way:?}"
        );
    }
    relay.set(Way::Open);
    wait::until("the database answers", async || connect(&url).await.is_ok()).await?;
    wait::until("it grants again", async || {
        limits.take(&TEN_AN_HOUR, "ann", 1).await.is_ok()
    })
    .await?;
    // Of the attempts while it was away some may have been counted after all, but none twice.
    assert!(granted(&[&limits], &TEN_AN_HOUR, "ann", 50).await <= 5);
    Ok(())
}
