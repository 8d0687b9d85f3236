//! Which articles there are, in the order in which to read them, and their sources.

use texts::Language;
use wire::guide::GuidePurpose;

/// One article.
pub struct Volume {
    /// Its name in addresses.
    pub name: &'static str,
    pub purpose: GuidePurpose,
    pub source: Source,
}

/// Where an article's words come from, as Markdown.
pub enum Source {
    /// Written in each language, in the order of [`Language::ALL`].
    Guide([&'static str; Language::ALL.len()]),
    /// In English alone.
    Reference(&'static str),
}

/// A file of the guide in all languages.
macro_rules! in_all_languages {
    ($($part:literal),+) => {
        [
            include_str!(concat!("../../../../docs/guide/en/", $($part),+)),
            include_str!(concat!("../../../../docs/guide/de/", $($part),+)),
            include_str!(concat!("../../../../docs/guide/fr/", $($part),+)),
            include_str!(concat!("../../../../docs/guide/es/", $($part),+)),
            include_str!(concat!("../../../../docs/guide/it/", $($part),+)),
        ]
    };
}

macro_rules! guide {
    ($name:literal, $purpose:ident) => {
        Volume {
            name: $name,
            purpose: GuidePurpose::$purpose,
            source: Source::Guide(in_all_languages!($name, ".md")),
        }
    };
}

macro_rules! reference {
    ($name:literal, $purpose:ident) => {
        Volume {
            name: $name,
            purpose: GuidePurpose::$purpose,
            source: Source::Reference(include_str!(concat!("../../../../docs/", $name, ".md"))),
        }
    };
}

pub const PURPOSES: [GuidePurpose; 3] = [GuidePurpose::Use, GuidePurpose::Run, GuidePurpose::Build];

/// All articles.
pub static SHELF: [Volume; 10] = [
    guide!("start", Use),
    guide!("files", Use),
    guide!("app", Use),
    guide!("terminal", Use),
    guide!("trouble", Use),
    guide!("run", Run),
    reference!("configuration", Run),
    reference!("jobs", Run),
    reference!("logging", Run),
    reference!("api", Build),
];

/// What the pages of the reference are called, by language: a list of `[title](../../name.md): sentence`.
pub static REFERENCE: [&str; Language::ALL.len()] = in_all_languages!("reference.md");
