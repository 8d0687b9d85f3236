//! The right to write, for the length of one operation.

use sea_orm::DatabaseTransaction;

use crate::error::{StoreError, classify};

/// Everything done through it happens, or nothing.
pub struct Transaction {
    inner: DatabaseTransaction,
}

impl Transaction {
    pub(crate) fn new(inner: DatabaseTransaction) -> Self {
        Self { inner }
    }

    pub(crate) fn connection(&self) -> &DatabaseTransaction {
        &self.inner
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        self.inner.commit().await.map_err(classify)
    }

    pub(crate) async fn rollback(self) -> Result<(), StoreError> {
        self.inner.rollback().await.map_err(classify)
    }
}
