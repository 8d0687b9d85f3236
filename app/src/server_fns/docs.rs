//! The documentation, for the pages that show it.

#![cfg_attr(feature = "ssr", expect(clippy::unused_async, reason = "pages ask over the network"))]

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use wire::guide::{GuideArticle, GuideShelf};

use super::UiError;

/// All articles. The language is the page's: it may be in its address, which no cookie knows of.
#[server(prefix = "/api/ui", endpoint = "doc_shelves", input = Json, output = Json)]
pub async fn doc_shelves(language: String) -> Result<Vec<GuideShelf>, UiError> {
    let page = super::page()?;
    Ok(page.services.guide().shelves(spoken(&page, &language)))
}

/// One article to read.
#[server(prefix = "/api/ui", endpoint = "doc_article", input = Json, output = Json)]
pub async fn doc_article(language: String, name: String) -> Result<GuideArticle, UiError> {
    let page = super::page()?;
    let language = spoken(&page, &language);
    Ok(page.services.guide().article(language, &name, &page.origin)?)
}

#[cfg(feature = "ssr")]
fn spoken(page: &crate::context::PageContext, language: &str) -> texts::Language {
    texts::Language::from_tag(language).unwrap_or(page.language)
}
