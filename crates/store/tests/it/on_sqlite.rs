use std::path::Path;

use futures::future::{join, join_all};
use store::{Engine, Store, StoreError, files};
use tempfile::TempDir;

use crate::bodies::{self, open_write};
use crate::samples::{Samples, add, connect, everything, write};

macro_rules! on_sqlite {
    ($($body:ident),+ $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $body() {
            let folder = TempDir::new().unwrap();
            bodies::$body(&testkit::databases::sqlite_url(folder.path()).await.unwrap()).await;
        }
    )+};
}

on_sqlite! {
    a_file_is_found_as_it_was_stored,
    pages_run_from_new_to_old_without_gap_or_repeat,
    totals_count_each_blob_once,
    of_equal_blobs_at_once_exactly_one_is_new,
    violated_constraints_have_their_name,
    a_failed_operation_takes_back_all_it_did,
    readers_do_not_wait_for_an_open_write,
    callers_that_go_away_harm_nobody,
    closing_finishes_what_was_begun_and_refuses_the_rest,
}

async fn open(folder: &Path) -> Store {
    connect(&testkit::databases::sqlite_url(folder).await.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_writes_at_once_share_their_commits() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    assert_eq!(store.engine(), Engine::Sqlite);
    let samples = Samples::new();

    let (end, first) = open_write(&store, &samples).await;
    let writes = (0..200).map(|number| write(&store, samples.file("many", number)));
    // `join` asks the writes first, and each stands in the queue once it was asked.
    let (written, ()) = join(join_all(writes), async { end.send(()).unwrap() }).await;
    first.await.unwrap();

    for file in written {
        let file = file.unwrap();
        assert_eq!(files::find(&store, everything(), file.id).await.unwrap(), Some(file));
    }
    assert_eq!(files::totals(&store, everything()).await.unwrap().files, 201);
    // The one that was open, then 128 and 72.
    assert_eq!(store.write_groups(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_group_the_one_that_fails_fails_alone() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let samples = Samples::new();

    let (end, first) = open_write(&store, &samples).await;
    let writes = (0..10).map(|number| {
        let file = samples.file("in a group", 100 + number);
        store.write(move |transaction| {
            Box::pin(async move {
                let file = add(transaction, file).await?;
                match number {
                    3 => Err(StoreError::Internal("on purpose".to_owned())),
                    4 => panic!("on purpose"),
                    5 => add(transaction, file).await,
                    _ => Ok(file),
                }
            })
        })
    });
    let (outcomes, ()) = join(join_all(writes), async { end.send(()).unwrap() }).await;
    first.await.unwrap();

    for (number, outcome) in outcomes.into_iter().enumerate() {
        match number {
            3 | 4 => assert!(matches!(outcome, Err(StoreError::Internal(_))), "{outcome:?}"),
            5 => assert_eq!(outcome, Err(StoreError::Conflict("nodes_pkey".to_owned()))),
            _ => assert!(outcome.is_ok(), "{number}: {outcome:?}"),
        }
    }
    assert_eq!(files::totals(&store, everything()).await.unwrap().files, 8);
    assert_eq!(store.write_groups(), 2);
}

#[tokio::test]
async fn wrong_addresses_are_refused_plainly() {
    let folder = TempDir::new().unwrap();
    let missing = folder.path().join("missing.db");
    let sentence = bodies::a_store_cannot_be_opened(&format!("sqlite://{}", missing.display())).await;
    assert!(
        sentence.contains("there is no file") && sentence.contains("missing.db"),
        "{sentence}"
    );
    assert!(!missing.exists(), "the file was created");

    for url in ["mysql://me:hunter2@host/x", "sqlite:", "sqlite::memory:", ""] {
        let sentence = bodies::a_store_cannot_be_opened(url).await;
        assert!(sentence.starts_with("the database address is not usable"), "{sentence}");
    }

    let text = folder.path().join("text.db");
    std::fs::write(
        &text,
        "no database, but long enough to have a header of its own".repeat(9),
    )
    .unwrap();
    let sentence = bodies::a_store_cannot_be_opened(&format!("sqlite://{}", text.display())).await;
    assert!(sentence.contains("file is not a database"), "{sentence}");
}
