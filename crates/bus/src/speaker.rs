//! What this node says to the others.
//!
//! Hints go through a bounded queue. What does not fit, or what Redis does not take, is dropped, and
//! then the others are owed a resync: they get it as soon as Redis takes something again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use redis::Pipeline;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::sleep;

use crate::backoff::Backoff;
use crate::error::BusError;
use crate::figures;
use crate::frame::{Frame, Message, Node};
use crate::redis::Redis;

/// How many hints wait for Redis.
const CAPACITY: usize = 1_024;
/// How many of them go in one round trip.
const BATCH: usize = 128;

pub(crate) struct Speaker {
    queue: mpsc::Sender<Saying>,
    owes_resync: Arc<AtomicBool>,
}

#[derive(PartialEq, Eq)]
enum Saying {
    Frame(Vec<u8>),
    /// The last one.
    End,
}

impl Speaker {
    /// Starts to speak on the current runtime. It ends with [`Speaker::end`], or when it is dropped,
    /// after it has said what it had to say.
    pub(crate) fn start(redis: Redis, node: Node, channel: String) -> Self {
        let (queue, sayings) = mpsc::channel(CAPACITY);
        let owes_resync = Arc::new(AtomicBool::new(false));
        let mouth = Mouth {
            redis,
            node,
            channel,
            sayings,
            owes_resync: Arc::clone(&owes_resync),
        };
        tokio::spawn(mouth.speak());
        Self { queue, owes_resync }
    }

    pub(crate) fn say(&self, frame: Vec<u8>) {
        let Err(refused) = self.queue.try_send(Saying::Frame(frame)) else {
            return;
        };
        if let TrySendError::Full(saying) = refused {
            self.owes_resync.store(true, Ordering::Release);
            // If there is room by now, all that waited may have been said before the debt was noted,
            // and this wakes the task that pays it. If not, the task is awake.
            if self.queue.try_send(saying).is_ok() {
                return;
            }
        }
        figures::dropped("line", 1);
    }

    /// Without room for this the queue is full of what nobody waits for at an end.
    pub(crate) fn end(&self) {
        let _full = self.queue.try_send(Saying::End);
    }
}

struct Mouth {
    redis: Redis,
    node: Node,
    channel: String,
    sayings: mpsc::Receiver<Saying>,
    owes_resync: Arc<AtomicBool>,
}

impl Mouth {
    async fn speak(mut self) {
        let mut batch = Vec::with_capacity(BATCH);
        while self.sayings.recv_many(&mut batch, BATCH).await > 0 {
            let ends = batch.contains(&Saying::End);
            // A hint says no more when it is said twice in a row.
            batch.dedup();
            self.say(&batch).await;
            batch.clear();
            if ends || !self.pay().await {
                return;
            }
        }
    }

    async fn say(&self, batch: &[Saying]) {
        let mut publish = Pipeline::new();
        for saying in batch {
            if let Saying::Frame(frame) = saying {
                publish.cmd("PUBLISH").arg(&self.channel).arg(&frame[..]).ignore();
            }
        }
        if publish.is_empty() {
            return;
        }
        if let Err(error) = self.redis.tell(&publish).await {
            self.owes_resync.store(true, Ordering::Release);
            figures::dropped("line", publish.len());
            // That Redis is away is the listener's to say.
            if matches!(error, BusError::Refused { .. }) {
                tracing::warn!(%error, "the other nodes cannot be told what changes");
            }
        }
    }

    /// Says the resync that is owed, and says whether there may be more to say. Hints that wait at
    /// that moment are older than the resync, and contained in it.
    async fn pay(&mut self) -> bool {
        let resync = Frame {
            node: self.node,
            message: Message::Resync,
        };
        let mut publish = Pipeline::new();
        publish
            .cmd("PUBLISH")
            .arg(&self.channel)
            .arg(resync.to_bytes())
            .ignore();

        let mut backoff = Backoff::new();
        while self.owes_resync.swap(false, Ordering::AcqRel) {
            if !self.skip_waiting() {
                return false;
            }
            if self.redis.tell(&publish).await.is_err() {
                self.owes_resync.store(true, Ordering::Release);
                sleep(backoff.wait()).await;
            }
        }
        true
    }

    /// Drops what waits; false at the end.
    fn skip_waiting(&mut self) -> bool {
        let mut skipped = 0;
        let goes_on = loop {
            match self.sayings.try_recv() {
                Ok(Saying::Frame(_)) => skipped += 1,
                Err(mpsc::error::TryRecvError::Empty) => break true,
                Ok(Saying::End) | Err(mpsc::error::TryRecvError::Disconnected) => break false,
            }
        };
        if skipped > 0 {
            figures::dropped("line", skipped);
        }
        goes_on
    }
}
