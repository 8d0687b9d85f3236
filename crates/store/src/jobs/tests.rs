//! How the databases go about it when most jobs are over.

use std::time::Duration;

use domain::id::{JobId, UserId, WorkerId};
use domain::job::JobState;
use domain::time::Timestamp;
use sea_orm::prelude::Uuid;
use sea_orm::{ConnectionTrait as _, DbBackend};
use tempfile::TempDir;
use testkit::ambient::Fixed;

use super::claim::{claim_statement, promote_statement, readiness_question};
use super::console::forget_statement;
use super::dialect::Dialect;
use super::end::complete_statement;
use super::enqueue::turn_question;
use super::pulse::{beat_statement, running_question};
use super::{Claim, NewJob, Ticket};
use crate::error::classify;
use crate::sql::Sql;
use crate::{Store, StoreOptions};

const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

/// So many are over, wait, wait for their time, and run.
const JOBS: [(&str, u32); 4] = [("over", 20_000), ("ready", 2_000), ("delayed", 2_000), ("running", 60)];

async fn crowded(url: String) -> Store {
    let store = Store::connect(&StoreOptions {
        url,
        readers: 2,
        acquire_timeout: Duration::from_secs(20),
    })
    .await
    .unwrap();
    for (sort, number) in JOBS {
        let statement = rows(store.reader().get_database_backend(), sort, number);
        execute(&store, statement).await;
    }
    if store.reader().get_database_backend() == DbBackend::Postgres {
        execute(&store, "ANALYZE jobs".to_owned()).await;
    }
    store
}

async fn execute(store: &Store, statement: String) {
    let run = async move |connection: &sea_orm::DatabaseTransaction| connection.execute_unprepared(&statement).await;
    store
        .write(move |transaction| {
            Box::pin(async move {
                run(transaction.connection()).await.map_err(classify)?;
                Ok(())
            })
        })
        .await
        .unwrap();
}

fn rows(backend: DbBackend, sort: &str, number: u32) -> String {
    let (id, nobody) = match backend {
        DbBackend::Postgres => ("gen_random_uuid()", "'00000000-0000-0000-0000-000000000000'::uuid"),
        _ => ("randomblob(16)", "zeroblob(16)"),
    };
    let now = NOW.micros();
    let (state, worker, run_at, ended_at) = match sort {
        "over" => (
            "CASE WHEN x % 10 = 0 THEN 'failed' ELSE 'completed' END",
            nobody,
            "NULL",
            "x",
        ),
        "ready" => ("'pending'", "NULL", "NULL", "NULL"),
        "delayed" => ("'pending'", "NULL", "9000000000000000 + x", "NULL"),
        _ => ("'processing'", nobody, "NULL", "NULL"),
    };
    format!(
        "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {number}) \
         INSERT INTO jobs (id, queue, kind, payload, lane, turn, begins_as, state, attempt, max_attempts, fence, beat, \
         worker, created_at, changed_at, run_at, ended_at) SELECT {id}, 'media', 'thumbnail', '{{}}', {nobody}, x, \
         'processing', {state}, 0, 3, 1, 0, {worker}, {now}, {now}, {run_at}, {ended_at} FROM n"
    )
}

async fn plan(store: &Store, sql: Sql) -> String {
    let (how, column) = match store.reader().get_database_backend() {
        DbBackend::Postgres => ("EXPLAIN", "QUERY PLAN"),
        _ => ("EXPLAIN QUERY PLAN", "detail"),
    };
    let lines = sql.explained(how).rows(store.reader()).await.unwrap();
    let lines = lines.iter().map(|line| line.try_get::<String>("", column).unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether every job is looked at, whatever the table is called in the statement.
fn looks_at_all(plan: &str) -> bool {
    plan.lines().any(|line| {
        let whole = ["jobs", "ready", "busy", "other"]
            .iter()
            .any(|name| line.trim() == format!("SCAN {name}"));
        whole || line.contains("Seq Scan on jobs")
    })
}

async fn nothing_looks_at_the_jobs_that_are_over(url: String) {
    let store = crowded(url).await;
    let dialect = Dialect::of(store.reader());
    let ambient = Fixed::new(NOW, 1);
    let worker = WorkerId::new(&ambient);
    let claim = |suspects| Claim {
        worker,
        queue: "media".to_owned(),
        kinds: vec!["thumbnail".to_owned(), "preview".to_owned()],
        suspects,
        limit: 32,
        now: NOW,
    };
    let new = NewJob {
        id: JobId::new(&ambient),
        queue: "media".to_owned(),
        kind: "thumbnail".to_owned(),
        payload: "{}".to_owned(),
        user: Some(UserId::from_uuid(Uuid::max())),
        key: None,
        begins_as: JobState::Processing,
        max_attempts: 3,
        run_at: None,
        created_at: NOW,
    };
    let tickets = |number| -> Vec<Ticket> {
        (0..number)
            .map(|fence| Ticket {
                job: JobId::new(&ambient),
                fence,
            })
            .collect()
    };
    let queues = ["media".to_owned(), "mail".to_owned()];
    // Of the running ones, which are few, either index leads to them alone.
    let of_running = ["jobs_running_idx", "jobs_state_idx"];
    let by_id: &[&[&str]] = &[&["jobs_pkey", "sqlite_autoindex_jobs_1"]];
    for (name, statement, indexes) in [
        (
            "claim",
            claim_statement(&claim(false), dialect),
            &[&["jobs_ready_idx"][..]][..],
        ),
        (
            "claim of suspects",
            claim_statement(&claim(true), dialect),
            &[&["jobs_ready_idx"]],
        ),
        (
            "readiness",
            readiness_question(&queues, NOW, dialect),
            &[&["jobs_ready_idx"], &["jobs_run_at_idx"], &["jobs_changed_at_idx"]],
        ),
        (
            "promote",
            promote_statement(NOW, dialect),
            &[&["jobs_run_at_idx"], &["jobs_lane_idx"]],
        ),
        (
            "forget",
            forget_statement(NOW, NOW, 20, dialect),
            &[&["jobs_ended_at_idx"]],
        ),
        (
            "turn",
            turn_question(&new, dialect),
            &[&["jobs_lane_idx"], &["jobs_ready_idx"]],
        ),
        ("running", running_question(), &[&of_running]),
        ("beat", beat_statement(worker, dialect), &[&of_running]),
        ("complete one", complete_statement(&tickets(1), NOW, dialect), by_id),
        ("complete 32", complete_statement(&tickets(32), NOW, dialect), by_id),
        ("complete 128", complete_statement(&tickets(128), NOW, dialect), by_id),
    ] {
        let plan = plan(&store, statement).await;
        println!("{name}:\n{plan}\n");
        assert!(!looks_at_all(&plan), "{name} looks at every job:\n{plan}");
        for any_of in indexes {
            let used = any_of.iter().any(|index| plan.contains(index));
            assert!(used, "{name} uses none of {any_of:?}:\n{plan}");
        }
        // The places of those that become ready together are counted in their order; and the ids
        // of a batch that ends are few.
        let sorts = usize::from(name == "promote" || name.starts_with("complete"));
        let sorted = plan.matches("TEMP B-TREE FOR ORDER BY").count();
        assert!(sorted <= sorts, "{name} sorts:\n{plan}");
    }
    store.close().await.unwrap();
}

#[tokio::test]
async fn nothing_looks_at_the_jobs_that_are_over_on_sqlite() {
    let folder = TempDir::new().unwrap();
    nothing_looks_at_the_jobs_that_are_over(testkit::databases::sqlite_url(folder.path()).await.unwrap()).await;
}

#[tokio::test]
async fn nothing_looks_at_the_jobs_that_are_over_on_postgres() {
    nothing_looks_at_the_jobs_that_are_over(testkit::databases::postgres_url().await.unwrap()).await;
}

/// PostgreSQL makes other plans for what it is asked again and again.
#[tokio::test]
async fn asked_again_and_again_postgres_looks_at_no_more() {
    let url = testkit::databases::postgres_url().await.unwrap();
    let store = crowded(url.clone()).await;
    let figures = sea_orm::Database::connect(&url).await.unwrap();
    let figure = async |question: &str| -> i64 {
        let statement = sea_orm::Statement::from_string(DbBackend::Postgres, question);
        let row = figures.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    };
    // What a connection did is counted at the latest when it closes.
    let scans = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'jobs'";
    let claims = "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'jobs_ready_idx'";
    store.close().await.unwrap();
    testkit::wait::until("the rows are counted", async || {
        figure("SELECT n_live_tup FROM pg_stat_user_tables WHERE relname = 'jobs'").await > 24_000
    })
    .await
    .unwrap();
    let before = figure(scans).await;

    let one = StoreOptions {
        url,
        readers: 1,
        acquire_timeout: Duration::from_secs(20),
    };
    let store = Store::connect(&one).await.unwrap();
    let ambient = Fixed::new(NOW, 2);
    let worker = WorkerId::new(&ambient);
    for round in 0..12 {
        let claim = Claim {
            worker,
            queue: "media".to_owned(),
            kinds: vec!["thumbnail".to_owned()],
            suspects: false,
            limit: 32,
            now: NOW,
        };
        let new = NewJob {
            id: JobId::new(&ambient),
            queue: "media".to_owned(),
            kind: "thumbnail".to_owned(),
            payload: "{}".to_owned(),
            user: None,
            key: Some(format!("key {round}")),
            begins_as: JobState::Processing,
            max_attempts: 3,
            run_at: None,
            created_at: NOW,
        };
        super::readiness(&store, &["media".to_owned()], NOW).await.unwrap();
        super::running(&store).await.unwrap();
        let round = store.write(move |transaction| {
            Box::pin(async move {
                super::enqueue(transaction, &new).await?;
                super::promote(transaction, NOW).await?;
                let claimed = super::claim(transaction, &claim).await?;
                super::beat(transaction, worker).await?;
                let tickets: Vec<Ticket> = claimed.iter().map(|claimed| claimed.ticket).collect();
                super::complete(transaction, &tickets, NOW).await
            })
        });
        assert_eq!(round.await.unwrap().len(), 32);
    }
    store.close().await.unwrap();
    testkit::wait::until("the claims are counted", async || figure(claims).await >= 12)
        .await
        .unwrap();
    assert_eq!(figure(scans).await, before, "every job was looked at");
}
