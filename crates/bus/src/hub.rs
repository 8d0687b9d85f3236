//! Who listens to what, within this process.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::figures;
use crate::mailbox::{Mailbox, News};
use crate::topic::{Hint, Topic};

/// Which subscription.
type Id = u64;

#[derive(Default)]
pub(crate) struct Hub {
    listeners: RwLock<Listeners>,
}

#[derive(Default)]
struct Listeners {
    /// Only topics that somebody listens to.
    topics: HashMap<Topic, HashMap<Id, Arc<Mailbox>>>,
    everybody: HashMap<Id, Arc<Mailbox>>,
    next: Id,
    closed: bool,
}

impl Hub {
    /// Hands a hint to everybody who listens to `topic`.
    pub(crate) fn deliver(&self, topic: &str, hint: &Hint) {
        let listeners = self.read();
        if let Some((topic, mailboxes)) = listeners.topics.get_key_value(topic) {
            let lost: usize = mailboxes.values().map(|mailbox| mailbox.put(topic, hint)).sum();
            if lost > 0 {
                figures::resync("slow");
                figures::dropped("subscriber", lost);
            }
        }
    }

    /// Tells everybody to look at everything.
    pub(crate) fn resync(&self, cause: &'static str) {
        figures::resync(cause);
        for mailbox in self.read().everybody.values() {
            mailbox.resync();
        }
    }

    pub(crate) fn subscribe(self: &Arc<Self>, topics: HashSet<Topic>) -> Subscription {
        let mailbox = Arc::new(Mailbox::default());
        let mut listeners = self.write();
        let id = listeners.next;
        listeners.next += 1;
        if listeners.closed {
            mailbox.close();
        } else {
            for topic in &topics {
                let here = listeners.topics.entry(topic.clone()).or_default();
                here.insert(id, Arc::clone(&mailbox));
            }
            listeners.everybody.insert(id, Arc::clone(&mailbox));
        }
        drop(listeners);
        Subscription {
            id,
            topics,
            mailbox,
            hub: Arc::clone(self),
        }
    }

    /// Nothing is delivered any more, and whoever listens learns it.
    pub(crate) fn close(&self) {
        let mut listeners = self.write();
        listeners.closed = true;
        listeners.topics.clear();
        for (_, mailbox) in listeners.everybody.drain() {
            mailbox.close();
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.read().closed
    }

    fn forget(&self, id: Id, topics: &HashSet<Topic>) {
        let mut listeners = self.write();
        listeners.everybody.remove(&id);
        for topic in topics {
            if let Some(here) = listeners.topics.get_mut(topic) {
                here.remove(&id);
                if here.is_empty() {
                    listeners.topics.remove(topic);
                }
            }
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Listeners> {
        self.listeners.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Listeners> {
        self.listeners.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The news of some topics, in one stream. Dropping it ends it.
pub struct Subscription {
    id: Id,
    topics: HashSet<Topic>,
    mailbox: Arc<Mailbox>,
    hub: Arc<Hub>,
}

impl Subscription {
    /// The next piece of news, or nothing once the bus is closed and all is read. Giving up the
    /// wait loses nothing.
    pub async fn next(&mut self) -> Option<News> {
        self.mailbox.next().await
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hub.forget(self.id, &self.topics);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Arc;

    use super::Hub;
    use crate::topic::{Hint, Topic};

    fn topics(names: &[&str]) -> HashSet<Topic> {
        names.iter().map(Topic::new).collect()
    }

    #[test]
    fn a_dropped_subscription_leaves_no_trace() {
        let hub = Arc::new(Hub::default());
        let both = hub.subscribe(topics(&["a", "b"]));
        let one = hub.subscribe(topics(&["b"]));
        assert_eq!(hub.read().topics.len(), 2);
        drop(both);
        assert_eq!(hub.read().topics.keys().map(Topic::as_str).collect::<Vec<_>>(), ["b"]);
        assert_eq!(hub.read().topics["b"].len(), 1);
        drop(one);
        assert!(hub.read().topics.is_empty());
        assert!(hub.read().everybody.is_empty());
    }

    #[test]
    fn a_topic_without_listeners_is_not_kept() {
        let hub = Arc::new(Hub::default());
        for number in 0..1_000 {
            hub.deliver(&format!("topic {number}"), &Hint::empty());
        }
        assert!(hub.read().topics.is_empty());
    }

    #[test]
    fn a_closed_hub_keeps_nobody() {
        let hub = Arc::new(Hub::default());
        let before = hub.subscribe(topics(&["a"]));
        hub.close();
        let after = hub.subscribe(topics(&["a"]));
        assert!(hub.read().topics.is_empty() && hub.read().everybody.is_empty());
        drop((before, after));
        assert!(hub.read().topics.is_empty() && hub.read().everybody.is_empty());
    }
}
