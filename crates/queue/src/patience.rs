//! How long the database may take to answer.

use std::time::Duration;

use store::StoreError;
use tokio::time::timeout;

/// An answer that takes longer never comes: its connection broke without a word. Waiting on would
/// keep jobs alive that nobody can end.
const LIMIT: Duration = Duration::from_secs(10);

/// Waits for an answer, but not for ever. What was asked may still happen.
pub async fn in_time<T>(asking: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    timeout(LIMIT, asking)
        .await
        .unwrap_or_else(|_| Err(StoreError::Unavailable("it did not answer in time".to_owned())))
}

/// Whether the trouble is with the database as a whole, and over when that is back.
pub fn will_pass(error: &StoreError) -> bool {
    matches!(error, StoreError::Unavailable(_) | StoreError::Full)
}
