//! What there is to read, by what somebody wants to do.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};
use texts::Key;
use ui::Whole as _;
use wire::guide::{GuideEntry, GuidePurpose, GuideShelf};

use super::{Loading, address};
use crate::bootstrap::facts;
use crate::pages::failed::Failed;
use crate::pages::words::t;
use crate::server_fns::docs::doc_shelves;
use crate::server_fns::in_time;

pub struct DocsPage;

#[lazy_route]
impl LazyRoute for DocsPage {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let DocsPage = this;
        let language = facts().language.tag();
        let shelves = Resource::new(|| (), move |()| in_time(doc_shelves(language.to_owned())));
        view! {
            <Title text=t(Key::NavDocs) />
            <div class="docs">
                <header class="docs-head">
                    <h1>{t(Key::NavDocs)}</h1>
                    <p class="lead">{t(Key::DocsLead)}</p>
                </header>
                <Suspense fallback=Loading>
                    {move || Suspend::new(async move {
                        match shelves.await {
                            Ok(shelves) => shelves.into_iter().map(|shelf| view! { <Shelf shelf /> }).collect_view().whole(),
                            Err(error) => view! { <Failed code=error.code() title=t(Key::DocsFailed) again=move || shelves.refetch() /> }.whole(),
                        }
                    })}
                </Suspense>
            </div>
        }
        .whole()
    }
}

#[component]
fn Shelf(shelf: GuideShelf) -> impl IntoView {
    let (id, words) = match shelf.purpose {
        GuidePurpose::Use => ("use", Key::DocsForUse),
        GuidePurpose::Run => ("run", Key::DocsForRun),
        GuidePurpose::Build => ("build", Key::DocsForBuild),
    };
    let entries: Vec<_> = shelf.articles.into_iter().map(entry).collect();
    view! {
        <section class="shelf" aria-labelledby=id>
            <h2 id=id>{t(words)}</h2>
            <ul>{entries}</ul>
        </section>
    }
    .whole()
}

fn entry(entry: GuideEntry) -> AnyView {
    view! {
        <li>
            <a href=address(&entry.name)>{entry.title}</a>
            <p class="muted">{entry.summary}</p>
        </li>
    }
    .whole()
}
