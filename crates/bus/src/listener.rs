//! What the other nodes say.
//!
//! One connection per process listens to the one channel, in the subscriber mode that Redis has
//! for every version of its protocol. A Redis that falls silent is found out by asking it.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use redis::aio::{PubSubSink, PubSubStream};
use redis::{RedisError, Value};
use tokio::time::error::Elapsed;
use tokio::time::{Instant, sleep, timeout};

use crate::backoff::Backoff;
use crate::figures;
use crate::frame::{Frame, Message, Node};
use crate::hub::Hub;
use crate::redis::{ANSWER_LIMIT, Redis};
use crate::topic::Hint;

/// After how much silence Redis is asked whether it is still there.
const QUIET: Duration = Duration::from_millis(1_500);
/// A connection that held this long was a good one.
const HELD: Duration = Duration::from_secs(10);

pub(crate) struct Listener {
    pub(crate) redis: Redis,
    pub(crate) node: Node,
    pub(crate) channel: String,
    pub(crate) hub: Arc<Hub>,
}

/// Why the line broke.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("{0}")]
    Redis(#[from] RedisError),
    #[error("no answer")]
    Silent(#[from] Elapsed),
    #[error("the connection was closed")]
    Closed,
}

impl Listener {
    /// Listens until the task is ended from outside.
    pub(crate) async fn listen(self) {
        let mut backoff = Backoff::new();
        let mut warned = false;
        loop {
            let broken = match self.open().await {
                Ok((sink, stream)) => {
                    if std::mem::take(&mut warned) {
                        tracing::info!("the line to the other nodes is back");
                    }
                    // Until now nothing was heard here.
                    self.hub.resync("connected");
                    let begun = Instant::now();
                    let broken = self.hear(sink, stream).await;
                    if begun.elapsed() > HELD {
                        backoff.reset();
                    }
                    broken
                }
                Err(broken) => broken,
            };
            self.warn_once(&mut warned, &broken);
            sleep(backoff.wait()).await;
        }
    }

    async fn open(&self) -> Result<(PubSubSink, PubSubStream), Broken> {
        let connection = timeout(ANSWER_LIMIT, self.redis.client().get_async_pubsub()).await??;
        let (mut sink, stream) = connection.split();
        timeout(ANSWER_LIMIT, sink.subscribe(&self.channel)).await??;
        Ok((sink, stream))
    }

    /// Hands on what comes, until nothing can come any more. The client's buffer behind `stream`
    /// has no bound of its own; it stays short because nothing here waits for a subscriber.
    async fn hear(&self, mut sink: PubSubSink, mut stream: PubSubStream) -> Broken {
        loop {
            match timeout(QUIET, stream.next()).await {
                Ok(Some(message)) => self.take(message.get_payload_bytes()),
                Ok(None) => return Broken::Closed,
                Err(_) => match timeout(ANSWER_LIMIT, sink.ping::<Value>()).await {
                    Ok(Ok(_)) => {}
                    Ok(Err(error)) => return error.into(),
                    Err(silent) => return silent.into(),
                },
            }
        }
    }

    fn take(&self, bytes: &[u8]) {
        let Some(frame) = Frame::parse(bytes) else {
            figures::ignored();
            return;
        };
        if frame.node == self.node {
            return;
        }
        match frame.message {
            Message::Hint { topic, hint } => self.hub.deliver(topic, &Hint::new(hint.to_vec())),
            Message::Resync => self.hub.resync("asked"),
        }
    }

    fn warn_once(&self, warned: &mut bool, broken: &impl Display) {
        if !std::mem::replace(warned, true) {
            let place = self.redis.client().get_connection_info().addr();
            tracing::warn!(%place, reason = %broken, "the line to the other nodes is down; they are heard later");
        }
    }
}
