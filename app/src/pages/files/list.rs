//! The list: what the server knew, what has arrived since, and the way to older files.

use std::collections::HashSet;

use leptos::prelude::*;
use texts::Key;
use wire::files::{FileEntry, FilePage};

use super::drop_zone::ChooseButton;
use super::row::Row;
use crate::bootstrap::facts;
use crate::pages::words::{error_text, size, t, t_with};
use crate::providers::uploads::uploads;
use crate::server_fns::UiError;
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
                    <Row file />
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
    let load = Action::new(move |after: &String| {
        let after = after.clone();
        async move { list_files(Some(after)).await }
    });
    let failed = RwSignal::new(None::<UiError>);
    Effect::new(move |_| match load.value().get() {
        Some(Ok(page)) => {
            known.update(|known| known.extend(page.files));
            next.set(page.next);
            failed.set(None);
        }
        Some(Err(error)) => failed.set(Some(error)),
        None => {}
    });
    move || {
        next.get().map(|after| {
            let href = format!("/?after={after}");
            view! {
                <p class="load-more">
                    {move || failed.get().map(|error| view! { <span class="why">{error_text(error.code())}</span> })}
                    <a
                        class="btn line"
                        href=href
                        aria-busy=move || load.pending().get().to_string()
                        on:click=move |event| {
                            event.prevent_default();
                            event.stop_propagation();
                            if !load.pending().get_untracked() {
                                load.dispatch(after.clone());
                            }
                        }
                    >
                        {t(Key::FilesLoadMore)}
                    </a>
                </p>
            }
        })
    }
}

/// The other way in: one line for a terminal.
#[component]
fn FromATerminal() -> impl IntoView {
    let command = format!("curl -T photo.jpg {}/api/v1/files/", facts().origin);
    view! {
        <p class="terminal small muted">{t(Key::TerminalTitle)} " " <code class="mono">{command}</code></p>
    }
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
