//! What is typed finds things.

use leptos::html;
use leptos::prelude::*;

use crate::labelled::follow;
use crate::{Button, Icon, IconName, Kbd, Whole};

/// Finds things by what is typed.
#[component]
pub fn SearchField(
    #[prop(into)] id: String,
    /// What is looked through; also the placeholder.
    #[prop(into)]
    label: String,
    value: RwSignal<String>,
    /// What the button that empties it is called.
    #[prop(into)]
    clear: String,
    #[prop(optional, into)] name: Option<String>,
    /// The key that leads here.
    #[prop(optional, into)]
    keys: Option<String>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    follow(
        value,
        move || node.get().map(|node| (node.value(), node)),
        web_sys::HtmlInputElement::set_value,
    );
    let empty = move |()| {
        value.set(String::new());
        if let Some(node) = node.get_untracked() {
            let _ = node.focus();
        }
    };
    let is_empty = move || value.with(String::is_empty);
    view! {
        <div class="search-field">
            <Icon name=IconName::Search />
            <input
                node_ref=node
                id=id
                type="search"
                name=name
                value=value.get_untracked()
                placeholder=label.clone()
                aria-label=label
                autocomplete="off"
                spellcheck="false"
                on:input=move |event| value.set(event_target_value(&event))
            />
            {keys.map(|keys| view! { <span hidden=move || !is_empty()><Kbd keys /></span> })}
            <span hidden=is_empty>
                <Button icon=IconName::Close label=clear tight=true on_press=empty />
            </span>
        </div>
    }
    .whole()
}
