//! How a setting is declared.

use std::marker::PhantomData;

use super::value::Value;

/// Everything about a setting except its type.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its name in the environment.
    pub env: &'static str,
    /// Its dotted path in the configuration file.
    pub toml: &'static str,
    pub default: Preset,
    /// What a value looks like.
    pub form: &'static str,
    pub shown: Shown,
    /// What it decides, in one sentence.
    pub about: &'static str,
}

/// What holds when nobody says anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// This value, written as in the environment.
    Is(&'static str),
    /// Nothing: what it switches on stays off.
    Off,
    /// A value that follows from other settings, in words.
    Follows(&'static str),
}

/// How much of a value may be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Whole,
    /// An address, without the passwords in it.
    WithoutPasswords,
    Never,
}

impl Row {
    /// Whether the value can come from a file that `NAME_FILE` names.
    pub fn is_secret(&self) -> bool {
        self.shown != Shown::Whole
    }

    /// The name of the variable that names the secret's file.
    pub fn env_file(&self) -> String {
        format!("{}_FILE", self.env)
    }
}

/// A setting whose value is a `T`.
pub struct Setting<T> {
    pub row: Row,
    value: PhantomData<fn() -> T>,
}

impl<T: Value> Setting<T> {
    /// A setting that is off, and shown whole, until said otherwise.
    pub const fn new(env: &'static str, toml: &'static str, about: &'static str) -> Self {
        let row = Row {
            env,
            toml,
            default: Preset::Off,
            form: T::FORM,
            shown: Shown::Whole,
            about,
        };
        Self {
            row,
            value: PhantomData,
        }
    }

    #[must_use]
    pub const fn default(mut self, text: &'static str) -> Self {
        self.row.default = Preset::Is(text);
        self
    }

    #[must_use]
    pub const fn follows(mut self, words: &'static str) -> Self {
        self.row.default = Preset::Follows(words);
        self
    }

    #[must_use]
    pub const fn shown(mut self, shown: Shown) -> Self {
        self.row.shown = shown;
        self
    }
}
