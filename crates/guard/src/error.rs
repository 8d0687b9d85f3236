//! What can go wrong with limits and locks.

use store::StoreError;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    /// The database could not be asked.
    #[error(transparent)]
    Database(#[from] StoreError),
    /// Whoever gives a lock back did not have it any more.
    #[error("the lock {0} was lost before it was given back")]
    Lost(String),
}
