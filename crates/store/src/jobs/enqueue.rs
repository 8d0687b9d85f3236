//! A job comes in, in the transaction of the change that needs it.

use domain::id::{JobId, UserId};
use domain::job::JobState;
use domain::time::Timestamp;

use super::dialect::Dialect;
use super::lane;
use super::turn::place;
use crate::error::StoreError;
use crate::sql::{Sql, column};
use crate::transaction::Transaction;

/// A job about to be enqueued.
#[derive(Clone, Debug)]
pub struct NewJob {
    pub id: JobId,
    pub queue: String,
    pub kind: String,
    pub payload: String,
    /// For whom it is done; nobody means the house itself.
    pub user: Option<UserId>,
    /// Of jobs with the same key one waits or runs.
    pub key: Option<String>,
    /// `Analyzing` or `Processing`: what a claim makes of it.
    pub begins_as: JobState,
    pub max_attempts: u16,
    /// Not before then.
    pub run_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enqueued {
    New(JobId),
    /// One with its key was waiting, and does for both.
    Waiting(JobId),
    /// One with its key is running, and will run once more when it ends.
    Again(JobId),
}

impl Enqueued {
    pub const fn id(self) -> JobId {
        match self {
            Self::New(id) | Self::Waiting(id) | Self::Again(id) => id,
        }
    }
}

pub async fn enqueue(transaction: &Transaction, job: &NewJob) -> Result<Enqueued, StoreError> {
    refuse_nul(job)?;
    let turn = next_turn(transaction, job).await?;
    let mut sql = Sql::new(INSERT);
    push_row(&mut sql, job, turn);
    // Updating also the one that waits makes the row come back, and keeps a worker from ending it
    // before this transaction does.
    let row = sql
        .then(
            " ON CONFLICT (key) WHERE state IN ('pending', 'analyzing', 'processing') \
             DO UPDATE SET again = jobs.again OR jobs.state <> 'pending' RETURNING id, again",
        )
        .one(transaction.connection())
        .await?
        .ok_or_else(|| StoreError::Internal("an enqueued job did not come back".to_owned()))?;
    let id = JobId::from_uuid(column(&row, "id")?);
    let again: bool = column(&row, "again")?;
    Ok(match (id == job.id, again) {
        (true, _) => Enqueued::New(id),
        (false, false) => Enqueued::Waiting(id),
        (false, true) => Enqueued::Again(id),
    })
}

/// The most rows in one statement: both databases bound the number of values.
const ROWS_AT_ONCE: usize = 500;

/// Enqueues many jobs of one queue and one lane at once. They have no keys.
pub async fn enqueue_all(transaction: &Transaction, jobs: &[NewJob]) -> Result<(), StoreError> {
    let Some(first) = jobs.first() else {
        return Ok(());
    };
    let alike = |job: &NewJob| job.queue == first.queue && job.user == first.user && job.key.is_none();
    if !jobs.iter().all(alike) {
        return Err(StoreError::Internal("jobs enqueued at once are not alike".to_owned()));
    }
    jobs.iter().try_for_each(refuse_nul)?;
    let mut turn = next_turn(transaction, first).await?;
    for rows in jobs.chunks(ROWS_AT_ONCE) {
        let mut sql = Sql::new(INSERT);
        for (number, job) in rows.iter().enumerate() {
            if number > 0 {
                sql.push_text(", ");
            }
            push_row(&mut sql, job, turn);
            turn = turn.saturating_add(1);
        }
        sql.run(transaction.connection()).await?;
    }
    Ok(())
}

const INSERT: &str = "INSERT INTO jobs (id, queue, kind, payload, lane, key, turn, begins_as, state, attempt, \
                      max_attempts, fence, beat, created_at, changed_at, run_at) VALUES ";

fn push_row(sql: &mut Sql, job: &NewJob, turn: i64) {
    let mut row = std::mem::take(sql).then("(").bind(job.id.uuid());
    row = row
        .then(", ")
        .bind(job.queue.as_str())
        .then(", ")
        .bind(job.kind.as_str());
    row = row
        .then(", ")
        .bind(job.payload.as_str())
        .then(", ")
        .bind(lane(job.user));
    row = row.then(", ").bind(job.key.clone()).then(", ").bind(turn);
    row = row.then(", ").bind(job.begins_as.as_str()).then(", 'pending', 0, ");
    row = row.bind(i32::from(job.max_attempts)).then(", 0, 0, ");
    row = row
        .bind(job.created_at.micros())
        .then(", ")
        .bind(job.created_at.micros());
    *sql = row.then(", ").bind(job.run_at.map(Timestamp::micros)).then(")");
}

/// The place of a new job.
async fn next_turn(transaction: &Transaction, job: &NewJob) -> Result<i64, StoreError> {
    let connection = transaction.connection();
    let row = turn_question(job, Dialect::of(connection))
        .one(connection)
        .await?
        .ok_or_else(|| StoreError::Internal("no turn".to_owned()))?;
    column(&row, "turn")
}

pub(super) fn turn_question(job: &NewJob, dialect: Dialect) -> Sql {
    Sql::new("SELECT ")
        .then(&place(dialect, "new"))
        .then(" AS turn FROM (SELECT ")
        .bind(job.queue.as_str())
        .then(" AS queue, ")
        .bind(lane(job.user))
        .then(" AS lane) AS new")
}

/// PostgreSQL keeps no text with this character in it, and what one database refuses the other
/// must not take.
fn refuse_nul(job: &NewJob) -> Result<(), StoreError> {
    let texts = [&job.queue, &job.kind, &job.payload];
    if texts.into_iter().chain(&job.key).any(|text| text.contains('\0')) {
        return Err(StoreError::Internal(format!("job {} holds a NUL character", job.id)));
    }
    Ok(())
}
