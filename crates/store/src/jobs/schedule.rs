//! What returns on time: one row says when it is due next, and whoever moves it on enqueues the job.

use domain::time::Timestamp;

use crate::error::StoreError;
use crate::sql::{Sql, column};
use crate::store::Store;
use crate::transaction::Transaction;

/// The schedules of these names that are due: never run, past their time, or further away than
/// they can be (`latest`), because the clock was put back. `names` come with their latest times.
pub async fn due(store: &Store, names: &[(&str, Timestamp)], now: Timestamp) -> Result<Vec<String>, StoreError> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Sql::new("SELECT name, next_at FROM job_schedules WHERE name IN ")
        .list(names.iter().map(|(name, _)| *name))
        .rows(store.reader())
        .await?;
    let mut known = Vec::with_capacity(rows.len());
    for row in &rows {
        let name: String = column(row, "name")?;
        known.push((name, Timestamp::from_micros(column(row, "next_at")?)));
    }
    Ok(names
        .iter()
        .filter(|(name, latest)| {
            known
                .iter()
                .find(|(known, _)| known == name)
                .is_none_or(|(_, next)| *next <= now || *next > *latest)
        })
        .map(|(name, _)| (*name).to_owned())
        .collect())
}

/// Moves a schedule that is due on to `next`. Of many nodes that try at once one gets `true`, and
/// enqueues the job in the same transaction.
pub async fn keep_schedule(
    transaction: &Transaction,
    name: &str,
    next: Timestamp,
    latest: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let moved = Sql::new("INSERT INTO job_schedules (name, next_at) VALUES (")
        .bind(name)
        .then(", ")
        .bind(next.micros())
        .then(") ON CONFLICT (name) DO UPDATE SET next_at = excluded.next_at WHERE job_schedules.next_at <= ")
        .bind(now.micros())
        .then(" OR job_schedules.next_at > ")
        .bind(latest.micros())
        .run(transaction.connection())
        .await?;
    Ok(moved == 1)
}
