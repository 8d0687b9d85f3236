//! Jobs as people see them: one, a page of them, figures; and forgetting the old ones.

use domain::id::{JobId, UserId};
use domain::job::{JobState, Trouble};
use domain::time::Timestamp;
use sea_orm::FromQueryResult;
use sea_orm::prelude::Uuid;

use super::dialect::Dialect;
use super::{Progress, Reason, moment, small, state, user_of};
use crate::error::StoreError;
use crate::sql::{Sql, column};
use crate::store::Store;
use crate::transaction::Transaction;

/// Everything that is known of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub id: JobId,
    pub queue: String,
    pub kind: String,
    pub payload: String,
    pub user: Option<UserId>,
    pub state: JobState,
    pub cancel_asked: bool,
    pub attempt: u16,
    pub max_attempts: u16,
    pub created_at: Timestamp,
    pub run_at: Option<Timestamp>,
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    /// Why the last attempt that did not succeed did not.
    pub reason: Option<Reason>,
    pub progress: Option<Progress>,
}

/// Which jobs to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub state: Option<JobState>,
    pub queue: Option<String>,
    pub user: Option<UserId>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    queue: String,
    kind: String,
    payload: String,
    lane: Uuid,
    state: String,
    cancel_asked: bool,
    attempt: i32,
    max_attempts: i32,
    created_at: i64,
    run_at: Option<i64>,
    started_at: Option<i64>,
    ended_at: Option<i64>,
    trouble: Option<String>,
    reason: Option<String>,
    done: Option<i64>,
    total: Option<i64>,
    note: Option<String>,
}

const COLUMNS: &str = "SELECT id, queue, kind, payload, lane, state, cancel_asked, attempt, max_attempts, created_at, \
                       run_at, started_at, ended_at, trouble, reason, done, total, note FROM jobs WHERE ";

pub async fn find(store: &Store, id: JobId) -> Result<Option<Record>, StoreError> {
    let rows: Vec<Row> = Sql::new(COLUMNS)
        .then("id = ")
        .bind(id.uuid())
        .all_as(store.reader())
        .await?;
    rows.into_iter().next().map(record).transpose()
}

/// At most `limit` jobs, newest first, from behind `after`.
pub async fn page(store: &Store, filter: &Filter, after: Option<JobId>, limit: u32) -> Result<Vec<Record>, StoreError> {
    let mut sql = Sql::new(COLUMNS).then("1 = 1");
    if let Some(state) = filter.state {
        sql = sql.then(" AND state = ").bind(state.as_str());
    }
    if let Some(queue) = &filter.queue {
        sql = sql.then(" AND queue = ").bind(queue.as_str());
    }
    if let Some(user) = filter.user {
        sql = sql.then(" AND lane = ").bind(user.uuid());
    }
    if let Some(after) = after {
        sql = sql.then(" AND id < ").bind(after.uuid());
    }
    let rows: Vec<Row> = sql
        .then(" ORDER BY id DESC LIMIT ")
        .bind(i64::from(limit))
        .all_as(store.reader())
        .await?;
    rows.into_iter().map(record).collect()
}

fn record(row: Row) -> Result<Record, StoreError> {
    let id = JobId::from_uuid(row.id);
    let figure = |number| u64::try_from(number).map_err(|_| StoreError::Corrupt(format!("progress of job {id}")));
    let reason = match row.trouble {
        Some(text) => {
            let trouble = Trouble::parse(&text).ok_or_else(|| StoreError::Corrupt(format!("trouble of job {id}")))?;
            Some(Reason::new(trouble, row.reason.unwrap_or_default()))
        }
        None => None,
    };
    let progress = match row.done {
        Some(done) => Some(Progress {
            done: figure(done)?,
            total: row.total.map(figure).transpose()?,
            note: row.note,
        }),
        None => None,
    };
    Ok(Record {
        id,
        queue: row.queue,
        kind: row.kind,
        payload: row.payload,
        user: user_of(row.lane),
        state: state(id, &row.state)?,
        cancel_asked: row.cancel_asked,
        attempt: small(id, row.attempt)?,
        max_attempts: small(id, row.max_attempts)?,
        created_at: Timestamp::from_micros(row.created_at),
        run_at: moment(row.run_at),
        started_at: moment(row.started_at),
        ended_at: moment(row.ended_at),
        reason,
        progress,
    })
}

/// How many jobs of a queue are in a state. Completed and cancelled ones are not counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    pub queue: String,
    pub state: JobState,
    pub jobs: u64,
    /// When the oldest of them was made.
    pub oldest: Timestamp,
}

pub async fn counts(store: &Store) -> Result<Vec<Count>, StoreError> {
    let rows = Sql::new(
        "SELECT queue, state, count(*) AS jobs, min(created_at) AS oldest FROM jobs \
         WHERE state IN ('pending', 'analyzing', 'processing', 'failed') GROUP BY queue, state ORDER BY queue, state",
    )
    .rows(store.reader())
    .await?;
    rows.iter()
        .map(|row| {
            let jobs: i64 = column(row, "jobs")?;
            let text: String = column(row, "state")?;
            Ok(Count {
                queue: column(row, "queue")?,
                state: text
                    .parse()
                    .map_err(|_| StoreError::Corrupt(format!("the state {text} of a job")))?,
                jobs: u64::try_from(jobs).unwrap_or(0),
                oldest: Timestamp::from_micros(column(row, "oldest")?),
            })
        })
        .collect()
}

/// Queue and kind of what waits although nobody here knows it: `known` holds such pairs.
pub async fn unclaimed_kinds(store: &Store, known: &[(&str, &str)]) -> Result<Vec<(String, String)>, StoreError> {
    let rows = Sql::new("SELECT DISTINCT queue, kind FROM jobs WHERE state = 'pending' ORDER BY queue, kind")
        .rows(store.reader())
        .await?;
    let mut strange = Vec::new();
    for row in &rows {
        let (queue, kind): (String, String) = (column(row, "queue")?, column(row, "kind")?);
        if !known.contains(&(queue.as_str(), kind.as_str())) {
            strange.push((queue, kind));
        }
    }
    Ok(strange)
}

/// Forgets at most `limit` jobs that were over before a time: those that went well or were
/// cancelled before `good`, dead letters before `bad`. Returns how many.
pub async fn forget(transaction: &Transaction, good: Timestamp, bad: Timestamp, limit: u32) -> Result<u64, StoreError> {
    let connection = transaction.connection();
    forget_statement(good, bad, limit, Dialect::of(connection))
        .run(connection)
        .await
}

/// Locks them first: somebody may requeue one of them at this moment.
pub(super) fn forget_statement(good: Timestamp, bad: Timestamp, limit: u32, dialect: Dialect) -> Sql {
    Sql::new("WITH old AS (SELECT id FROM jobs")
        .then(&dialect.indexed_by("jobs_ended_at_idx"))
        .then(" WHERE ended_at IS NOT NULL AND ended_at < ")
        .bind(good.max(bad).micros())
        .then(" AND ended_at < CASE state WHEN 'failed' THEN ")
        .bind(bad.micros())
        .then(" ELSE ")
        .bind(good.micros())
        .then(" END ORDER BY ended_at LIMIT ")
        .bind(i64::from(limit))
        .then(dialect.skip_locked)
        .then(") DELETE FROM jobs WHERE id IN (SELECT id FROM old)")
}
