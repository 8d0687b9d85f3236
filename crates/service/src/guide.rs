//! The documentation: articles that are part of the program, so that they always tell of the
//! version that shows them. Each is made into HTML once per language, when it is first asked for.
//!
//! The guide is in every language, `docs/guide/<language>/<name>.md`: a title, one sentence that
//! says what it is about, sections of the second level. The reference is in English alone,
//! `docs/<name>.md`; `docs/guide/<language>/reference.md` says what its pages are called. To add an
//! article: its files, and a row in [`shelf`]. Addresses of this installation are written
//! `http://localhost:8080`; the reader sees the one that is really meant.

mod book;
mod render;
mod shelf;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use texts::Language;
use wire::guide::{GuideArticle, GuideShelf};

use self::book::Book;
use crate::ServiceError;

/// How the articles write the address of the installation.
const EXAMPLE_ORIGIN: &str = "http://localhost:8080";

/// The documentation, for everybody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Guide;

impl Guide {
    /// All articles, by what they are for.
    pub fn shelves(self, language: Language) -> Vec<GuideShelf> {
        book(language).shelves()
    }

    /// One article, for an installation at `origin`.
    pub fn article(self, language: Language, name: &str, origin: &str) -> Result<GuideArticle, ServiceError> {
        let mut article = book(language).article(name).ok_or(ServiceError::NoSuchArticle)?;
        article.html = article.html.replace(EXAMPLE_ORIGIN, &render::escaped(origin));
        Ok(article)
    }
}

fn book(language: Language) -> &'static Book {
    static BOOKS: [OnceLock<Book>; Language::ALL.len()] = [const { OnceLock::new() }; Language::ALL.len()];
    BOOKS[language as usize].get_or_init(|| Book::write(language))
}
