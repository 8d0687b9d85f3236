//! How hints look on the channel:
//!
//! ```text
//! version 1 | node 16 bytes | kind 1 byte | length of the topic 1 byte | topic | hint
//! ```
//!
//! Anybody who reaches Redis can write to the channel, and during an upgrade two versions do. What
//! is not understood is ignored.

use crate::backoff::chance;
use crate::topic::{Hint, Topic};

const VERSION: u8 = 1;
const HINT: u8 = 1;
const RESYNC: u8 = 2;
/// The version and the node.
const HEAD: usize = 17;

/// Which bus sent something: each hears its own messages from Redis as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node(u128);

impl Node {
    pub(crate) fn random() -> Self {
        Self(u128::from(chance()) << 64 | u128::from(chance()))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub(crate) node: Node,
    pub(crate) message: Message<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Message<'a> {
    Hint {
        topic: &'a str,
        hint: &'a [u8],
    },
    /// The sender dropped some.
    Resync,
}

impl<'a> Frame<'a> {
    /// Nothing if this is none of ours.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (&version, rest) = bytes.split_first()?;
        let (&node, rest) = rest.split_first_chunk()?;
        let (&kind, rest) = rest.split_first()?;
        let message = match kind {
            HINT => {
                let (&len, rest) = rest.split_first()?;
                let (topic, hint) = rest.split_at_checked(usize::from(len))?;
                let topic = str::from_utf8(topic).ok()?;
                if topic.len() > Topic::MAX_LEN || hint.len() > Hint::MAX_LEN {
                    return None;
                }
                Message::Hint { topic, hint }
            }
            RESYNC if rest.is_empty() => Message::Resync,
            _ => return None,
        };
        let node = Node(u128::from_be_bytes(node));
        (version == VERSION).then_some(Self { node, message })
    }

    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.len());
        bytes.push(VERSION);
        bytes.extend(self.node.0.to_be_bytes());
        match self.message {
            Message::Hint { topic, hint } => {
                bytes.push(HINT);
                // A topic is at most 200 bytes long.
                bytes.push(u8::try_from(topic.len()).unwrap_or(u8::MAX));
                bytes.extend(topic.as_bytes());
                bytes.extend(hint);
            }
            Message::Resync => bytes.push(RESYNC),
        }
        bytes
    }

    fn len(&self) -> usize {
        match self.message {
            Message::Hint { topic, hint } => HEAD + 2 + topic.len() + hint.len(),
            Message::Resync => HEAD + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Frame, HEAD, Message, Node};
    use crate::topic::{Hint, Topic};

    fn hint<'a>(topic: &'a str, hint: &'a [u8]) -> Frame<'a> {
        Frame {
            node: Node::random(),
            message: Message::Hint { topic, hint },
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let (topic, largest) = ("t".repeat(Topic::MAX_LEN), vec![0xFF; Hint::MAX_LEN]);
        let resync = Frame {
            node: Node::random(),
            message: Message::Resync,
        };
        for frame in [hint("jobs", b"7"), hint("", b""), hint(&topic, &largest), resync] {
            let bytes = frame.to_bytes();
            assert_eq!(bytes.len(), frame.len());
            assert_eq!(Frame::parse(&bytes), Some(frame));
        }
    }

    #[test]
    fn what_is_cut_or_altered_is_read_otherwise_or_not_at_all() {
        let frame = hint("jobs", b"7");
        let bytes = frame.to_bytes();
        for end in 0..HEAD + 6 {
            assert_eq!(Frame::parse(&bytes[..end]), None, "{end} bytes");
        }
        for place in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[place] ^= 0x80;
            assert_ne!(Frame::parse(&altered), Some(frame), "byte {place}");
        }
    }

    #[test]
    fn strangers_are_ignored() {
        let mut other_version = hint("jobs", b"7").to_bytes();
        other_version[0] = 2;
        let mut unknown_kind = hint("jobs", b"7").to_bytes();
        unknown_kind[HEAD] = 9;
        let too_much = hint("jobs", &vec![0; Hint::MAX_LEN + 1]).to_bytes();
        let long_topic = hint(&"t".repeat(Topic::MAX_LEN + 1), b"").to_bytes();
        for bytes in [
            &b""[..],
            b"hello",
            &other_version,
            &unknown_kind,
            &too_much,
            &long_topic,
        ] {
            assert_eq!(Frame::parse(bytes), None);
        }
    }
}
