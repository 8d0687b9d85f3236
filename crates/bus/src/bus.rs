//! Publishing and subscribing, on one node or on many.
//!
//! All nodes of an installation share one channel. Every node hears every hint and drops what no
//! subscriber of its own waits for: that is a lookup, cheaper than following each subscription
//! with a round trip to Redis, and there is no moment at which a new topic is not heard yet.

use std::sync::Arc;

use tokio::task::AbortHandle;

use crate::figures;
use crate::frame::{Frame, Message, Node};
use crate::hub::{Hub, Subscription};
use crate::listener::Listener;
use crate::redis::Redis;
use crate::speaker::Speaker;
use crate::topic::{Hint, Topic};

/// Carries hints from those who change something to those who want to know. Clones are the same
/// bus; it closes with the last of them.
#[derive(Clone)]
pub struct Bus {
    shared: Arc<Shared>,
}

struct Shared {
    hub: Arc<Hub>,
    /// To the other nodes, if there can be any.
    line: Option<Line>,
}

struct Line {
    node: Node,
    speaker: Speaker,
    listener: AbortHandle,
}

impl Bus {
    /// A bus within this process.
    pub fn local() -> Self {
        Self::new(Arc::default(), None)
    }

    /// A bus over all processes that use this Redis database. Must be called within the runtime: it
    /// starts its tasks there. Redis need not be there, now or later.
    pub fn over(redis: Redis) -> Self {
        let hub = Arc::<Hub>::default();
        let node = Node::random();
        let channel = channel(redis.database());
        let speaker = Speaker::start(redis.clone(), node, channel.clone());
        let listener = Listener {
            redis,
            node,
            channel,
            hub: Arc::clone(&hub),
        };
        let listener = tokio::spawn(listener.listen()).abort_handle();
        Self::new(
            hub,
            Some(Line {
                node,
                speaker,
                listener,
            }),
        )
    }

    fn new(hub: Arc<Hub>, line: Option<Line>) -> Self {
        Self {
            shared: Arc::new(Shared { hub, line }),
        }
    }

    /// Tells everybody who listens to `topic`. This never waits and never fails: whoever cannot be
    /// told now hears [`News::Resync`](crate::News::Resync) later. The same hint twice in a row may
    /// be heard once.
    pub fn publish(&self, topic: impl Into<Topic>, hint: impl Into<Hint>) {
        self.shared.publish(&topic.into(), &hint.into());
    }

    /// Listens to all of `topics` from now on.
    pub fn subscribe(&self, topics: impl IntoIterator<Item = impl Into<Topic>>) -> Subscription {
        self.shared.hub.subscribe(topics.into_iter().map(Into::into).collect())
    }

    /// Ends every subscription, for all clones. What was published before still goes to the other
    /// nodes if Redis takes it at once.
    pub fn close(&self) {
        self.shared.close();
    }
}

impl Shared {
    fn publish(&self, topic: &Topic, hint: &Hint) {
        if self.hub.is_closed() {
            return;
        }
        figures::published();
        self.hub.deliver(topic.as_str(), hint);
        if let Some(line) = &self.line {
            let frame = Frame {
                node: line.node,
                message: Message::Hint {
                    topic: topic.as_str(),
                    hint: hint.as_bytes(),
                },
            };
            line.speaker.say(frame.to_bytes());
        }
    }

    fn close(&self) {
        self.hub.close();
        if let Some(line) = &self.line {
            line.speaker.end();
            line.listener.abort();
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.close();
    }
}

/// Channels belong to a server, not to a database of it; so the name says which database. Two
/// installations on two databases never hear each other.
fn channel(database: i64) -> String {
    format!("dropcast:{database}:hints")
}
