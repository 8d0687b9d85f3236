//! Every component in every state, for those who build pages. Only development builds have it.
//!
//! Its words are plain English and not in the catalogues: the one place where that is allowed,
//! because no user ever sees it. To add a component: a file here with a `Section`, a line below,
//! and its name in `end2end/journeys/components.mjs`, which takes its picture in both themes.

mod banners;
mod buttons;
mod choices;
mod colours;
mod crumbs;
mod dialogs;
mod endless;
mod fields;
mod icons;
mod lists;
mod marks;
mod menus;
mod nothing;
mod progress;
mod skeletons;
mod tabs;
mod toasts;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};
use ui::{Toaster, Toasts, Whole as _, provide_toasts};

use super::not_found::NotFound;
use crate::bootstrap::facts;

pub struct ComponentsPage;

#[lazy_route]
impl LazyRoute for ComponentsPage {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let ComponentsPage = this;
        if facts().dev {
            view! { <Components /> }.whole()
        } else {
            view! { <NotFound /> }.whole()
        }
    }
}

#[component]
fn Components() -> impl IntoView {
    // The frame may have a place for toasts; without one the page has its own.
    let own_toaster = use_context::<Toasts>().is_none();
    if own_toaster {
        provide_toasts();
    }
    let sections = vec![
        buttons::section(),
        fields::section(),
        choices::section(),
        menus::section(),
        tabs::section(),
        dialogs::section(),
        toasts::section(),
        banners::section(),
        lists::section(),
        endless::section(),
        crumbs::section(),
        marks::section(),
        progress::section(),
        skeletons::section(),
        nothing::section(),
        icons::section(),
        colours::section(),
    ];
    view! {
        <Title text="Components" />
        <header class="page-head">
            <h1>"Components"</h1>
        </header>
        {sections}
        {own_toaster.then(|| view! { <Toaster dismiss="Dismiss" /> })}
    }
    .whole()
}

/// A component with its states below each other.
#[component]
fn Section(id: &'static str, title: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="specimens" data-testid=format!("section-{id}") aria-labelledby=format!("{id}-heading")>
            <h2 id=format!("{id}-heading")>{title}</h2>
            {children()}
        </section>
    }
    .whole()
}

/// One state or kind, named.
#[component]
fn Case(
    name: &'static str,
    /// Takes the whole width.
    #[prop(optional)]
    wide: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="specimen">
            <p class="small muted">{name}</p>
            <div class:wide=wide>{children()}</div>
        </div>
    }
    .whole()
}
