//! A worker takes jobs.

use domain::id::{JobId, UserId, WorkerId};
use domain::job::JobState;
use domain::time::Timestamp;
use sea_orm::FromQueryResult;
use sea_orm::prelude::Uuid;

use super::dialect::Dialect;
use super::turn::{front, place};
use super::{Ticket, small, state, user_of};
use crate::error::StoreError;
use crate::sql::{Sql, column};
use crate::store::Store;
use crate::transaction::Transaction;

/// What a worker is ready to take.
#[derive(Clone, Debug)]
pub struct Claim {
    pub worker: WorkerId,
    pub queue: String,
    /// The kinds it knows. Others stay where they are, for a newer or older worker.
    pub kinds: Vec<String>,
    /// Whether to take those whose last worker was lost with them, or only the others.
    pub suspects: bool,
    pub limit: u32,
    pub now: Timestamp,
}

/// A job in hand. This attempt is counted already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    pub ticket: Ticket,
    pub queue: String,
    pub kind: String,
    pub payload: String,
    pub user: Option<UserId>,
    pub state: JobState,
    pub attempt: u16,
    pub max_attempts: u16,
    pub suspect: bool,
    pub created_at: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    fence: i64,
    kind: String,
    payload: String,
    lane: Uuid,
    state: String,
    attempt: i32,
    max_attempts: i32,
    suspect: bool,
    created_at: i64,
    turn: i64,
}

/// Takes up to `limit` jobs, in their order. Of several workers that ask at once each gets others.
pub async fn claim(transaction: &Transaction, claim: &Claim) -> Result<Vec<Claimed>, StoreError> {
    if claim.kinds.is_empty() || claim.limit == 0 {
        return Ok(Vec::new());
    }
    let connection = transaction.connection();
    let mut rows: Vec<Row> = claim_statement(claim, Dialect::of(connection))
        .all_as(connection)
        .await?;
    rows.sort_unstable_by_key(|row| (row.turn, row.id));
    rows.into_iter().map(|row| claimed(&claim.queue, row)).collect()
}

pub(super) fn claim_statement(claim: &Claim, dialect: Dialect) -> Sql {
    Sql::new("WITH taken AS (SELECT id FROM jobs WHERE queue = ")
        .bind(claim.queue.as_str())
        .then(" AND state = 'pending' AND run_at IS NULL AND suspect = ")
        .bind(claim.suspects)
        .then(" AND kind IN ")
        .list(claim.kinds.iter().map(String::as_str))
        .then(" ORDER BY turn, id LIMIT ")
        .bind(i64::from(claim.limit))
        .then(dialect.skip_locked)
        .then(
            ") UPDATE jobs SET state = begins_as, attempt = attempt + 1, fence = fence + 1, beat = 0, \
             cancel_asked = FALSE, done = NULL, total = NULL, note = NULL, worker = ",
        )
        .bind(claim.worker.uuid())
        .then(", started_at = ")
        .bind(claim.now.micros())
        .then(", changed_at = ")
        .bind(claim.now.micros())
        .then(
            " WHERE id IN (SELECT id FROM taken) RETURNING id, fence, kind, payload, lane, state, attempt, \
             max_attempts, suspect, created_at, turn",
        )
}

fn claimed(queue: &str, row: Row) -> Result<Claimed, StoreError> {
    let job = JobId::from_uuid(row.id);
    Ok(Claimed {
        ticket: Ticket { job, fence: row.fence },
        queue: queue.to_owned(),
        kind: row.kind,
        payload: row.payload,
        user: user_of(row.lane),
        state: state(job, &row.state)?,
        attempt: small(job, row.attempt)?,
        max_attempts: small(job, row.max_attempts)?,
        suspect: row.suspect,
        created_at: Timestamp::from_micros(row.created_at),
    })
}

/// What there is to do, asked without writing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// Queues in which something can be claimed.
    pub queues: Vec<String>,
    /// Whether [`promote`] would do something.
    pub some_are_due: bool,
}

/// Looks, so that an idle worker never writes.
pub async fn readiness(store: &Store, queues: &[String], now: Timestamp) -> Result<Readiness, StoreError> {
    if queues.is_empty() {
        return Ok(Readiness::default());
    }
    let sql = readiness_question(queues, now, Dialect::of(store.reader()));
    let mut found = Readiness::default();
    for row in sql.rows(store.reader()).await? {
        let queue: String = column(&row, "queue")?;
        if queue.is_empty() {
            found.some_are_due = true;
        } else {
            found.queues.push(queue);
        }
    }
    Ok(found)
}

pub(super) fn readiness_question(queues: &[String], now: Timestamp, dialect: Dialect) -> Sql {
    // Asked for the first in the order of an index: whether there is any at all, PostgreSQL would
    // rather find out by looking at one job after the other.
    let mut sql = Sql::new("SELECT '' AS queue WHERE (SELECT min(run_at) FROM jobs")
        .then(&dialect.indexed_by("jobs_run_at_idx"))
        .then(" WHERE ")
        .then(WAITS)
        .then(") <= ")
        .bind(now.micros())
        .then(" OR (SELECT max(changed_at) FROM jobs")
        .then(&dialect.indexed_by("jobs_changed_at_idx"))
        .then(" WHERE ")
        .then(WAITS)
        .then(") > ")
        .bind(put_back(now));
    for queue in queues {
        sql = sql
            .then(" UNION ALL SELECT ")
            .bind(queue.as_str())
            .then(" AS queue WHERE (SELECT 1 FROM jobs WHERE queue = ")
            .bind(queue.as_str())
            .then(" AND state = 'pending' AND run_at IS NULL ORDER BY suspect, turn, id LIMIT 1) = 1");
    }
    sql
}

const WAITS: &str = "state = 'pending' AND run_at IS NOT NULL";

/// Clocks of nodes may differ by this much without anybody noticing.
const CLOCK_SLACK_SECONDS: i64 = 60;

/// What was told to wait after this moment was told so by a clock that has been put back since.
fn put_back(now: Timestamp) -> i64 {
    now.plus_seconds(CLOCK_SLACK_SECONDS).micros()
}

/// So that ten thousand that become ready at once keep no writer waiting for long.
const PROMOTED_AT_ONCE: i64 = 1_000;

/// Makes ready what has waited for its time, the first thousand of them. A job that was told to
/// wait at a moment that has not come yet was told so by a clock that has been put back since: it
/// is ready, too. Returns how many; as long as [`readiness`] says so there are more.
pub async fn promote(transaction: &Transaction, now: Timestamp) -> Result<u64, StoreError> {
    let connection = transaction.connection();
    promote_statement(now, Dialect::of(connection)).run(connection).await
}

/// Each keeps its place if that is still one: not before what is served now, and not behind the
/// place it would get as a new job. Those of one lane that become ready together stand one behind
/// the other.
pub(super) fn promote_statement(now: Timestamp, dialect: Dialect) -> Sql {
    let (greatest, least) = (dialect.greatest, dialect.least);
    let (front, place) = (front(dialect, "due"), place(dialect, "due"));
    Sql::new("WITH due AS (SELECT id, queue, lane, turn FROM jobs")
        .then(&dialect.indexed_by("jobs_run_at_idx"))
        .then(" WHERE ")
        .then(WAITS)
        .then(" AND (run_at <= ")
        .bind(now.micros())
        .then(" OR changed_at > ")
        .bind(put_back(now))
        .then(") ORDER BY run_at LIMIT ")
        .bind(PROMOTED_AT_ONCE)
        .then(dialect.skip_locked)
        .then(&format!(
            "), placed AS (SELECT id, turn, {front} AS front, {place} AS place, \
             row_number() OVER (PARTITION BY queue, lane ORDER BY turn, id) - 1 AS behind FROM due) \
             UPDATE jobs SET run_at = NULL, turn = {least}({greatest}(placed.turn, placed.front + placed.behind), \
             placed.place + placed.behind) FROM placed WHERE jobs.id = placed.id"
        ))
}
