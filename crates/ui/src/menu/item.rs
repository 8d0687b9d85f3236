//! What a menu holds.

use leptos::prelude::*;

use crate::{Icon, IconName, Kbd, Whole};

/// One thing to do, or one place to go.
#[component]
pub fn MenuItem(
    #[prop(optional, into)] icon: Option<IconName>,
    /// Says that it is one of several of which one is chosen, and whether it is this one.
    #[prop(optional, into)]
    checked: Option<Signal<bool>>,
    /// The key that does the same.
    #[prop(optional, into)]
    keys: Option<String>,
    /// A fact about it, at its end.
    #[prop(optional, into)]
    fact: Option<String>,
    /// Takes something away; stands last.
    #[prop(optional)]
    danger: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Leads somewhere instead of doing something.
    #[prop(optional, into)]
    href: Option<String>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    let class = if danger { "menu-item danger" } else { "menu-item" };
    let shortcut = keys.as_ref().map(|keys| keys.replace(' ', "+"));
    let mark = match checked {
        Some(_) => Some(IconName::Check),
        None => icon,
    };
    let inside = view! {
        {mark.map(|name| view! { <Icon name /> })}
        <span class="words">{children()}</span>
        {fact.map(|fact| view! { <span class="fact num">{fact}</span> })}
        {keys.map(|keys| view! { <span class="hint" aria-hidden="true"><Kbd keys /></span> })}
    };
    let is_off = move || disabled.get().then_some("true");
    if let Some(href) = href {
        return view! {
            <a class=class role="menuitem" tabindex="-1" href=href aria-disabled=is_off>
                {inside}
            </a>
        }
        .whole();
    }
    let role = if checked.is_some() { "menuitemradio" } else { "menuitem" };
    view! {
        <button
            type="button"
            class=class
            role=role
            tabindex="-1"
            aria-disabled=is_off
            aria-keyshortcuts=shortcut
            aria-checked=move || checked.map(|checked| if checked.get() { "true" } else { "false" })
            on:click=move |_| {
                if !disabled.get_untracked() && let Some(press) = on_press {
                    press.run(());
                }
            }
        >
            {inside}
        </button>
    }
    .whole()
}

/// Parts one group of items from the next.
#[component]
pub fn MenuLine() -> impl IntoView {
    view! { <hr class="menu-line" role="separator" /> }
}
