use std::fs;
use std::path::Path;

use sea_orm_migration::sea_orm::{ConnectionTrait as _, Database, DbBackend, Statement};
use tempfile::TempDir;

use super::{FAILING, NEXT, NOW, bodies, options, run};
use crate::{MigrateError, MigrateOptions, pending, run_ladder};

fn address(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

macro_rules! on_sqlite {
    ($($body:ident),+ $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $body() {
            let folder = TempDir::new().unwrap();
            bodies::$body(&address(&folder.path().join("test.db"))).await;
        }
    )+};
}

on_sqlite! {
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

/// Upgrades `file` at the given moment, with snapshots beside it.
fn upgrade(file: &Path, now: i64) -> MigrateOptions {
    MigrateOptions {
        snapshot_dir: Some(file.with_file_name("snapshots")),
        now,
        ..options(&address(file), "0.2.0")
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

async fn count(file: &Path, sql: &str) -> i64 {
    let db = Database::connect(address(file)).await.unwrap();
    let statement = Statement::from_string(DbBackend::Sqlite, sql);
    let row = db.query_one_raw(statement).await.unwrap().unwrap();
    db.close().await.unwrap();
    row.try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn asking_what_is_pending_creates_nothing() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("data/test.db");
    assert_eq!(pending(&address(&file)).await.unwrap().len(), 3);
    assert_eq!(names(folder.path()), [""; 0]);
}

#[tokio::test]
async fn a_missing_folder_is_made_and_the_file_stands_alone_in_wal_mode() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("data/of/test.db");
    run(&address(&file)).await.unwrap();
    assert_eq!(names(file.parent().unwrap()), ["test.db", "test.db.migrate.lock"]);
    // Bytes 18 and 19 of the header are 2 in WAL mode.
    assert_eq!(fs::read(&file).unwrap()[18..20], [2, 2]);
}

#[tokio::test]
async fn a_database_is_copied_before_it_is_changed() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("test.db");
    let first = crate::run(&upgrade(&file, NOW)).await.unwrap();
    assert_eq!(first.snapshot, None, "there was nothing to copy");

    let second = run_ladder(&upgrade(&file, NOW), NEXT).await.unwrap();
    let snapshot = second.snapshot.unwrap();
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name IN ('blobs', 'extras')";
    assert_eq!(count(&snapshot, tables).await, 1, "the copy is from before");
    assert_eq!(count(&file, tables).await, 2);
    assert_eq!(names(snapshot.parent().unwrap()), ["test-00001800000000000000.db"]);
}

#[tokio::test]
async fn the_newest_five_snapshots_of_a_database_are_kept() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("test.db");
    let snapshots = folder.path().join("snapshots");
    crate::run(&upgrade(&file, NOW)).await.unwrap();
    fs::create_dir(&snapshots).unwrap();
    for other in ["test-notes.db", "other-00000000000000000001.db", "test.unfinished"] {
        fs::write(snapshots.join(other), "x").unwrap();
    }
    // A failing upgrade is tried again and again; each attempt begins with a copy.
    for attempt in 1..=7 {
        run_ladder(&upgrade(&file, attempt), FAILING).await.unwrap_err();
    }
    let mut expected: Vec<_> = (3..=7).map(|attempt| format!("test-{attempt:020}.db")).collect();
    expected.insert(0, "other-00000000000000000001.db".to_owned());
    expected.push("test-notes.db".to_owned());
    assert_eq!(names(&snapshots), expected);
}

#[tokio::test]
async fn without_a_snapshot_nothing_is_changed() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("test.db");
    crate::run(&upgrade(&file, NOW)).await.unwrap();
    fs::write(folder.path().join("snapshots"), "a file where the folder should be").unwrap();

    let refused = run_ladder(&upgrade(&file, NOW), NEXT).await.unwrap_err();
    assert!(matches!(refused, MigrateError::Snapshot { .. }), "{refused:?}");
    assert_eq!(
        count(&file, "SELECT count(*) FROM sqlite_schema WHERE name = 'extras'").await,
        0
    );
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named_and_left_as_it_is() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("test.db");
    let good = folder.path().join("good.db");
    run(&address(&good)).await.unwrap();
    let mut damaged = fs::read(&good).unwrap();
    damaged[100..4096].fill(0xff);

    for content in [
        b"not a database at all, but longer than a header".to_vec(),
        b"SQ".to_vec(),
        damaged,
    ] {
        fs::write(&file, &content).unwrap();
        let refused = crate::run(&upgrade(&file, NOW)).await.unwrap_err();
        assert!(matches!(refused, MigrateError::NotADatabase { .. }), "{refused:?}");
        let sentence = refused.to_string();
        assert!(sentence.contains("test.db is not a readable database"), "{sentence}");
        assert!(
            sentence.contains("put a snapshot from") && sentence.contains("/snapshots"),
            "{sentence}"
        );
        assert_eq!(fs::read(&file).unwrap(), content, "the file was changed");
        assert_eq!(names(folder.path()), ["good.db", "good.db.migrate.lock", "test.db"]);
    }
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_named() {
    let folder = TempDir::new().unwrap();
    let blocked = folder.path().join("blocked");
    fs::write(&blocked, "a file where the folder should be").unwrap();
    let refused = run(&address(&blocked.join("test.db"))).await.unwrap_err();
    assert!(matches!(refused, MigrateError::Unreachable { .. }), "{refused:?}");
    assert!(
        refused.to_string().contains("blocked/test.db cannot be opened"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_program_that_writes_all_the_time_is_waited_for_and_then_named() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("test.db");
    run(&address(&file)).await.unwrap();
    let other = Database::connect(address(&file)).await.unwrap();
    other.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();

    let refused = run_ladder(&options(&address(&file), "0.2.0"), NEXT).await.unwrap_err();
    assert!(matches!(refused, MigrateError::Busy { .. }), "{refused:?}");
    other.execute_unprepared("ROLLBACK").await.unwrap();
    run_ladder(&options(&address(&file), "0.2.0"), NEXT).await.unwrap();
}
