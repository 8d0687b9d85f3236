//! Marks of limits and locks, row by row.

use std::time::Duration;

use domain::time::Timestamp;
use store::locks::{self, Attempt, Sign};
use store::marks::{self, Ask, Taken};
use store::{Store, StoreError};

use crate::samples::connect;

mod on_sqlite {
    #[tokio::test(flavor = "multi_thread")]
    async fn marks_and_locks() {
        let folder = tempfile::TempDir::new().unwrap();
        let url = testkit::databases::sqlite_url(folder.path()).await.unwrap();
        super::marks_move_as_far_as_they_may(&url).await;
        super::old_marks_are_forgotten_some_at_a_time(&url).await;
        super::a_lock_has_one_holder_and_growing_fences(&url).await;
    }
}

mod on_postgres {
    #[tokio::test(flavor = "multi_thread")]
    async fn marks_and_locks() {
        let url = testkit::databases::postgres_url().await.unwrap();
        super::marks_move_as_far_as_they_may(&url).await;
        super::old_marks_are_forgotten_some_at_a_time(&url).await;
        super::a_lock_has_one_holder_and_growing_fences(&url).await;
    }
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(1_800_000_000_000_000 + micros)
}

async fn take(store: &Store, key: &'static str, now: i64, cost: i64, most: i64) -> Taken {
    let ask = Ask {
        now: at(now),
        cost,
        most: at(most),
    };
    store
        .write(move |transaction| Box::pin(marks::take(transaction, key, ask)))
        .await
        .unwrap()
}

async fn marks_move_as_far_as_they_may(url: &str) {
    let store = connect(url).await;
    assert_eq!(take(&store, "a", 0, 4, 10).await, Taken::Granted(at(4)));
    assert_eq!(take(&store, "a", 0, 7, 10).await, Taken::Refused(at(4)));
    assert_eq!(take(&store, "a", 0, 6, 10).await, Taken::Granted(at(10)));
    assert_eq!(take(&store, "a", 0, 1, 10).await, Taken::Refused(at(10)));
    assert_eq!(
        take(&store, "b", 0, 10, 10).await,
        Taken::Granted(at(10)),
        "each key for itself"
    );
    // A mark in the past counts as now.
    assert_eq!(take(&store, "a", 50, 5, 60).await, Taken::Granted(at(55)));
    assert_eq!(take(&store, "a", 50, 6, 60).await, Taken::Refused(at(55)));

    let set_right = |wrong, right| {
        store.write(move |transaction| Box::pin(marks::set_right(transaction, "a", at(wrong), at(right))))
    };
    assert_eq!(set_right(54, 0).await, Ok(false), "it stands elsewhere");
    assert_eq!(set_right(55, 50).await, Ok(true));
    assert_eq!(take(&store, "a", 50, 10, 60).await, Taken::Granted(at(60)));
    store.close().await.unwrap();
}

async fn old_marks_are_forgotten_some_at_a_time(url: &str) {
    const MANY: i64 = 3_000;

    let store = connect(url).await;
    store
        .write(move |transaction| {
            Box::pin(async move {
                for number in 0..MANY {
                    let ask = Ask {
                        now: at(1_000),
                        cost: number,
                        most: at(1_000_000),
                    };
                    marks::take(transaction, &format!("many:{number}"), ask).await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
    let forget = |before| store.write(move |transaction| Box::pin(marks::forget(transaction, at(before))));
    assert_eq!(forget(0).await, Ok(0));
    let (first, second) = (
        forget(1_000 + MANY - 1).await.unwrap(),
        forget(1_000 + MANY - 1).await.unwrap(),
    );
    assert!(first > 0 && second > 0, "in steps: {first}, {second}");
    assert_eq!(forget(1_000 + MANY - 1).await, Ok(0));
    assert_eq!(forget(1_000 + MANY).await, Ok(1), "the one that still counted");
    store.close().await.unwrap();
}

async fn a_lock_has_one_holder_and_growing_fences(url: &str) {
    let store = connect(url).await;
    let take = |holder: &'static str| store.write(move |t| Box::pin(locks::take(t, "work", holder)));
    let beat = |fence| store.write(move |t| Box::pin(locks::beat(t, "work", fence)));
    let take_over = |seen: Sign| store.write(move |t| Box::pin(locks::take_over(t, "work", "heir", seen)));
    let release = |fence| store.write(move |t| Box::pin(locks::release(t, "work", fence)));
    let require = |fence| store.write(move |t| Box::pin(locks::require(t, "work", fence)));
    let lost = Err(StoreError::Conflict("locks_fence".to_owned()));

    assert_eq!(locks::holder(&store, "work").await, Ok(None));
    assert_eq!(require(1).await, lost, "nobody has it");
    assert_eq!(take("ann").await, Ok(Attempt::Taken(1)));
    assert_eq!(take("bob").await, Ok(Attempt::Held(Sign { fence: 1, beat: 0 })));
    assert_eq!(beat(1).await, Ok(true));
    assert_eq!(take("bob").await, Ok(Attempt::Held(Sign { fence: 1, beat: 1 })));
    assert_eq!(require(1).await, Ok(()));

    assert_eq!(
        take_over(Sign { fence: 1, beat: 0 }).await,
        Ok(None),
        "it gave a sign since"
    );
    assert_eq!(take_over(Sign { fence: 1, beat: 1 }).await, Ok(Some(2)));
    assert_eq!(locks::holder(&store, "work").await, Ok(Some("heir".to_owned())));
    assert_eq!(require(1).await, lost);
    assert_eq!(beat(1).await, Ok(false));
    assert_eq!(release(1).await, Ok(false));
    assert_eq!(require(2).await, Ok(()));

    assert_eq!(release(2).await, Ok(true));
    assert_eq!(release(2).await, Ok(false));
    assert_eq!(require(2).await, lost, "it was given back");
    assert_eq!(
        take_over(Sign { fence: 2, beat: 0 }).await,
        Ok(None),
        "what is free is not taken over"
    );
    assert_eq!(take("ann").await, Ok(Attempt::Taken(3)));
    store.close().await.unwrap();
}

/// On PostgreSQL writes run at the same time: what passed the check keeps others waiting.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_over_while_an_operation_relies_on_the_lock() {
    let store = connect(&testkit::databases::postgres_url().await.unwrap()).await;
    store.write(|t| Box::pin(locks::take(t, "work", "ann"))).await.unwrap();
    let (checked, has_checked) = tokio::sync::oneshot::channel();
    let (go_on, may_go_on) = tokio::sync::oneshot::channel::<()>();
    let relying = store.clone();
    let relying = tokio::spawn(async move {
        relying
            .write(move |transaction| {
                Box::pin(async move {
                    locks::require(transaction, "work", 1).await?;
                    checked.send(()).unwrap();
                    may_go_on.await.unwrap();
                    Ok(())
                })
            })
            .await
    });
    has_checked.await.unwrap();
    let seen = Sign { fence: 1, beat: 0 };
    let heir = store.clone();
    let mut heir = tokio::spawn(async move {
        heir.write(move |t| Box::pin(locks::take_over(t, "work", "heir", seen)))
            .await
    });
    let early = tokio::time::timeout(Duration::from_millis(300), &mut heir).await;
    assert!(early.is_err(), "it went past the operation: {early:?}");
    go_on.send(()).unwrap();
    assert_eq!(relying.await.unwrap(), Ok(()));
    assert_eq!(heir.await.unwrap(), Ok(Some(2)));
}
