//! The handle on the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use sea_orm::{DatabaseConnection, EntityTrait as _, QuerySelect as _, TransactionTrait as _};
use tokio::time::timeout;

use crate::connect::{self, Address, Engine, SqliteFile, StoreOptions};
use crate::entity::nodes;
use crate::error::{StoreError, classify};
use crate::group::GroupWriter;
use crate::transaction::Transaction;

/// The longest an operation on PostgreSQL may take, from its beginning to its commit. Operations are
/// short by design; one that takes longer has lost its connection.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// A handle to share: clones use the same connections.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    readers: DatabaseConnection,
    writer: Writer,
    commits: Arc<AtomicU64>,
}

enum Writer {
    /// SQLite has one writer at a time, so there is one task for it.
    Group(GroupWriter),
    /// PostgreSQL writes on the connections it reads with.
    Pool,
}

impl Store {
    /// Opens a database that `migrations` has brought to the schema.
    pub async fn connect(options: &StoreOptions) -> Result<Self, StoreError> {
        let commits = Arc::new(AtomicU64::new(0));
        let (readers, writer) = match Address::parse(&options.url)? {
            Address::Sqlite(address) => {
                let file = SqliteFile::new(address, options)?;
                let writer = GroupWriter::start(file.clone(), options.acquire_timeout, Arc::clone(&commits)).await?;
                (file.readers().await?, Writer::Group(writer))
            }
            Address::Postgres(address) => (connect::postgres(address, options).await?, Writer::Pool),
        };
        Ok(Self {
            inner: Arc::new(Inner {
                readers,
                writer,
                commits,
            }),
        })
    }

    pub fn engine(&self) -> Engine {
        match self.inner.writer {
            Writer::Group(_) => Engine::Sqlite,
            Writer::Pool => Engine::Postgres,
        }
    }

    /// Asks the database something small that touches a table.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let question = nodes::Entity::find().select_only().column(nodes::Column::Id).limit(1);
        question
            .into_tuple::<sea_orm::prelude::Uuid>()
            .one(self.reader())
            .await
            .map_err(classify)?;
        Ok(())
    }

    /// Runs `op`, and keeps what it did only if it returns `Ok` and the commit succeeds. When this
    /// returns `Ok` the change is on the disk.
    ///
    /// A caller that stops waiting does not undo it: the operation then happens whole or not at
    /// all. On SQLite others wait while it runs, so an operation does nothing but use its
    /// transaction.
    pub async fn write<T, F>(&self, op: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t Transaction) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
    {
        match &self.inner.writer {
            Writer::Group(writer) => writer.write(op).await,
            // A line that broke without a word would keep its caller waiting for good.
            Writer::Pool => timeout(ANSWER_LIMIT, self.write_alone(op)).await.unwrap_or_else(|_| {
                Err(StoreError::Unavailable(format!(
                    "no answer within {} s",
                    ANSWER_LIMIT.as_secs()
                )))
            }),
        }
    }

    async fn write_alone<T, F>(&self, op: F) -> Result<T, StoreError>
    where
        F: for<'t> FnOnce(&'t Transaction) -> BoxFuture<'t, Result<T, StoreError>> + Send,
    {
        let transaction = Transaction::new(self.inner.readers.begin().await.map_err(classify)?);
        match op(&transaction).await {
            Ok(value) => {
                transaction.commit().await?;
                self.inner.commits.fetch_add(1, Ordering::Relaxed);
                Ok(value)
            }
            Err(error) => {
                // If the connection is gone, so is the transaction: the first error says more.
                transaction.rollback().await.ok();
                Err(error)
            }
        }
    }

    /// How many times writes were committed since the start. On SQLite one commit carries many.
    pub fn write_groups(&self) -> u64 {
        self.inner.commits.load(Ordering::Relaxed)
    }

    /// Finishes the writes that are waiting, refuses new ones and closes every connection, for all
    /// clones of this handle.
    pub async fn close(self) -> Result<(), StoreError> {
        if let Writer::Group(writer) = &self.inner.writer {
            writer.stop().await;
        }
        self.inner.readers.close_by_ref().await.map_err(classify)
    }

    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.inner.readers
    }
}
