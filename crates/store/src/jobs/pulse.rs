//! Signs of life, and what becomes of a job whose worker gives none.

use domain::id::{JobId, WorkerId};
use domain::job::JobState;
use domain::time::Timestamp;
use sea_orm::FromQueryResult;
use sea_orm::prelude::Uuid;

use super::dialect::Dialect;
use super::end::end_where;
use super::{Ending, RUNNING, Reason, Ticket, without_nul};
use crate::error::StoreError;
use crate::sql::{Sql, column};
use crate::store::Store;
use crate::transaction::Transaction;

/// A job that the worker has in hand, as the database sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beaten {
    pub ticket: Ticket,
    /// Somebody wants it to end.
    pub cancel_asked: bool,
}

/// The worker lives. Returns what it has in hand; what it believes to have beside that was taken
/// away from it.
pub async fn beat(transaction: &Transaction, worker: WorkerId) -> Result<Vec<Beaten>, StoreError> {
    let connection = transaction.connection();
    beat_statement(worker, Dialect::of(connection)).run(connection).await?;
    let rows = Sql::new("SELECT id, fence, cancel_asked FROM jobs WHERE ")
        .then(RUNNING)
        .then(" AND worker = ")
        .bind(worker.uuid())
        .rows(connection)
        .await?;
    rows.iter()
        .map(|row| {
            let ticket = Ticket {
                job: JobId::from_uuid(column(row, "id")?),
                fence: column(row, "fence")?,
            };
            Ok(Beaten {
                ticket,
                cancel_asked: column(row, "cancel_asked")?,
            })
        })
        .collect()
}

/// Leaves out what a transaction is changing: one of them that takes its time over a job must not
/// silence all others of the worker. Its own job is safe meanwhile, nobody else can change it.
pub(super) fn beat_statement(worker: WorkerId, dialect: Dialect) -> Sql {
    Sql::new("WITH mine AS (SELECT id FROM jobs WHERE ")
        .then(RUNNING)
        .then(" AND worker = ")
        .bind(worker.uuid())
        .then(dialect.skip_locked)
        .then(") UPDATE jobs SET beat = beat + 1 WHERE id IN (SELECT id FROM mine)")
}

/// What this worker has in hand and should stop.
pub async fn asked_to_stop(store: &Store, worker: WorkerId) -> Result<Vec<JobId>, StoreError> {
    let rows = Sql::new("SELECT id FROM jobs WHERE ")
        .then(RUNNING)
        .then(" AND cancel_asked AND worker = ")
        .bind(worker.uuid())
        .rows(store.reader())
        .await?;
    rows.iter()
        .map(|row| Ok(JobId::from_uuid(column(row, "id")?)))
        .collect()
}

/// How far a job is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub done: u64,
    /// Nothing when nobody knows.
    pub total: Option<u64>,
    /// What the kind of job has to say beside it.
    pub note: Option<String>,
}

/// Keeps how far jobs are. Of jobs that others have by now nothing is kept.
pub async fn save_progress(transaction: &Transaction, progress: &[(Ticket, Progress)]) -> Result<(), StoreError> {
    let figure = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let mut ordered: Vec<_> = progress.iter().collect();
    ordered.sort_unstable_by_key(|(ticket, _)| ticket.job);
    for (ticket, progress) in ordered {
        Sql::new("UPDATE jobs SET done = ")
            .bind(figure(progress.done))
            .then(", total = ")
            .bind(progress.total.map(figure))
            .then(", note = ")
            .bind(progress.note.clone().map(without_nul))
            .of_ticket(*ticket)
            .run(transaction.connection())
            .await?;
    }
    Ok(())
}

/// The last sign of life for a running job. When a later look finds the same mark, its worker was
/// silent in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub ticket: Ticket,
    pub worker: WorkerId,
    pub beat: i64,
    pub attempt: u16,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    fence: i64,
    worker: Uuid,
    beat: i64,
    attempt: i32,
}

/// Everything that runs, on all workers.
pub async fn running(store: &Store) -> Result<Vec<Mark>, StoreError> {
    let rows: Vec<Row> = running_question().all_as(store.reader()).await?;
    rows.into_iter()
        .map(|row| {
            let job = JobId::from_uuid(row.id);
            Ok(Mark {
                ticket: Ticket { job, fence: row.fence },
                worker: WorkerId::from_uuid(row.worker),
                beat: row.beat,
                attempt: super::small(job, row.attempt)?,
            })
        })
        .collect()
}

pub(super) fn running_question() -> Sql {
    Sql::new("SELECT id, fence, worker, beat, attempt FROM jobs WHERE ").then(RUNNING)
}

/// Takes a job from a worker that fell silent, unless it gave a sign of life since `mark`. The job
/// gets another attempt at that time, if one is left, and is a suspect from now on. `None` when the
/// worker lives or was quicker.
pub async fn lose(
    transaction: &Transaction,
    mark: Mark,
    at: Timestamp,
    reason: Reason,
    now: Timestamp,
) -> Result<Option<JobState>, StoreError> {
    let ending = Ending::Retry { at, reason };
    end_where(transaction, mark.ticket, Some(mark.beat), &ending, now).await
}
