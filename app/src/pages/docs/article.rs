//! One article: its words, what is in it, and what stands before and after it.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};
use texts::Key;
use ui::{Icon, IconName, Whole as _};
use wire::error::ErrorCode;
use wire::guide::{GuideArticle, GuideEntry, GuideHeading};

use super::{Loading, address};
use crate::bootstrap::facts;
use crate::pages::failed::Failed;
use crate::pages::not_found::NotFound;
use crate::pages::words::{t, to};
use crate::server_fns::docs::doc_article;
use crate::server_fns::in_time;

pub struct ArticlePage;

/// An article, its body apart. The body the server has put into the page does not travel beside it
/// once more: there the browser starts without one and leaves alone what it finds.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Reading {
    article: GuideArticle,
    #[serde(skip)]
    body: String,
}

impl From<GuideArticle> for Reading {
    fn from(mut article: GuideArticle) -> Self {
        let body = std::mem::take(&mut article.html);
        Self { article, body }
    }
}

#[lazy_route]
impl LazyRoute for ArticlePage {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let ArticlePage = this;
        let params = use_params_map();
        let language = facts().language.tag();
        let name = move || params.with(|params| params.get("article")).unwrap_or_default();
        // Its title is in the head, and whether it exists in the status: both wait for it.
        let reading = Resource::new_blocking(name, move |name| async move {
            in_time(doc_article(language.to_owned(), name)).await.map(Reading::from)
        });
        view! {
            <div class="docs">
                <Transition fallback=Loading>
                    {move || Suspend::new(async move {
                        match reading.await {
                            Ok(Reading { article, body }) => view! { <Article article body /> }.whole(),
                            Err(error) if error.code() == ErrorCode::NotFound => view! { <NotFound /> }.whole(),
                            Err(error) => {
                                view! {
                                    <Title text=t(Key::NavDocs) />
                                    <h1 class="vh">{t(Key::NavDocs)}</h1>
                                    <Failed code=error.code() title=t(Key::DocsFailed) again=move || reading.refetch() />
                                }
                                    .whole()
                            }
                        }
                    })}
                </Transition>
            </div>
        }
        .whole()
    }
}

#[component]
fn Article(article: GuideArticle, body: String) -> impl IntoView {
    let GuideArticle {
        entry,
        language,
        contents,
        previous,
        next,
        ..
    } = article;
    let foreign = language != facts().language.tag();
    view! {
        <Title text=entry.title.clone() />
        <div class="article">
            <header class="docs-head">
                <nav class="trail small" aria-label=t(Key::DocsTrail)>
                    <a href=to("/docs")>
                        <Icon name=IconName::Back />
                        {t(Key::NavDocs)}
                    </a>
                </nav>
                <h1>{entry.title}</h1>
                <p class="lead">{entry.summary}</p>
                {foreign.then(|| view! { <p class="aside small">{t(Key::DocsInEnglish)}</p> })}
            </header>
            <Contents contents language=language.clone() />
            <div class="prose" lang=language inner_html=body></div>
            <nav class="pager" aria-label=t(Key::DocsMore)>
                {previous.map(|entry| turn(entry, "prev", Key::DocsPrevious))}
                {next.map(|entry| turn(entry, "next", Key::DocsNext))}
            </nav>
        </div>
    }
    .whole()
}

/// Beside the words where there is room, folded above them where there is not.
#[component]
fn Contents(contents: Vec<GuideHeading>, language: String) -> impl IntoView {
    let links = || {
        let links: Vec<_> = contents.iter().map(link).collect();
        view! { <ul lang=language.clone()>{links}</ul> }.whole()
    };
    view! {
        <details class="contents-fold">
            <summary>
                {t(Key::DocsContents)}
                <Icon name=IconName::ChevronDown />
            </summary>
            {links()}
        </details>
        <nav class="contents" aria-labelledby="contents">
            <h2 id="contents">{t(Key::DocsContents)}</h2>
            {links()}
        </nav>
    }
    .whole()
}

/// The browser goes there by itself, and takes the keyboard along.
fn link(heading: &GuideHeading) -> AnyView {
    view! {
        <li>
            <a href=["#", heading.id.as_str()].concat() rel="external">
                {heading.title.clone()}
            </a>
        </li>
    }
    .whole()
}

fn turn(entry: GuideEntry, rel: &'static str, words: Key) -> AnyView {
    view! {
        <a class=rel rel=rel href=address(&entry.name)>
            <span class="small muted">{t(words)}</span>
            <span>{entry.title}</span>
        </a>
    }
    .whole()
}
