//! Files: drop something in, see it, take it away.

mod list;
mod row;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use texts::Key;
use ui::{Tone, Whole as _};
use wire::error::ErrorCode;

use self::list::FileList;
use super::failed::Failed;
use super::words::{error_text, t};

pub use self::list::Curl;
pub use self::row::FileRow;
use crate::bootstrap::facts;
use crate::context::Audience;
use crate::server_fns::files::list_files;
use crate::server_fns::in_time;

pub struct FilesPage;

#[lazy_route]
impl LazyRoute for FilesPage {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let FilesPage = this;
        let query = use_query_map();
        let first = Resource::new(
            move || query.with(|query| query.get("after")),
            |after| in_time(list_files(after)),
        );
        view! {
            <Title text=t(Key::FilesTitle) />
            <header class="page-head">
                <h1>{t(Key::FilesTitle)}</h1>
            </header>
            <AudienceNotice />
            <Suspense fallback=list::Loading>
                {move || Suspend::new(async move {
                    match first.await {
                        Ok(page) => view! { <FileList page /> }.whole(),
                        Err(error) => {
                            let text = failed_text(error.code());
                            view! {
                                <Failed code=error.code() title=t(Key::FilesFailedTitle) text again=move || first.refetch() />
                            }
                            .whole()
                        }
                    }
                })}
            </Suspense>
        }
        .whole()
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

/// The list is all that failed; a person first wants to hear that the files are safe.
fn failed_text(code: ErrorCode) -> String {
    match code {
        ErrorCode::Unavailable | ErrorCode::TimedOut => t(Key::FilesFailedText),
        other => error_text(other),
    }
}
