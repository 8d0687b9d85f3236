//! Writes down together what went well at about the same time.
//!
//! While one write is on its way to the disk the next good ends gather, and go in one statement.

use std::sync::Arc;

use domain::id::JobId;
use domain::time::Timestamp;
use store::jobs::{self, Progress, Ticket};
use store::{Store, StoreError};
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::patience::in_time;

/// The most ends in one statement.
const BATCH: usize = 128;

/// Where good ends are handed in.
#[derive(Clone)]
pub struct Finisher {
    queue: mpsc::Sender<Request>,
}

struct Request {
    ticket: Ticket,
    /// How far it came, if it said so.
    progress: Option<Progress>,
    now: Timestamp,
    reply: oneshot::Sender<Result<bool, StoreError>>,
}

impl Finisher {
    /// Starts the task; it ends when all handles are gone. It holds `several` while it writes.
    pub fn start(store: Store, several: Arc<Mutex<()>>) -> Self {
        let (queue, waiting) = mpsc::channel(BATCH * 4);
        tokio::spawn(write_together(store, several, waiting));
        Self { queue }
    }

    /// Whether the job was still the caller's.
    pub async fn complete(
        &self,
        ticket: Ticket,
        progress: Option<Progress>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let gone = || StoreError::Unavailable("nobody writes down the ends of jobs any more".to_owned());
        let (reply, answer) = oneshot::channel();
        let request = Request {
            ticket,
            progress,
            now,
            reply,
        };
        self.queue.send(request).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

async fn write_together(store: Store, several: Arc<Mutex<()>>, mut waiting: mpsc::Receiver<Request>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let alone = several.lock().await;
        let written = in_time(write(&store, &mut batch)).await;
        drop(alone);
        for request in batch.drain(..) {
            let answer = match &written {
                Ok(ours) => Ok(ours.contains(&request.ticket.job)),
                Err(error) => Err(error.clone()),
            };
            // Whoever no longer waits for the answer does without.
            let _ = request.reply.send(answer);
        }
    }
}

async fn write(store: &Store, batch: &mut [Request]) -> Result<Vec<JobId>, StoreError> {
    let Some(now) = batch.iter().map(|request| request.now).max() else {
        return Ok(Vec::new());
    };
    let tickets: Vec<Ticket> = batch.iter().map(|request| request.ticket).collect();
    let progress: Vec<(Ticket, Progress)> = batch
        .iter_mut()
        .filter_map(|request| Some((request.ticket, request.progress.take()?)))
        .collect();
    store
        .write(move |transaction| {
            Box::pin(async move {
                jobs::save_progress(transaction, &progress).await?;
                jobs::complete(transaction, &tickets, now).await
            })
        })
        .await
}
