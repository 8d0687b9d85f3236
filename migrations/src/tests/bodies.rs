//! What has to hold whatever the database is.

use futures::future::join_all;
use sea_orm_migration::sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DbErr};

use super::{BREAKING, FAILING, NEXT, options, run};
use crate::{MigrateError, MigrateReport, pending, run_ladder};

const ALL: [&str; 3] = ["m0001_blobs_and_nodes", "m0002_jobs", "m0003_marks_and_locks"];

async fn connect(url: &str) -> DatabaseConnection {
    let creating = if url.starts_with("sqlite:") { "?mode=rwc" } else { "" };
    Database::connect(format!("{url}{creating}")).await.unwrap()
}

async fn execute(url: &str, sql: &str) -> Result<u64, DbErr> {
    let db = connect(url).await;
    let outcome = db.execute_unprepared(sql).await;
    db.close().await.unwrap();
    outcome.map(|done| done.rows_affected())
}

/// Whether a question of the form `SELECT … FROM table` can be asked.
async fn has(url: &str, table: &str) -> bool {
    execute(url, &format!("SELECT 1 FROM {table}")).await.is_ok()
}

pub async fn migrating_twice_does_it_once(url: &str) {
    assert_eq!(pending(url).await.unwrap(), ALL);
    assert_eq!(run(url).await.unwrap().applied, ALL);
    assert_eq!(pending(url).await.unwrap(), [""; 0]);
    assert_eq!(run(url).await.unwrap(), MigrateReport::default());
    for table in ["blobs", "nodes", "schema_facts", "jobs", "limit_marks", "locks"] {
        assert!(has(url, table).await, "{table}");
    }
}

pub async fn nodes_starting_at_once_migrate_once(url: &str) {
    let options = options(url, "0.1.0");
    let starts = (0..6).map(|_| {
        let options = options.clone();
        tokio::spawn(async move { crate::run(&options).await })
    });
    let mut applied = Vec::new();
    for start in join_all(starts).await {
        applied.extend(start.unwrap().unwrap().applied);
    }
    assert_eq!(applied, ALL);
}

pub async fn the_release_before_runs_on_a_newer_schema(url: &str) {
    run(url).await.unwrap();
    let upgraded = run_ladder(&options(url, "0.2.0"), NEXT).await.unwrap();
    assert_eq!(upgraded.applied, ["m9001_adds_a_table"]);

    assert_eq!(pending(url).await.unwrap(), [""; 0]);
    assert_eq!(run(url).await.unwrap(), MigrateReport::default());
    assert!(has(url, "extras").await);
}

pub async fn a_release_too_old_refuses_in_plain_words(url: &str) {
    run_ladder(&options(url, "2.0.0"), BREAKING).await.unwrap();

    let refused = run(url).await.unwrap_err();
    assert_eq!(
        refused,
        MigrateError::BinaryTooOld {
            needs: "2.0.0".to_owned(),
            have: "0.1.0".to_owned()
        }
    );
    let sentence = refused.to_string();
    assert!(
        sentence.contains("needs version 2.0.0 or later, but this is 0.1.0"),
        "{sentence}"
    );
    assert!(run_ladder(&options(url, "2.1.0"), BREAKING).await.is_ok());
}

pub async fn two_histories_are_not_mixed(url: &str) {
    run_ladder(&options(url, "0.2.0"), NEXT).await.unwrap();
    let refused = run_ladder(&options(url, "2.0.0"), BREAKING).await.unwrap_err();
    assert!(matches!(refused, MigrateError::Failed { .. }), "{refused:?}");
    assert!(refused.to_string().contains("m9001_adds_a_table"), "{refused}");
}

pub async fn a_failure_leaves_nothing_behind(url: &str) {
    let failed = run_ladder(&options(url, "0.2.0"), FAILING).await.unwrap_err();
    assert!(matches!(failed, MigrateError::Failed { .. }), "{failed:?}");
    for table in [
        "blobs",
        "nodes",
        "jobs",
        "locks",
        "extras",
        "schema_facts",
        "seaql_migrations",
    ] {
        assert!(!has(url, table).await, "{table} was left behind");
    }
    assert_eq!(run(url).await.unwrap().applied, ALL);
}

pub async fn a_failed_upgrade_leaves_the_old_schema(url: &str) {
    run(url).await.unwrap();
    run_ladder(&options(url, "0.2.0"), FAILING).await.unwrap_err();
    assert!(!has(url, "extras").await);
    assert_eq!(run(url).await.unwrap(), MigrateReport::default());
}

pub async fn tables_of_another_program_are_left_alone(url: &str) {
    execute(url, "CREATE TABLE invoices (id integer)").await.unwrap();
    let refused = run(url).await.unwrap_err();
    assert!(matches!(refused, MigrateError::Foreign { .. }), "{refused:?}");
    assert!(!has(url, "seaql_migrations").await);
}

pub async fn rows_that_make_no_sense_are_refused(url: &str) {
    run(url).await.unwrap();
    let sqlite = url.starts_with("sqlite:");
    let bytes = |hex: &str| {
        if sqlite {
            format!("x'{hex}'")
        } else {
            format!("'\\x{hex}'::bytea")
        }
    };
    let id = |hex: &str| {
        if sqlite {
            format!("x'{hex}'")
        } else {
            format!("'{hex}'::uuid")
        }
    };
    let blob = |id: String, size: i64, sha256: String, crc32: i64| {
        format!(
            "INSERT INTO blobs (id, size, sha256, crc32, media_type, created_at) VALUES ({id}, {size}, {sha256}, {crc32}, '', 0)"
        )
    };
    let (one, two) = (id(&"01".repeat(16)), id(&"02".repeat(16)));
    let (hash, other) = (bytes(&"0a".repeat(32)), bytes(&"0b".repeat(32)));

    execute(url, &blob(one.clone(), 1, hash.clone(), 0)).await.unwrap();
    for wrong in [
        blob(one.clone(), 1, other.clone(), 0),
        blob(two.clone(), 1, hash, 0),
        blob(two.clone(), -1, other.clone(), 0),
        blob(two.clone(), 1, bytes("0b"), 0),
        blob(two.clone(), 1, other, -1),
        format!("INSERT INTO nodes (id, name, blob_id, added_at) VALUES ({one}, 'x', {two}, 0)"),
    ] {
        assert!(execute(url, &wrong).await.is_err(), "{wrong}");
    }

    let node = format!("INSERT INTO nodes (id, name, blob_id, added_at) VALUES ({one}, 'x', {one}, 0)");
    execute(url, &node).await.unwrap();
    assert!(execute(url, "DELETE FROM blobs").await.is_err(), "a blob in use went");
}
