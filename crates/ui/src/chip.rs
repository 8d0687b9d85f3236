//! A chip: a state in words. A badge: a number beside a word.

use leptos::prelude::*;

use crate::{Icon, IconName, Whole};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChipKind {
    #[default]
    Quiet,
    /// Something is going on.
    Busy,
    /// Chosen.
    On,
    Ok,
    Warn,
    Danger,
}

impl ChipKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Quiet => "chip",
            Self::Busy => "chip busy",
            Self::On => "chip on",
            Self::Ok => "chip ok",
            Self::Warn => "chip warn",
            Self::Danger => "chip danger",
        }
    }
}

#[component]
pub fn Chip(
    #[prop(optional, into)] kind: Signal<ChipKind>,
    #[prop(optional, into)] icon: Option<IconName>,
    /// A ring shows how far it is; the words say it too.
    #[prop(optional, into)]
    percent: Option<Signal<u8>>,
    children: Children,
) -> impl IntoView {
    view! {
        <span class=move || kind.get().class()>
            {icon.map(|name| view! { <Icon name /> })}
            {percent.map(|percent| view! { <i class="ring" style=("--p", move || percent.get().to_string())></i> })}
            <span class="cut">{children()}</span>
        </span>
    }
    .whole()
}

/// How many there are. `label` says of what, to those who do not see where it stands.
#[component]
pub fn Badge(
    #[prop(into)] count: Signal<String>,
    #[prop(optional, into)] label: Option<String>,
    /// Somebody should look.
    #[prop(optional)]
    loud: bool,
) -> impl IntoView {
    view! {
        <span class=if loud { "badge loud num" } else { "badge num" }>
            {count} {label.map(|label| view! { <span class="vh">" " {label}</span> })}
        </span>
    }
    .whole()
}
