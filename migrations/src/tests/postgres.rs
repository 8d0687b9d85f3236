use super::{bodies, run};
use crate::MigrateError;

macro_rules! on_postgres {
    ($($body:ident),+ $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $body() {
            bodies::$body(&testkit::postgres::fresh_database_url().await.unwrap()).await;
        }
    )+};
}

on_postgres! {
    migrating_twice_does_it_once,
    nodes_starting_at_once_migrate_once,
    the_release_before_runs_on_a_newer_schema,
    a_release_too_old_refuses_in_plain_words,
    two_histories_are_not_mixed,
    a_failure_leaves_nothing_behind,
    a_failed_upgrade_leaves_the_old_schema,
    tables_of_another_program_are_left_alone,
    rows_that_make_no_sense_are_refused,
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_with_the_reason() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let refused = run(&format!("postgres://me:hunter2@127.0.0.1:{port}/files"))
        .await
        .unwrap_err();
    assert!(matches!(refused, MigrateError::Unreachable { .. }), "{refused:?}");
    let sentence = refused.to_string();
    assert!(
        sentence.contains(&format!("127.0.0.1:{port}/files cannot be opened")),
        "{sentence}"
    );
    assert!(
        sentence.contains("refused") && !sentence.contains("hunter2"),
        "{sentence}"
    );
}
