//! What is talked about, and the little that is said.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

/// The name of something that changes: `jobs`, `upload:0198…`.
///
/// A name longer than [`Topic::MAX_LEN`] is cut there. Topics that share their beginning then share
/// their hints: somebody looks once more than needed, and nothing is missed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Topic(Arc<str>);

impl Topic {
    /// In bytes.
    pub const MAX_LEN: usize = 200;

    pub fn new(name: impl AsRef<str>) -> Self {
        let name = name.as_ref();
        Self(name[..name.floor_char_boundary(Self::MAX_LEN)].into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What changed, in a few bytes: an id, a state, or nothing at all.
///
/// More than [`Hint::MAX_LEN`] is no hint: then it is published empty, and whoever hears it looks
/// for itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hint(Bytes);

impl Hint {
    /// In bytes.
    pub const MAX_LEN: usize = 4 * 1024;

    pub fn new(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        if bytes.len() > Self::MAX_LEN {
            return Self::default();
        }
        Self(bytes)
    }

    /// "Look again", and no word more.
    pub fn empty() -> Self {
        Self::default()
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The hint as text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        str::from_utf8(&self.0).ok()
    }
}

impl From<&str> for Topic {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for Topic {
    fn from(name: String) -> Self {
        Self::new(name)
    }
}

impl From<&Topic> for Topic {
    fn from(topic: &Topic) -> Self {
        topic.clone()
    }
}

impl Borrow<str> for Topic {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Hint {
    fn from(text: &str) -> Self {
        Self::new(text.to_owned())
    }
}

impl From<String> for Hint {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Vec<u8>> for Hint {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes)
    }
}

impl From<Bytes> for Hint {
    fn from(bytes: Bytes) -> Self {
        Self::new(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::{Hint, Topic};

    #[test]
    fn a_long_name_is_cut_between_letters() {
        let long = format!("a{}", "é".repeat(150));
        let topic = Topic::new(&long);
        assert_eq!(topic.as_str().len(), 199);
        assert!(long.starts_with(topic.as_str()));
        assert_eq!(Topic::new("x".repeat(200)).as_str().len(), 200);
    }

    #[test]
    fn too_much_is_no_hint() {
        assert_eq!(Hint::new(vec![7; Hint::MAX_LEN]).as_bytes().len(), Hint::MAX_LEN);
        assert_eq!(Hint::new(vec![7; Hint::MAX_LEN + 1]), Hint::empty());
    }
}
