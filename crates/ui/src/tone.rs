//! What a message or state means; the colour follows, the words say it too.

use crate::IconName;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Neutral,
    Ok,
    Warn,
    Danger,
}

impl Tone {
    pub const fn icon(self) -> IconName {
        match self {
            Self::Neutral => IconName::Info,
            Self::Ok => IconName::Done,
            Self::Warn => IconName::Warning,
            Self::Danger => IconName::Alert,
        }
    }

    pub const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Danger => "danger",
        }
    }
}
