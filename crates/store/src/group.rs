//! Group commit: the one task that writes to a SQLite file.
//!
//! While a commit waits for the disk, further writes queue up; the task then takes all of them
//! into one transaction and answers them together. Each runs inside a savepoint, so that one that
//! fails takes back only its own changes. If the transaction itself is lost, everybody in it hears
//! so, and the connection, whose state nobody can vouch for, is replaced.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use sea_orm::{DatabaseConnection, SqliteTransactionMode, TransactionOptions, TransactionTrait as _};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::connect::SqliteFile;
use crate::error::{StoreError, classify};
use crate::transaction::Transaction;

/// The most writes in one transaction: bounds how long the first of them waits.
const GROUP_LIMIT: usize = 128;

/// The most writes that may wait; more have to wait for a place.
const QUEUE_LIMIT: usize = 1024;

pub(crate) struct GroupWriter {
    queue: Mutex<Option<mpsc::Sender<Box<dyn Write>>>>,
    task: Mutex<Option<JoinHandle<()>>>,
    patience: Duration,
}

impl GroupWriter {
    pub(crate) async fn start(
        file: SqliteFile,
        patience: Duration,
        commits: Arc<AtomicU64>,
    ) -> Result<Self, StoreError> {
        let connection = file.writer().await?;
        let (queue, waiting) = mpsc::channel(QUEUE_LIMIT);
        let task = tokio::spawn(write_in_groups(file, connection, waiting, commits));
        Ok(Self {
            queue: Mutex::new(Some(queue)),
            task: Mutex::new(Some(task)),
            patience,
        })
    }

    pub(crate) async fn write<T, F>(&self, op: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t Transaction) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
    {
        let closed = || StoreError::Unavailable("the store is closing".to_owned());
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let queue = queue.ok_or_else(closed)?;
        let (reply, answer) = oneshot::channel();
        match queue.send_timeout(Box::new(Request { op, reply }), self.patience).await {
            Ok(()) => {}
            Err(mpsc::error::SendTimeoutError::Closed(_)) => return Err(closed()),
            Err(mpsc::error::SendTimeoutError::Timeout(_)) => {
                return Err(StoreError::Unavailable("too many writes are waiting".to_owned()));
            }
        }
        // A clone that waited on would keep the task from ending.
        drop(queue);
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Lets the task finish what is queued and waits for its end.
    pub(crate) async fn stop(&self) {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(queue);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the task that writes to the database ended badly");
        }
    }
}

/// Ends when the last sender is gone and the queue is empty.
async fn write_in_groups(
    file: SqliteFile,
    connection: DatabaseConnection,
    mut waiting: mpsc::Receiver<Box<dyn Write>>,
    commits: Arc<AtomicU64>,
) {
    let mut connection = Some(connection);
    let mut group = Vec::with_capacity(GROUP_LIMIT);
    while waiting.recv_many(&mut group, GROUP_LIMIT).await > 0 {
        // Whoever went away before the turn came wants nothing any more.
        group.retain(|write| !write.is_abandoned());
        if group.is_empty() {
            continue;
        }
        let opened = match connection.take() {
            Some(open) => Ok(open),
            None => file.writer().await,
        };
        let open = match opened {
            Ok(open) => open,
            Err(error) => {
                group.drain(..).for_each(|write| write.refuse(error.clone()));
                continue;
            }
        };
        match commit(&open, group.drain(..), &commits).await {
            Ok(()) => connection = Some(open),
            Err(error) => {
                tracing::warn!(%error, "a group of writes was lost");
                close(open).await;
            }
        }
    }
    if let Some(open) = connection {
        close(open).await;
    }
}

async fn close(connection: DatabaseConnection) {
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "the connection that writes could not be closed");
    }
}

/// Runs a group in one transaction and answers everybody in it.
async fn commit(
    connection: &DatabaseConnection,
    mut group: impl Iterator<Item = Box<dyn Write>> + Send,
    commits: &AtomicU64,
) -> Result<(), StoreError> {
    let mut answers = Vec::with_capacity(GROUP_LIMIT);
    let outcome = run(connection, &mut group, &mut answers).await;
    if outcome.is_ok() {
        commits.fetch_add(1, Ordering::Relaxed);
    }
    for answer in answers {
        answer(outcome.clone());
    }
    if let Err(error) = &outcome {
        group.for_each(|write| write.refuse(error.clone()));
    }
    outcome
}

/// Leaves in `group` what it did not come to, and in `answers` what depends on the commit.
async fn run(
    connection: &DatabaseConnection,
    group: &mut (impl Iterator<Item = Box<dyn Write>> + Send),
    answers: &mut Vec<Answer>,
) -> Result<(), StoreError> {
    // Immediate: a transaction that read first could not become a writing one while others write.
    let immediate = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let transaction = connection.begin_with_options(immediate).await.map_err(classify)?;
    for write in group {
        let savepoint = match transaction.begin().await {
            Ok(savepoint) => Transaction::new(savepoint),
            Err(error) => {
                let error = classify(error);
                write.refuse(error.clone());
                return Err(error);
            }
        };
        match write.run(&savepoint).await {
            Ended::Well(answer) => {
                answers.push(answer);
                savepoint.commit().await?;
            }
            Ended::Badly(error, answer) => {
                let undone = savepoint.rollback().await;
                answer();
                // SQLite gives up the whole transaction on some errors, a full disk for one. Then
                // there is no savepoint to go back to, and the others have to know the reason.
                if let Err(lost) = undone {
                    return Err(if error.concerns_everybody() { error } else { lost });
                }
            }
        }
    }
    transaction.commit().await.map_err(classify)
}

/// A write that waits for its turn, whatever it returns.
trait Write: Send {
    fn is_abandoned(&self) -> bool;
    fn refuse(self: Box<Self>, error: StoreError);
    fn run<'t>(self: Box<Self>, transaction: &'t Transaction) -> BoxFuture<'t, Ended>
    where
        Self: 't;
}

/// Tells the caller how it went, given how the commit went.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

enum Ended {
    Well(Answer),
    /// Needs no commit to be answered.
    Badly(StoreError, Box<dyn FnOnce() + Send>),
}

struct Request<T, F> {
    op: F,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Write for Request<T, F>
where
    T: Send + 'static,
    F: for<'t> FnOnce(&'t Transaction) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
{
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        // Nobody listening any more is no trouble of ours, here and below.
        self.reply.send(Err(error)).ok();
    }

    fn run<'t>(self: Box<Self>, transaction: &'t Transaction) -> BoxFuture<'t, Ended>
    where
        Self: 't,
    {
        let Self { op, reply } = *self;
        // A panic in one operation must not take the writer of all others with it.
        let guarded = AssertUnwindSafe(async move { op(transaction).await }).catch_unwind();
        Box::pin(async move {
            let result = guarded.await;
            match result.unwrap_or_else(|_| Err(StoreError::Internal("an operation panicked".to_owned()))) {
                Ok(value) => Ended::Well(Box::new(move |commit| {
                    reply.send(commit.map(|()| value)).ok();
                })),
                Err(error) => Ended::Badly(
                    error.clone(),
                    Box::new(move || {
                        reply.send(Err(error)).ok();
                    }),
                ),
            }
        })
    }
}
