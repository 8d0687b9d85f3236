//! Names that people give to files.
//!
//! A name is shown, searched and sent back in headers; it never becomes a path on disk. Still it
//! is parsed once, here, so that no later layer meets a name it has to be afraid of.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest name, in bytes of UTF-8: what every file system our users sync with can hold.
pub const MAX_NAME_BYTES: usize = 255;

/// The name of one file or folder: one step of a path, never a path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NodeName(String);

/// Why a name was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    #[error("a name cannot be empty")]
    Empty,
    #[error("a name can have {MAX_NAME_BYTES} bytes at most")]
    TooLong,
    #[error("a name cannot be \".\" or \"..\"")]
    Dots,
    #[error("a name cannot contain \"/\" or \"\\\"")]
    Separator,
    #[error("a name cannot contain control characters")]
    Control,
}

impl NodeName {
    pub fn parse(name: impl Into<String>) -> Result<Self, InvalidName> {
        let name = name.into();
        if name.trim().is_empty() {
            return Err(InvalidName::Empty);
        }
        if name.len() > MAX_NAME_BYTES {
            return Err(InvalidName::TooLong);
        }
        if name == "." || name == ".." {
            return Err(InvalidName::Dots);
        }
        for character in name.chars() {
            match character {
                '/' | '\\' => return Err(InvalidName::Separator),
                _ if is_unsafe(character) => return Err(InvalidName::Control),
                _ => {}
            }
        }
        Ok(Self(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands after the last dot, unless the name starts with it.
    pub fn extension(&self) -> Option<&str> {
        match self.0.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() && !extension.is_empty() => Some(extension),
            _ => None,
        }
    }
}

/// Control characters, and the invisible ones that make a name read backwards or look like another.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

impl fmt::Display for NodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for NodeName {
    type Error = InvalidName;

    fn try_from(name: String) -> Result<Self, InvalidName> {
        Self::parse(name)
    }
}

impl From<NodeName> for String {
    fn from(name: NodeName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ordinary_names_of_many_scripts_pass() {
        for name in [
            "a",
            "photo 1.jpg",
            "صور العائلة ٢٠٢٦.jpg",
            "日本.mov",
            ".hidden",
            "a.tar.gz",
            "‍👩‍👩‍👧.png",
            "x ",
        ] {
            assert!(NodeName::parse(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn tricks_are_refused_with_their_reason() {
        for (name, why) in [
            ("", InvalidName::Empty),
            (" \u{3000}", InvalidName::Empty),
            (".", InvalidName::Dots),
            ("..", InvalidName::Dots),
            ("../etc/passwd", InvalidName::Separator),
            ("..\\x", InvalidName::Separator),
            ("a\0b", InvalidName::Control),
            ("a\r\nSet-Cookie: x", InvalidName::Control),
            ("evil\u{202e}gpj.exe", InvalidName::Control),
        ] {
            assert_eq!(NodeName::parse(name), Err(why), "{name:?}");
        }
        assert_eq!(NodeName::parse("x".repeat(256)), Err(InvalidName::TooLong));
    }

    #[test]
    fn the_extension_is_after_the_last_dot() {
        let extension = |name: &str| {
            NodeName::parse(name)
                .ok()
                .and_then(|n| n.extension().map(str::to_owned))
        };
        assert_eq!(extension("a.tar.gz").as_deref(), Some("gz"));
        assert_eq!(extension(".hidden"), None);
        assert_eq!(extension("dot."), None);
    }

    proptest! {
        #[test]
        fn no_accepted_name_can_leave_its_folder(name in "\\PC{0,40}|[./\\\\\\x00-\\x20a]{0,12}") {
            if let Ok(name) = NodeName::parse(name) {
                prop_assert!(!name.as_str().contains(['/', '\\', '\0', '\n', '\r']));
                prop_assert!(!matches!(name.as_str(), "" | "." | ".."));
                prop_assert!(name.as_str().len() <= MAX_NAME_BYTES);
            }
        }
    }
}
