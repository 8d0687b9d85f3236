//! One of a few, from a list that opens.

use leptos::html;
use leptos::prelude::*;

use crate::labelled::{Labelled, described, follow};
use crate::{Icon, IconName, Whole};

/// One of a few: the list that opens is the browser's. `options` are values with their words.
#[component]
pub fn Select(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    options: Vec<(String, String)>,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let node = NodeRef::<html::Select>::new();
    follow(
        value,
        move || node.get().map(|node| (node.value(), node)),
        web_sys::HtmlSelectElement::set_value,
    );
    let chosen = value.get_untracked();
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, words)| {
            let selected = value == chosen;
            view! {
                <option value=value selected=selected>
                    {words}
                </option>
            }
        })
        .collect();
    let control = view! {
        <div class="box select">
            <select
                node_ref=node
                id=id.clone()
                name=name
                disabled=disabled
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described(&id, hint, error)
                on:change=move |event| value.set(event_target_value(&event))
            >
                {options}
            </select>
            <Icon name=IconName::ChevronDown />
        </div>
    };
    view! {
        <Labelled id label hint error>
            {control}
        </Labelled>
    }
    .whole()
}
