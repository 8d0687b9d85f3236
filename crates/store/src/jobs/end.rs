//! An attempt ends, or the job does.

use domain::id::{JobId, WorkerId};
use domain::job::JobState;
use domain::time::Timestamp;
use sea_orm::TransactionTrait as _;
use sea_orm::prelude::Uuid;

use super::dialect::Dialect;
use super::turn::place;
use super::{RUNNING, Reason, Ticket, state};
use crate::error::{StoreError, classify};
use crate::sql::{Sql, column};
use crate::transaction::Transaction;

/// How an attempt ended, other than well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Worth another attempt at that time, if one is left.
    Retry { at: Timestamp, reason: Reason },
    /// No attempt can succeed.
    Failed { reason: Reason },
    /// The worker stopped because it was asked to.
    Cancelled,
    /// The worker is leaving and has not finished: the attempt does not count.
    Released,
}

/// Ends jobs that went well. Returns those that were still the caller's; for the others somebody
/// else speaks by now.
pub async fn complete(transaction: &Transaction, tickets: &[Ticket], now: Timestamp) -> Result<Vec<JobId>, StoreError> {
    if tickets.is_empty() {
        return Ok(Vec::new());
    }
    let connection = transaction.connection();
    let rows = complete_statement(tickets, now, Dialect::of(connection))
        .rows(connection)
        .await?;
    rows.iter()
        .map(|row| Ok(JobId::from_uuid(column(row, "id")?)))
        .collect()
}

pub(super) fn complete_statement(tickets: &[Ticket], now: Timestamp, dialect: Dialect) -> Sql {
    let Dialect { bigint, uuid, .. } = dialect;
    let mut sql = Sql::new("WITH good (id, fence) AS (VALUES ");
    for (number, ticket) in tickets.iter().enumerate() {
        sql = sql
            .then(if number > 0 { ", (" } else { "(" })
            .bind(ticket.job.uuid())
            .then(uuid)
            .then(", ")
            .bind(ticket.fence)
            .then(bigint)
            .then(")");
    }
    let turn = turn_after(dialect);
    // One that was asked for again while it ran starts over.
    sql.then("), ours AS (SELECT jobs.id FROM jobs JOIN good ON jobs.id = good.id AND jobs.fence = good.fence WHERE ")
        .then(RUNNING)
        .then(" ORDER BY jobs.id")
        .then(dialect.locked)
        .then(&format!(
            ") UPDATE jobs SET state = CASE WHEN again THEN 'pending' ELSE 'completed' END, {turn}, \
             attempt = CASE WHEN again THEN 0 ELSE attempt END, again = FALSE, suspect = FALSE, \
             cancel_asked = FALSE, trouble = NULL, reason = NULL, ended_at = CASE WHEN again THEN NULL ELSE ",
        ))
        .bind(now.micros())
        .then(bigint)
        .then(" END, changed_at = ")
        .bind(now.micros())
        .then(" WHERE id IN (SELECT id FROM ours) RETURNING id")
}

/// Being asked for once more is a new request, and stands where a new job would.
fn turn_after(dialect: Dialect) -> String {
    format!("turn = CASE WHEN again THEN {} ELSE turn END", place(dialect, "jobs"))
}

/// Ends an attempt. `None` when somebody else speaks for the job by now; otherwise where it stands.
pub async fn end(
    transaction: &Transaction,
    ticket: Ticket,
    ending: &Ending,
    now: Timestamp,
) -> Result<Option<JobState>, StoreError> {
    end_where(transaction, ticket, None, ending, now).await
}

/// [`end`], and with `beat` only if the worker has not given a sign of life since.
pub(super) async fn end_where(
    transaction: &Transaction,
    ticket: Ticket,
    beat: Option<i64>,
    ending: &Ending,
    now: Timestamp,
) -> Result<Option<JobState>, StoreError> {
    // Who asked for it once more gets it, whatever became of this run; who asked for its end goes
    // before another attempt.
    let (next, attempt, run_at, reason) = match ending {
        Ending::Retry { at, reason } => (
            "WHEN again THEN 'pending' WHEN cancel_asked THEN 'cancelled' \
             WHEN attempt >= max_attempts THEN 'failed' ELSE 'pending'",
            "WHEN again THEN 0 ELSE attempt",
            Some(*at),
            Some(reason),
        ),
        Ending::Failed { reason } => (
            "WHEN again THEN 'pending' WHEN cancel_asked THEN 'cancelled' ELSE 'failed'",
            "WHEN again THEN 0 ELSE attempt",
            None,
            Some(reason),
        ),
        Ending::Cancelled => (
            "WHEN again THEN 'pending' ELSE 'cancelled'",
            "WHEN again THEN 0 ELSE attempt",
            None,
            None,
        ),
        Ending::Released => (
            "WHEN cancel_asked AND NOT again THEN 'cancelled' ELSE 'pending'",
            "WHEN again THEN 0 ELSE attempt - 1",
            None,
            None,
        ),
    };
    let connection = transaction.connection();
    let dialect = Dialect::of(connection);
    let (bigint, turn) = (dialect.bigint, turn_after(dialect));
    let state_now = format!("CASE {next} END");
    let mut sql = Sql::new(&format!(
        "UPDATE jobs SET state = {state_now}, {turn}, attempt = CASE {attempt} END, again = FALSE, cancel_asked = FALSE, "
    ));
    if let Some(reason) = reason {
        sql = sql
            .then("trouble = ")
            .bind(reason.trouble.as_str())
            .then(", reason = ")
            .bind(reason.text.as_str())
            .then(", ");
    }
    if beat.is_some() {
        sql = sql.then("suspect = TRUE, ");
    }
    if let Some(at) = run_at {
        sql = sql
            .then(&format!("run_at = CASE WHEN ({state_now}) = 'pending' THEN "))
            .bind(at.micros())
            .then(bigint)
            .then(" END, ");
    }
    sql = sql
        .then(&format!("ended_at = CASE WHEN ({state_now}) <> 'pending' THEN "))
        .bind(now.micros())
        .then(bigint)
        .then(" END, changed_at = ")
        .bind(now.micros())
        .of_ticket(ticket);
    if let Some(beat) = beat {
        sql = sql.then(" AND beat = ").bind(beat);
    }
    match sql.then(" RETURNING state").one(connection).await? {
        Some(row) => state(ticket.job, &column::<String>(&row, "state")?).map(Some),
        None => Ok(None),
    }
}

/// Whether the job is still the caller's. Until the transaction ends nobody can take it away, so
/// that what else the transaction does is done once.
pub async fn hold(transaction: &Transaction, ticket: Ticket) -> Result<bool, StoreError> {
    let held = Sql::new("UPDATE jobs SET beat = beat + 1")
        .of_ticket(ticket)
        .run(transaction.connection())
        .await?;
    Ok(held == 1)
}

/// Goes on from `Analyzing` to `Processing`. `false` when somebody else speaks for the job by now.
pub async fn stage(transaction: &Transaction, ticket: Ticket, now: Timestamp) -> Result<bool, StoreError> {
    let moved = Sql::new("UPDATE jobs SET state = 'processing', changed_at = ")
        .bind(now.micros())
        .of_ticket(ticket)
        .run(transaction.connection())
        .await?;
    Ok(moved == 1)
}

/// What asking for a job's end came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requested {
    /// It was waiting and is cancelled.
    Cancelled,
    /// It runs, and its worker is asked to stop.
    Asked(WorkerId),
    /// It was over already.
    TooLate(JobState),
    Unknown,
}

pub async fn cancel(transaction: &Transaction, id: JobId, now: Timestamp) -> Result<Requested, StoreError> {
    let connection = transaction.connection();
    let bigint = Dialect::of(connection).bigint;
    let changed = Sql::new(
        "UPDATE jobs SET cancel_asked = state <> 'pending', again = FALSE, \
         ended_at = CASE WHEN state = 'pending' THEN ",
    )
    .bind(now.micros())
    .then(bigint)
    .then(" END, run_at = NULL, state = CASE WHEN state = 'pending' THEN 'cancelled' ELSE state END, changed_at = ")
    .bind(now.micros())
    .then(" WHERE id = ")
    .bind(id.uuid())
    .then(" AND state IN ('pending', 'analyzing', 'processing') RETURNING state, worker")
    .one(connection)
    .await?;
    if let Some(row) = changed {
        let state = state(id, &column::<String>(&row, "state")?)?;
        let worker: Option<Uuid> = column(&row, "worker")?;
        return Ok(match worker {
            Some(worker) if state.is_running() => Requested::Asked(WorkerId::from_uuid(worker)),
            _ => Requested::Cancelled,
        });
    }
    let found = Sql::new("SELECT state FROM jobs WHERE id = ")
        .bind(id.uuid())
        .one(connection)
        .await?;
    match found {
        Some(row) => Ok(Requested::TooLate(state(id, &column::<String>(&row, "state")?)?)),
        None => Ok(Requested::Unknown),
    }
}

/// Has a job that ended without success start over, with all its attempts, where a new job would
/// stand. `false` when there is none such. If one with its key came since, that one does for both
/// and this one stays as it is.
pub async fn requeue(transaction: &Transaction, id: JobId, now: Timestamp) -> Result<bool, StoreError> {
    // One with its key may be coming at this moment; what was done before has to survive that.
    let attempt = transaction.connection().begin().await.map_err(classify)?;
    let moved = requeue_statement(id, now, Dialect::of(&attempt)).run(&attempt).await;
    match moved {
        Ok(moved) => {
            attempt.commit().await.map_err(classify)?;
            Ok(moved == 1)
        }
        Err(StoreError::Conflict(name)) if name == "jobs_key_key" => {
            attempt.rollback().await.map_err(classify)?;
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

fn requeue_statement(id: JobId, now: Timestamp, dialect: Dialect) -> Sql {
    Sql::new(
        "UPDATE jobs SET state = 'pending', attempt = 0, suspect = FALSE, again = FALSE, cancel_asked = FALSE, \
         ended_at = NULL, run_at = NULL, done = NULL, total = NULL, note = NULL, turn = ",
    )
    .then(&place(dialect, "jobs"))
    .then(", changed_at = ")
    .bind(now.micros())
    .then(" WHERE id = ")
    .bind(id.uuid())
    .then(
        " AND state IN ('failed', 'cancelled') AND (key IS NULL OR NOT EXISTS (SELECT 1 FROM jobs AS other \
         WHERE other.key = jobs.key AND other.state IN ('pending', 'analyzing', 'processing')))",
    )
}
