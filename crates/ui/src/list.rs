//! Lists and their rows: a picture, a name, facts, what can be done. Lines between, no box around.

use leptos::prelude::*;

use crate::{Icon, IconName, Name, Whole};

#[component]
pub fn List(
    /// What these are.
    #[prop(into)]
    label: String,
    children: Children,
) -> impl IntoView {
    view! {
        <ul class="rows" aria-label=label>
            {children()}
        </ul>
    }
    .whole()
}

/// One thing. The whole row opens it; what `acts` holds stands above that.
#[component]
pub fn Row(
    #[prop(optional, into)] icon: Option<IconName>,
    /// Address of a small picture, instead of the icon.
    #[prop(optional, into)]
    picture: Option<String>,
    #[prop(into)] name: String,
    #[prop(optional, into)] href: Option<String>,
    /// The address is not one of our pages.
    #[prop(optional)]
    external: bool,
    /// Size, date, state: each an element.
    #[prop(optional, into)]
    facts: Option<ViewFn>,
    #[prop(optional, into)] acts: Option<ViewFn>,
    #[prop(optional, into)] selected: Signal<bool>,
) -> impl IntoView {
    let shown = match picture {
        Some(picture) => view! { <img src=picture alt="" loading="lazy" /> }.whole(),
        None => icon.map(|name| view! { <Icon name /> }).whole(),
    };
    let title = name.clone();
    let named = match href {
        Some(href) => view! {
            <a class="name" href=href rel=external.then_some("external") title=title>
                <Name name />
            </a>
        }
        .whole(),
        None => view! {
            <span class="name" title=title>
                <Name name />
            </span>
        }
        .whole(),
    };
    view! {
        <li class="row" class:selected=selected>
            <span class="thumb">{shown}</span>
            {named}
            {facts.map(|facts| view! { <span class="facts">{facts.run()}</span> })}
            {acts.map(|acts| view! { <span class="acts">{acts.run()}</span> })}
        </li>
    }
    .whole()
}
