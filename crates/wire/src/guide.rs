//! The documentation: what articles there are, and one of them to read.

use serde::{Deserialize, Serialize};

/// What somebody wants to do who reads an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuidePurpose {
    /// Put files in and find them again.
    Use,
    /// Run an installation.
    Run,
    /// Write programs that talk to it.
    Build,
}

/// The articles for one purpose, in the order in which to read them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuideShelf {
    /// What they are for.
    pub purpose: GuidePurpose,
    /// The articles, at least one.
    pub articles: Vec<GuideEntry>,
}

/// An article as it is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuideEntry {
    /// Its name in addresses.
    pub name: String,
    /// What it is called in the reader's language.
    pub title: String,
    /// What it is about, in one sentence of the reader's language.
    pub summary: String,
}

/// An article to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuideArticle {
    /// What it is called, and what it is about.
    pub entry: GuideEntry,
    /// The tag of the language its body is in.
    pub language: String,
    /// Its body as HTML of our own making: no script, no style, headings from the second level on.
    pub html: String,
    /// Its headings of the second level.
    pub contents: Vec<GuideHeading>,
    /// The article before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<GuideEntry>,
    /// The article after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<GuideEntry>,
}

/// A place within an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuideHeading {
    /// Its id in the body, the same in every language.
    pub id: String,
    /// Its words.
    pub title: String,
}
