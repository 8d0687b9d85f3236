//! Locks: who does what only one may do at a time.
//!
//! A lock is a row that stays. Each time it is taken its fence grows, so that a holder who was
//! thought dead and comes back is told apart from the one who has it now. While the holder lives
//! its beat grows. When a holder has been silent for too long is not decided here: it takes a clock.

use sea_orm::{ConnectionTrait as _, DbBackend, Value};

use crate::Store;
use crate::error::StoreError;
use crate::sql::{self, Sql};
use crate::transaction::Transaction;

/// What the holder of a lock looks like from outside; it changes for as long as the holder lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sign {
    pub fence: i64,
    pub beat: i64,
}

/// What became of an attempt to take a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It is ours, under this fence.
    Taken(i64),
    /// Somebody has it.
    Held(Sign),
}

/// Takes a lock that nobody has.
pub async fn take(transaction: &Transaction, name: &str, holder: &str) -> Result<Attempt, StoreError> {
    let taking = Sql::new("INSERT INTO locks AS lock (name, holder, fence, beat) VALUES ")
        .list([Value::from(name), holder.into(), 1_i64.into(), 0_i64.into()])
        .then(" ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = lock.fence + 1, beat = 0")
        .then(" WHERE lock.holder IS NULL RETURNING fence");
    if let Some(row) = taking.one(transaction.connection()).await? {
        return Ok(Attempt::Taken(sql::column(&row, "fence")?));
    }
    let standing = Sql::new("SELECT fence, beat FROM locks WHERE name = ").bind(name);
    match standing.one(transaction.connection()).await? {
        Some(row) => Ok(Attempt::Held(Sign {
            fence: sql::column(&row, "fence")?,
            beat: sql::column(&row, "beat")?,
        })),
        None => Err(StoreError::Corrupt(format!("the lock {name} is gone"))),
    }
}

/// Takes a lock from a holder whose last sign was `seen`, unless there has been another since.
pub async fn take_over(
    transaction: &Transaction,
    name: &str,
    holder: &str,
    seen: Sign,
) -> Result<Option<i64>, StoreError> {
    let taking = Sql::new("UPDATE locks SET fence = fence + 1, beat = 0, holder = ")
        .bind(holder)
        .then(" WHERE beat = ")
        .bind(seen.beat)
        .then(" AND ");
    let row = held(taking, name, seen.fence)
        .then(" RETURNING fence")
        .one(transaction.connection())
        .await?;
    row.map(|row| sql::column(&row, "fence")).transpose()
}

/// Gives a sign of life. Whether the lock is still held.
pub async fn beat(transaction: &Transaction, name: &str, fence: i64) -> Result<bool, StoreError> {
    let beating = held(Sql::new("UPDATE locks SET beat = beat + 1 WHERE "), name, fence);
    Ok(beating.run(transaction.connection()).await? > 0)
}

/// Gives a lock back. Whether it was still held.
pub async fn release(transaction: &Transaction, name: &str, fence: i64) -> Result<bool, StoreError> {
    let releasing = held(Sql::new("UPDATE locks SET holder = NULL WHERE "), name, fence);
    Ok(releasing.run(transaction.connection()).await? > 0)
}

/// Lets the operation go on only if the lock is held under this fence, and keeps others from taking
/// it until the operation is over. Otherwise [`StoreError::Conflict`] with `locks_fence`.
pub async fn require(transaction: &Transaction, name: &str, fence: i64) -> Result<(), StoreError> {
    let db = transaction.connection();
    let mut question = held(Sql::new("SELECT fence FROM locks WHERE "), name, fence);
    // On SQLite an operation is the only one that writes.
    if db.get_database_backend() == DbBackend::Postgres {
        question.push_text(" FOR NO KEY UPDATE");
    }
    match question.one(db).await? {
        Some(_) => Ok(()),
        None => Err(StoreError::Conflict("locks_fence".to_owned())),
    }
}

/// Who has a lock now, for an operator.
pub async fn holder(store: &Store, name: &str) -> Result<Option<String>, StoreError> {
    let question = Sql::new("SELECT holder FROM locks WHERE name = ").bind(name);
    match question.one(store.reader()).await? {
        Some(row) => sql::column(&row, "holder"),
        None => Ok(None),
    }
}

fn held(statement: Sql, name: &str, fence: i64) -> Sql {
    statement
        .then("holder IS NOT NULL AND name = ")
        .bind(name)
        .then(" AND fence = ")
        .bind(fence)
}
