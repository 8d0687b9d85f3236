//! What has to hold whatever the database is.

use std::time::Duration;

use domain::id::NodeId;
use futures::future::join_all;
use store::blobs::{self, Inserted};
use store::files::{self, Totals};
use store::{Store, StoreError};
use tokio::sync::oneshot;

use crate::samples::{Samples, add, connect, everything, options, write};

pub async fn a_file_is_found_as_it_was_stored(url: &str) {
    let store = connect(url).await;
    let samples = Samples::new();
    store.ping().await.unwrap();

    let hostile = samples.file("'); DROP TABLE nodes; -- صور $1 ?.jpg", 7);
    let written = write(&store, hostile.clone()).await.unwrap();
    assert_eq!(written, hostile);
    assert_eq!(
        files::find(&store, everything(), hostile.id).await.unwrap(),
        Some(hostile)
    );

    let unknown = samples.file("never stored", 7).id;
    assert_eq!(files::find(&store, everything(), unknown).await.unwrap(), None);
    store.close().await.unwrap();
}

pub async fn pages_run_from_new_to_old_without_gap_or_repeat(url: &str) {
    let store = connect(url).await;
    let samples = Samples::new();
    let mut expected = Vec::new();
    for number in 0..7 {
        let file = samples.file(&format!("{number}.txt"), number);
        expected.insert(0, write(&store, file).await.unwrap());
    }

    let mut seen = Vec::new();
    let mut after: Option<NodeId> = None;
    loop {
        let page = files::page(&store, everything(), after, 3).await.unwrap();
        assert!(page.len() <= 3);
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        seen.extend(page);
        // What comes in meanwhile is newer and belongs on no later page.
        write(&store, samples.file("late.txt", 99)).await.unwrap();
    }
    assert_eq!(seen, expected);
}

pub async fn totals_count_each_blob_once(url: &str) {
    let store = connect(url).await;
    let samples = Samples::new();
    assert_eq!(files::totals(&store, everything()).await.unwrap(), Totals::default());

    for (name, content) in [("a", 10), ("b", 20), ("copy of a", 10)] {
        write(&store, samples.file(name, content)).await.unwrap();
    }
    // Bytes that no file shows are not counted: they are on their way in or out.
    let unused = samples.blob(1_000_000);
    let now = samples.file("x", 1).added_at;
    store
        .write(move |transaction| Box::pin(async move { blobs::insert(transaction, &unused, now).await }))
        .await
        .unwrap();

    let totals = files::totals(&store, everything()).await.unwrap();
    assert_eq!(
        totals,
        Totals {
            files: 3,
            stored_bytes: 30
        }
    );
    let by_type = files::stored_by_type(&store, everything()).await.unwrap();
    assert_eq!(by_type.iter().map(|(_, bytes)| bytes).sum::<u64>(), 30, "{by_type:?}");
    assert_eq!(by_type.len(), 1, "all samples are of one type: {by_type:?}");
}

pub async fn of_equal_blobs_at_once_exactly_one_is_new(url: &str) {
    let store = connect(url).await;
    let samples = Samples::new();
    let now = samples.file("x", 1).added_at;
    let attempts = (0..20).map(|_| {
        let (store, blob) = (store.clone(), samples.blob(42));
        tokio::spawn(async move {
            let id = blob.id;
            let inserted = store
                .write(move |transaction| Box::pin(async move { blobs::insert(transaction, &blob, now).await }))
                .await
                .unwrap();
            (id, inserted)
        })
    });
    let mut new = Vec::new();
    let mut there = Vec::new();
    for attempt in join_all(attempts).await {
        match attempt.unwrap() {
            (id, Inserted::New) => new.push(id),
            (_, Inserted::AlreadyThere(known)) => there.push(known.id),
        }
    }
    assert_eq!(new.len(), 1);
    assert_eq!(there, [new[0]; 19]);
}

pub async fn violated_constraints_have_their_name(url: &str) {
    let store = connect(url).await;
    let samples = Samples::new();
    let file = write(&store, samples.file("a", 1)).await.unwrap();

    let again = write(&store, file.clone()).await.unwrap_err();
    assert_eq!(again, StoreError::Conflict("nodes_pkey".to_owned()));

    // The same id for other bytes: not the conflict that `insert` expects.
    let mut stolen = samples.blob(2);
    stolen.id = file.blob.id;
    let now = file.added_at;
    let same_id = store
        .write(move |transaction| Box::pin(async move { blobs::insert(transaction, &stolen, now).await }))
        .await
        .unwrap_err();
    assert_eq!(same_id, StoreError::Conflict("blobs_pkey".to_owned()));

    let orphan = samples.file("orphan", 3);
    let refused = store
        .write(move |transaction| Box::pin(async move { files::insert(transaction, &orphan).await }))
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::Conflict(_)), "{refused:?}");
}

pub async fn a_failed_operation_takes_back_all_it_did(url: &str) {
    let store = connect(url).await;
    let file = Samples::new().file("a", 5);
    let (id, blob) = (file.id, file.blob.clone());
    let failed = store
        .write(move |transaction| {
            Box::pin(async move {
                add(transaction, file).await?;
                Err::<(), _>(StoreError::Internal("after the insert".to_owned()))
            })
        })
        .await
        .unwrap_err();
    assert_eq!(failed, StoreError::Internal("after the insert".to_owned()));
    assert_eq!(files::find(&store, everything(), id).await.unwrap(), None);
    let left = store
        .write(move |transaction| Box::pin(blobs::find_by_sha256(transaction, blob.sha256)))
        .await
        .unwrap();
    assert_eq!(left, None);
}

/// A write that has begun and stays open until told to end.
pub async fn open_write(store: &Store, samples: &Samples) -> (oneshot::Sender<()>, tokio::task::JoinHandle<NodeId>) {
    let (begun, has_begun) = oneshot::channel();
    let (end, may_end) = oneshot::channel();
    let (store, file) = (store.clone(), samples.file("open", 1));
    let task = tokio::spawn(async move {
        let write = store.write(move |transaction| {
            Box::pin(async move {
                let file = add(transaction, file).await?;
                begun.send(()).unwrap();
                may_end.await.unwrap();
                Ok(file.id)
            })
        });
        write.await.unwrap()
    });
    has_begun.await.unwrap();
    (end, task)
}

pub async fn readers_do_not_wait_for_an_open_write(url: &str) {
    let store = connect(url).await;
    let samples = Samples::new();
    let before = write(&store, samples.file("before", 2)).await.unwrap();

    let (end, open) = open_write(&store, &samples).await;
    let reading = files::page(&store, everything(), None, 10);
    let seen = tokio::time::timeout(Duration::from_secs(2), reading).await.unwrap();
    assert_eq!(seen.unwrap(), [before], "an open write cannot be seen");

    end.send(()).unwrap();
    let id = open.await.unwrap();
    assert!(files::find(&store, everything(), id).await.unwrap().is_some());
}

pub async fn callers_that_go_away_harm_nobody(url: &str) {
    let store = connect(url).await;
    let samples = Samples::new();
    let (end, open) = open_write(&store, &samples).await;

    let start = |file| {
        let store = store.clone();
        tokio::spawn(async move { write(&store, file).await })
    };
    let gone: Vec<_> = (10..15).map(|number| start(samples.file("gone", number))).collect();
    let staying: Vec<_> = (20..25).map(|number| start(samples.file("stays", number))).collect();
    for caller in &gone {
        caller.abort();
    }
    for caller in gone {
        // Aborted while it waited, or done before: both are fine.
        caller.await.ok();
    }
    end.send(()).unwrap();
    open.await.unwrap();
    for caller in staying {
        let file = caller.await.unwrap().unwrap();
        assert!(files::find(&store, everything(), file.id).await.unwrap().is_some());
    }
}

pub async fn closing_finishes_what_was_begun_and_refuses_the_rest(url: &str) {
    let store = connect(url).await;
    let samples = Samples::new();
    let (end, open) = open_write(&store, &samples).await;
    let closing = tokio::spawn(store.clone().close());
    end.send(()).unwrap();
    let id = open.await.unwrap();
    closing.await.unwrap().unwrap();

    let late = write(&store, samples.file("late", 3)).await.unwrap_err();
    assert!(matches!(late, StoreError::Unavailable(_)), "{late:?}");
    let reading = files::find(&store, everything(), id).await.unwrap_err();
    assert!(matches!(reading, StoreError::Unavailable(_)), "{reading:?}");

    let reopened = connect(url).await;
    assert!(files::find(&reopened, everything(), id).await.unwrap().is_some());
}

pub async fn a_store_cannot_be_opened(url: &str) -> String {
    let Err(refused) = Store::connect(&options(url)).await else {
        panic!("{url} was opened");
    };
    let sentence = refused.to_string();
    assert!(!sentence.contains("hunter2"), "a password in {sentence}");
    sentence
}
