//! Marks of limits: how far each key has used up its allowance.
//!
//! A mark is the moment at which the allowance is whole again. Taking moves it on, in one statement,
//! so that of many who take at once each counts. What the numbers mean, and what time it is, the
//! caller knows.

use domain::time::Timestamp;
use sea_orm::{QueryResult, Value};

use crate::error::StoreError;
use crate::sql::{self, Sql};
use crate::transaction::Transaction;

/// One attempt to take from an allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    pub now: Timestamp,
    /// How many microseconds it moves the mark.
    pub cost: i64,
    /// What the mark may not move beyond.
    pub most: Timestamp,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The mark has moved here.
    Granted(Timestamp),
    /// Nothing was changed; the mark stands here.
    Refused(Timestamp),
}

/// How many marks one statement of [`forget`] removes at most, so that nobody waits long for it.
const FORGET_AT_ONCE: i64 = 2_000;

/// Moves the mark of `key` on, or leaves it where it is when that would be too far. The cost alone
/// must not reach beyond what is allowed: the first mark of a key is not compared.
pub async fn take(transaction: &Transaction, key: &str, ask: Ask) -> Result<Taken, StoreError> {
    let first = ask.now.micros().saturating_add(ask.cost);
    let taking = Sql::new("INSERT INTO limit_marks AS mark (key, tat) VALUES ")
        .list([Value::from(key), first.into()])
        .then(" ON CONFLICT (key) DO UPDATE SET tat = CASE WHEN mark.tat + ")
        .bind(ask.cost)
        .then(" > excluded.tat THEN mark.tat + ")
        .bind(ask.cost)
        .then(" ELSE excluded.tat END WHERE mark.tat + ")
        .bind(ask.cost)
        .then(" <= ")
        .bind(ask.most.micros())
        .then(" RETURNING tat");
    if let Some(row) = taking.one(transaction.connection()).await? {
        return Ok(Taken::Granted(tat(&row)?));
    }
    let standing = Sql::new("SELECT tat FROM limit_marks WHERE key = ").bind(key);
    match standing.one(transaction.connection()).await? {
        Some(row) => Ok(Taken::Refused(tat(&row)?)),
        // Forgotten between the two statements.
        None => Err(StoreError::Conflict("limit_marks_pkey".to_owned())),
    }
}

/// Puts a mark that stands wrong where it belongs, unless it has moved meanwhile.
pub async fn set_right(
    transaction: &Transaction,
    key: &str,
    wrong: Timestamp,
    right: Timestamp,
) -> Result<bool, StoreError> {
    let change = Sql::new("UPDATE limit_marks SET tat = ")
        .bind(right.micros())
        .then(" WHERE key = ")
        .bind(key)
        .then(" AND tat = ")
        .bind(wrong.micros());
    Ok(change.run(transaction.connection()).await? > 0)
}

/// Removes some of the marks that lie before `before`, which say nothing any more, and tells how
/// many. There may be more for as long as it is not zero.
pub async fn forget(transaction: &Transaction, before: Timestamp) -> Result<u64, StoreError> {
    Sql::new("DELETE FROM limit_marks WHERE key IN (SELECT key FROM limit_marks WHERE tat < ")
        .bind(before.micros())
        .then(" LIMIT ")
        .bind(FORGET_AT_ONCE)
        // A mark may have moved since it was chosen.
        .then(") AND tat < ")
        .bind(before.micros())
        .run(transaction.connection())
        .await
}

fn tat(row: &QueryResult) -> Result<Timestamp, StoreError> {
    Ok(Timestamp::from_micros(sql::column(row, "tat")?))
}
