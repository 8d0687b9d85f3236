//! Home: what happened lately and how things stand. For a stranger the same address says what this
//! is.

mod added;
mod landing;
mod standing;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};
use texts::Key;
use ui::{IconName, Whole as _};
use wire::home::HomeReport;

use self::added::Added;
use self::landing::Landing;
use self::standing::Standing;
use super::failed::Failed;
use super::words::t;
use crate::bootstrap::facts;
use crate::frame::ChooseButton;
use crate::providers::uploads::uploads;
use crate::server_fns::home::home;
use crate::server_fns::in_time;

pub struct HomePage;

#[lazy_route]
impl LazyRoute for HomePage {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let HomePage = this;
        if facts().let_in {
            view! { <Home /> }.whole()
        } else {
            view! { <Landing /> }.whole()
        }
    }
}

#[component]
fn Home() -> impl IntoView {
    // What has just arrived belongs on this page.
    let arrived = uploads().arrived;
    let report = Resource::new(move || arrived.with(Vec::len), |_| in_time(home()));
    view! {
        <Title text=t(Key::HomeTitle) />
        <h1 class="vh">{t(Key::HomeTitle)}</h1>
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match report.await {
                    Ok(report) => view! { <Known report /> }.whole(),
                    Err(error) => {
                        view! { <Failed code=error.code() title=t(Key::HomeFailedTitle) again=move || report.refetch() /> }.whole()
                    }
                }
            })}
        </Transition>
    }
    .whole()
}

#[component]
fn Known(report: HomeReport) -> impl IntoView {
    let HomeReport {
        at, ref recent, files, ..
    } = report;
    let main = if recent.is_empty() {
        view! {
            <ui::Empty
                icon=IconName::CloudUpload
                title=t(Key::HomeEmptyTitle)
                text=t(Key::HomeEmptyText)
                invite=true
            >
                <ChooseButton />
            </ui::Empty>
        }
        .whole()
    } else {
        view! { <Added now=at recent=recent.clone() files /> }.whole()
    };
    view! {
        <div class="home">
            <div class="home-main">{main}</div>
            <aside class="rail" aria-label=t(Key::HomeStanding)>
                <Standing report />
            </aside>
        </div>
    }
    .whole()
}

/// Shaped like the page, so that nothing jumps when it comes.
#[component]
fn Loading() -> impl IntoView {
    let rows = (0..8)
        .map(|_| view! { <li class="row skeleton"><span class="thumb"></span><span class="bar"></span></li> })
        .collect_view();
    view! {
        <div class="home" aria-busy="true">
            <ul class="home-main rows" aria-label=t(Key::HomeLoading)>
                {rows}
            </ul>
            <div class="rail"></div>
        </div>
    }
    .whole()
}
