//! The list: what the server knew, what has arrived since, and the way to older files.

use std::collections::HashSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use texts::Key;
use ui::Whole as _;
use wire::error::ErrorCode;
use wire::files::{FileEntry, FilePage};

use super::row::FileRow;
use crate::bootstrap::facts;
use crate::frame::ChooseButton;
use crate::pages::words::{error_text, size, t, t_with, to};
use crate::providers::uploads::uploads;
use crate::server_fns::files::list_files;

#[component]
pub fn FileList(page: FilePage) -> impl IntoView {
    let FilePage {
        files,
        next,
        total,
        stored_bytes,
    } = page;
    let known = RwSignal::new(files);
    let next = RwSignal::new(next);
    let arrived = uploads().arrived;
    // What has arrived since stands first; the server's answer may know some of it already.
    let fresh = move || {
        known.with(|known| {
            arrived.with(|arrived| {
                arrived
                    .iter()
                    .filter(|new| !known.iter().any(|old| old.id == new.id))
                    .cloned()
                    .collect::<Vec<_>>()
            })
        })
    };
    let all = move || -> Vec<FileEntry> { fresh().into_iter().chain(known.get()).collect() };
    let count = move || total + fresh().len() as u64;
    // Contents that the list knows already take no room a second time.
    let added_bytes = move || {
        let mut seen = known.with(|known| known.iter().map(|file| file.sha256.clone()).collect::<HashSet<_>>());
        fresh()
            .into_iter()
            .filter(|file| seen.insert(file.sha256.clone()))
            .map(|file| file.size)
            .sum::<u64>()
    };
    let nothing = Memo::new(move |_| all().is_empty());

    view! {
        <Show
            when=move || !nothing.get()
            fallback=|| {
                view! {
                    <ui::Empty
                        icon=ui::IconName::CloudUpload
                        title=t(Key::FilesEmptyTitle)
                        text=t(Key::FilesEmptyText)
                        invite=true
                    >
                        <ChooseButton />
                        <FromATerminal />
                    </ui::Empty>
                }
            }
        >
            <ul class="rows" aria-label=t(Key::FilesList)>
                <For each=all key=|file| file.id.clone() let:file>
                    <FileRow file />
                </For>
            </ul>
            <LoadMore known next />
            <footer class="list-foot muted small">
                <span>{move || facts_of(count(), stored_bytes + added_bytes())}</span>
                <FromATerminal />
            </footer>
        </Show>
    }
}

fn facts_of(count: u64, stored_bytes: u64) -> String {
    let files = facts().catalogue.count(Key::FilesCount, count, &[]);
    format!(
        "{files} · {}",
        t_with(Key::FilesStored, &[("size", &size(stored_bytes))])
    )
}

/// The next page: a link that works without script, and adds to the list where there is one.
#[component]
fn LoadMore(known: RwSignal<Vec<FileEntry>>, next: RwSignal<Option<String>>) -> impl IntoView {
    let loading = RwSignal::new(false);
    let failed = RwSignal::new(None::<ErrorCode>);
    let load = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        event.stop_propagation();
        if loading.get_untracked() {
            return;
        }
        loading.set(true);
        spawn_local(async move {
            let page = list_files(next.get_untracked()).await;
            // By now the page may be gone.
            if loading.try_set(false).is_some() {
                return;
            }
            match page {
                Ok(page) => {
                    known.update(|known| known.extend(page.files));
                    next.set(page.next);
                    failed.set(None);
                }
                Err(error) => failed.set(Some(error.code())),
            }
        });
    };
    view! {
        <p class="load-more" hidden=move || next.with(Option::is_none)>
            <span class="why" role="alert">
                {move || failed.get().map(error_text)}
            </span>
            <a
                class="btn line"
                href=move || [&to("/files"), "?after=", &next.get().unwrap_or_default()].concat()
                aria-busy=move || loading.get().to_string()
                on:click=load
            >
                {t(Key::FilesLoadMore)}
            </a>
        </p>
    }
    .whole()
}

/// The other way in: one line for a terminal.
#[component]
fn FromATerminal() -> impl IntoView {
    view! {
        <p class="terminal small muted">{t(Key::TerminalTitle)} " " <Curl /></p>
    }
    .whole()
}

/// The line itself.
#[component]
pub fn Curl() -> impl IntoView {
    let command = ["curl -T photo.jpg ", &facts().origin, "/api/v1/files/"].concat();
    view! { <code class="mono">{command}</code> }.whole()
}

/// Shaped like the list, so that nothing jumps when it comes.
#[component]
pub fn Loading() -> impl IntoView {
    let rows = (0..6)
        .map(|_| view! { <li class="row skeleton"><span class="thumb"></span><span class="bar"></span></li> })
        .collect_view();
    view! {
        <ul class="rows" aria-busy="true" aria-label=t(Key::FilesLoading)>
            {rows}
        </ul>
    }
}
