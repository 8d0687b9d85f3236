//! Locks, with holders on several nodes that live, die and are mistaken.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use bus::Bus;
use futures::future::try_join_all;
use guard::{DEFAULT_LEASE, GuardError, Lock, Locks, Proof};
use store::{Store, StoreError};
use testkit::relay::Way;
use testkit::wait;
use tokio::time::Instant;

use crate::support::{connect, on_both_databases, relayed};

/// Long enough that a busy machine makes no live holder look dead.
const LEASE: Duration = Duration::from_secs(2);

const PATIENCE: Duration = Duration::from_secs(30);

on_both_databases! {
    twenty_contenders_never_hold_it_at_once,
    it_is_handed_over_when_given_back,
    a_live_holder_keeps_it,
    a_dropped_lock_is_given_back,
    a_holder_that_was_killed_loses_it_after_the_lease,
    tries_now_and_again_find_a_dead_holder_as_well,
    whoever_lost_it_learns_so_and_may_not_write,
    a_caller_that_stops_waiting_leaves_no_lock_behind,
}

async fn node(url: &str, holder: &str, lease: Duration) -> anyhow::Result<(Store, Locks)> {
    let store = connect(url).await?;
    Ok((store.clone(), Locks::with_lease(store, Bus::local(), holder, lease)))
}

async fn take(locks: &Locks) -> anyhow::Result<Lock> {
    Ok(locks.take("work", PATIENCE).await?.unwrap())
}

/// Writes something that only the holder may write.
async fn write(store: &Store, proof: Proof) -> Result<(), StoreError> {
    store
        .write(move |transaction| Box::pin(async move { proof.still_held(transaction).await }))
        .await
}

/// A holder in a runtime of its own, which is then cut off in the middle: nothing is given back and
/// nothing beats any more, as after kill -9.
async fn killed_holder(url: &str) -> anyhow::Result<Proof> {
    let url = url.to_owned();
    tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let proof = runtime.block_on(async {
            let (_, locks) = node(&url, "killed", LEASE).await?;
            let lock = take(&locks).await?;
            let proof = lock.proof();
            std::mem::forget(lock);
            anyhow::Ok(proof)
        });
        runtime.shutdown_background();
        proof
    })
    .await?
}

async fn twenty_contenders_never_hold_it_at_once(url: &str) -> anyhow::Result<()> {
    let (one_store, one) = node(url, "one", DEFAULT_LEASE).await?;
    let (other_store, other) = node(url, "other", DEFAULT_LEASE).await?;
    let (taken, last_fence) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let contenders = (0..20).map(|number| {
        let (store, locks) = if number % 2 == 0 {
            (&one_store, &one)
        } else {
            (&other_store, &other)
        };
        let (taken, last_fence) = (Arc::clone(&taken), Arc::clone(&last_fence));
        async move {
            let lock = take(locks).await?;
            assert!(!taken.swap(true, Ordering::SeqCst), "two at once");
            write(store, lock.proof()).await?;
            let fence = u32::try_from(lock.fence())?;
            assert!(last_fence.swap(fence, Ordering::SeqCst) < fence, "fences grow");
            assert!(taken.swap(false, Ordering::SeqCst));
            lock.release().await?;
            anyhow::Ok(())
        }
    });
    try_join_all(contenders).await?;
    assert_eq!(last_fence.load(Ordering::SeqCst), 20, "each had it once");
    Ok(())
}

async fn it_is_handed_over_when_given_back(url: &str) -> anyhow::Result<()> {
    // Nobody could wait for the end of this lease, nor for many of its looks.
    let (_, locks) = node(url, "host a, process 7", Duration::from_hours(10)).await?;
    assert_eq!(locks.holder("work").await?, None);
    let first = locks.try_take("work").await?.unwrap();
    assert_eq!(locks.holder("work").await?.as_deref(), Some("host a, process 7"));
    assert!(locks.try_take("work").await?.is_none());
    assert!(locks.take("work", Duration::from_millis(1)).await?.is_none());
    let other = locks.try_take("other work").await?.unwrap();

    let (waiting, fence) = (locks.clone(), first.fence());
    let waiter = tokio::spawn(async move { take(&waiting).await });
    first.release().await?;
    let second = waiter.await??;
    assert!(second.fence() > fence);
    assert!(!second.is_lost() && !other.is_lost());
    second.release().await?;
    assert_eq!(locks.holder("work").await?, None);
    Ok(())
}

async fn a_live_holder_keeps_it(url: &str) -> anyhow::Result<()> {
    let (store, holding) = node(url, "holder", LEASE).await?;
    let (_, wanting) = node(url, "other", LEASE).await?;
    let lock = take(&holding).await?;
    assert!(wanting.take("work", LEASE * 2).await?.is_none());
    assert!(!lock.is_lost());
    write(&store, lock.proof()).await?;
    lock.release().await?;
    Ok(())
}

async fn a_dropped_lock_is_given_back(url: &str) -> anyhow::Result<()> {
    let (_, locks) = node(url, "holder", Duration::from_hours(10)).await?;
    drop(take(&locks).await?);
    drop(take(&locks).await?);
    wait::until("it is free", async || {
        locks.holder("work").await.is_ok_and(|holder| holder.is_none())
    })
    .await
}

async fn a_holder_that_was_killed_loses_it_after_the_lease(url: &str) -> anyhow::Result<()> {
    let stale = killed_holder(url).await?;
    let (store, locks) = node(url, "heir", LEASE).await?;
    let start = Instant::now();
    let lock = take(&locks).await?;
    let waited = start.elapsed();
    assert!((LEASE..LEASE * 5).contains(&waited), "{waited:?}");
    assert!(lock.fence() > stale.fence());

    assert_eq!(
        write(&store, stale).await,
        Err(StoreError::Conflict("locks_fence".to_owned()))
    );
    write(&store, lock.proof()).await?;
    lock.release().await?;
    Ok(())
}

async fn tries_now_and_again_find_a_dead_holder_as_well(url: &str) -> anyhow::Result<()> {
    killed_holder(url).await?;
    let (_, locks) = node(url, "heir", LEASE).await?;
    let start = Instant::now();
    wait::until("a try succeeds", async || {
        matches!(locks.try_take("work").await, Ok(Some(_)))
    })
    .await?;
    assert!(start.elapsed() >= LEASE);
    Ok(())
}

async fn whoever_lost_it_learns_so_and_may_not_write(url: &str) -> anyhow::Result<()> {
    let (store, locks) = node(url, "holder", LEASE).await?;
    let lock = take(&locks).await?;
    let fence = lock.fence();
    write(&store, lock.proof()).await?;
    // Somebody who saw no sign of life for a lease, because the holder was suspended.
    let heir = store
        .write(move |transaction| {
            Box::pin(async move {
                let mut seen = store::locks::Sign { fence, beat: 0 };
                loop {
                    if let Some(heir) = store::locks::take_over(transaction, "work", "heir", seen).await? {
                        return Ok(heir);
                    }
                    seen.beat += 1;
                }
            })
        })
        .await?;
    assert!(heir > fence);
    assert_eq!(
        write(&store, lock.proof()).await,
        Err(StoreError::Conflict("locks_fence".to_owned()))
    );
    tokio::time::timeout(PATIENCE, lock.lost()).await?;
    assert!(lock.is_lost());
    assert_eq!(lock.release().await, Err(GuardError::Lost("work".to_owned())));
    assert_eq!(
        locks.holder("work").await?.as_deref(),
        Some("heir"),
        "it is not given back for the heir"
    );
    Ok(())
}

async fn a_caller_that_stops_waiting_leaves_no_lock_behind(url: &str) -> anyhow::Result<()> {
    let (_, locks) = node(url, "holder", Duration::from_hours(10)).await?;
    for _ in 0..20 {
        let mut attempt = Box::pin(locks.try_take("work"));
        assert!(futures::poll!(&mut attempt).is_pending(), "the database takes its time");
        drop(attempt);
    }
    wait::until("the lock can be taken", async || {
        matches!(locks.try_take("work").await, Ok(Some(_)))
    })
    .await?;
    wait::until("it is free", async || {
        locks.holder("work").await.is_ok_and(|holder| holder.is_none())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_database_a_lock_counts_as_lost_after_the_lease() -> anyhow::Result<()> {
    let (url, relay) = relayed(&testkit::databases::postgres_url().await?).await?;
    let (_, locks) = node(&url, "cut off", LEASE).await?;
    let lock = take(&locks).await?;
    relay.set(Way::Refusing);
    let start = Instant::now();
    tokio::time::timeout(PATIENCE, lock.lost()).await?;
    assert!(start.elapsed() >= LEASE / 2, "{:?}", start.elapsed());
    relay.set(Way::Open);
    // Nobody took it: it is still the holder's to give back.
    wait::until("the database answers", async || connect(&url).await.is_ok()).await?;
    lock.release().await?;
    assert_eq!(locks.holder("work").await?, None);
    Ok(())
}
