//! Files: drop something in, see it, take it away.

mod drop_zone;
mod list;
mod row;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use texts::Key;
use ui::Tone;
use wire::error::ErrorCode;
use wire::files::FilePage as Page;

use self::drop_zone::{DropZone, UploadButton};
use self::list::FileList;
use super::words::{error_text, t};
use crate::bootstrap::facts;
use crate::context::Audience;
use crate::server_fns::UiError;
use crate::server_fns::files::list_files;

/// The page's data, asked for while its chunk is still loading.
pub struct FilesPage {
    first: Resource<Result<Page, UiError>>,
}

#[lazy_route]
impl LazyRoute for FilesPage {
    fn data() -> Self {
        let query = use_query_map();
        Self {
            first: Resource::new(move || query.with(|query| query.get("after")), list_files),
        }
    }

    fn view(this: Self) -> AnyView {
        let first = this.first;
        view! {
            <Title text=t(Key::FilesTitle) />
            <DropZone />
            <header class="page-head">
                <h1>{t(Key::FilesTitle)}</h1>
                <UploadButton />
            </header>
            <AudienceNotice />
            <Suspense fallback=list::Loading>
                {move || Suspend::new(async move {
                    match first.await {
                        Ok(page) => view! { <FileList page /> }.into_any(),
                        Err(error) => view! { <Failed error first /> }.into_any(),
                    }
                })}
            </Suspense>
        }
        .into_any()
    }
}

/// Says who is let in, as long as there are no accounts.
#[component]
fn AudienceNotice() -> impl IntoView {
    match facts().audience {
        Audience::Loopback => {
            view! { <ui::Notice tone=Tone::Neutral title=t(Key::AccessLoopbackTitle)>{t(Key::AccessLoopbackText)}</ui::Notice> }
        }
        Audience::Everyone => {
            view! { <ui::Notice tone=Tone::Warn title=t(Key::AccessEveryoneTitle)>{t(Key::AccessEveryoneText)}</ui::Notice> }
        }
    }
}

#[component]
fn Failed(error: UiError, first: Resource<Result<Page, UiError>>) -> impl IntoView {
    view! {
        <ui::Empty icon=ui::IconName::Alert title=t(Key::FilesFailedTitle) text=failed_text(error.code())>
            <button type="button" class="btn line" on:click=move |_| first.refetch()>
                {t(Key::FailureRetry)}
            </button>
        </ui::Empty>
    }
}

/// The list is all that failed; a person first wants to hear that the files are safe.
fn failed_text(code: ErrorCode) -> String {
    match code {
        ErrorCode::Unavailable | ErrorCode::TimedOut => t(Key::FilesFailedText),
        other => error_text(other),
    }
}
