use std::time::Duration;

use store::{Engine, Store, StoreError, StoreOptions, files};

use crate::bodies::{self, open_write};
use crate::samples::{Samples, connect, everything, options};

macro_rules! on_postgres {
    ($($body:ident),+ $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $body() {
            bodies::$body(&testkit::databases::postgres_url().await.unwrap()).await;
        }
    )+};
}

on_postgres! {
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

#[tokio::test]
async fn wrong_addresses_are_refused_plainly() {
    let url = testkit::postgres::fresh_database_url().await.unwrap();
    let (server, _) = url.rsplit_once('/').unwrap();
    let sentence = bodies::a_store_cannot_be_opened(&format!("{server}/no_such_database")).await;
    assert!(sentence.contains("\"no_such_database\" does not exist"), "{sentence}");

    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let nobody = format!("postgres://me:hunter2@127.0.0.1:{port}/x");
    let sentence = bodies::a_store_cannot_be_opened(&nobody).await;
    assert!(
        sentence.contains(&format!("127.0.0.1:{port}")) && sentence.contains("refused"),
        "{sentence}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_without_a_free_connection_says_so_in_time() {
    let url = testkit::databases::postgres_url().await.unwrap();
    let one = StoreOptions {
        readers: 1,
        acquire_timeout: Duration::from_millis(300),
        ..options(&url)
    };
    let store = Store::connect(&one).await.unwrap();
    assert_eq!(store.engine(), Engine::Postgres);
    let (end, open) = open_write(&store, &Samples::new()).await;
    let refused = files::page(&store, everything(), None, 1).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused:?}");
    end.send(()).unwrap();
    open.await.unwrap();
    assert_eq!(files::page(&store, everything(), None, 9).await.unwrap().len(), 1);
    assert_eq!(connect(&url).await.write_groups(), 0);
}
