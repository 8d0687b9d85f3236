//! What one subscriber has not read yet: bounded, because nobody knows whether it still reads.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::topic::{Hint, Topic};

/// How many hints wait for a subscriber before it is told to look at everything instead.
pub(crate) const CAPACITY: usize = 256;

/// What a subscriber hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    Hint {
        topic: Topic,
        hint: Hint,
    },
    /// Something may have been missed, on any topic: read the database again.
    Resync,
}

#[derive(Default)]
pub(crate) struct Mailbox {
    inbox: Mutex<Inbox>,
    bell: Notify,
}

#[derive(Default)]
struct Inbox {
    hints: VecDeque<(Topic, Hint)>,
    /// What `hints` held before is lost or out of date. Comes before them.
    resync: bool,
    closed: bool,
}

impl Mailbox {
    /// Adds a hint, and says how many others had to go for it.
    pub(crate) fn put(&self, topic: &Topic, hint: &Hint) -> usize {
        let mut inbox = self.inbox();
        // Who has yet to read the last one will look after both of them.
        if inbox
            .hints
            .back()
            .is_some_and(|(last_topic, last)| last_topic == topic && last == hint)
        {
            return 0;
        }
        let mut lost = 0;
        if inbox.hints.len() == CAPACITY {
            lost = inbox.hints.len();
            inbox.hints.clear();
            inbox.resync = true;
        }
        inbox.hints.push_back((topic.clone(), hint.clone()));
        drop(inbox);
        self.bell.notify_one();
        lost
    }

    /// Everything that waits is older than this, and contained in it.
    pub(crate) fn resync(&self) {
        let mut inbox = self.inbox();
        inbox.hints.clear();
        inbox.resync = true;
        drop(inbox);
        self.bell.notify_one();
    }

    /// What waits can still be read; nothing comes after it.
    pub(crate) fn close(&self) {
        self.inbox().closed = true;
        self.bell.notify_one();
    }

    /// The oldest news. There is one reader, and it may give up waiting at any time.
    pub(crate) async fn next(&self) -> Option<News> {
        loop {
            {
                let mut inbox = self.inbox();
                if std::mem::take(&mut inbox.resync) {
                    return Some(News::Resync);
                }
                if let Some((topic, hint)) = inbox.hints.pop_front() {
                    return Some(News::Hint { topic, hint });
                }
                if inbox.closed {
                    return None;
                }
            }
            self.bell.notified().await;
        }
    }

    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
