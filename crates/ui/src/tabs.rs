//! Tabs: several views of one thing, one of them in sight.
//!
//! Without script all of them are in sight, one below the other.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, KeyboardEvent};

use crate::Whole;

/// The row of names. Arrow keys choose, and Tab goes on into the panel.
#[component]
pub fn Tabs(
    /// The panels carry it too.
    #[prop(into)]
    id: String,
    /// What these are views of.
    #[prop(into)]
    label: String,
    names: Vec<String>,
    chosen: RwSignal<usize>,
) -> impl IntoView {
    let count = names.len();
    let of_keys = id.clone();
    let on_key = move |event: KeyboardEvent| {
        let at = chosen.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" => (at + 1) % count,
            "ArrowLeft" => (at + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            _ => return,
        };
        event.prevent_default();
        chosen.set(next);
        let tab = document().get_element_by_id(&tab_id(&of_keys, next));
        if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
            let _ = tab.focus();
        }
    };
    let tabs: Vec<_> = names
        .into_iter()
        .enumerate()
        .map(move |(at, name)| {
            let is_chosen = move || chosen.get() == at;
            view! {
                <button
                    type="button"
                    role="tab"
                    id=tab_id(&id, at)
                    aria-controls=panel_id(&id, at)
                    aria-selected=move || if is_chosen() { "true" } else { "false" }
                    tabindex=move || if is_chosen() { "0" } else { "-1" }
                    on:click=move |_| chosen.set(at)
                >
                    {name}
                </button>
            }
        })
        .collect();
    view! {
        <div class="tab-list" role="tablist" aria-label=label on:keydown=on_key>
            {tabs}
        </div>
    }
    .whole()
}

/// What is in sight while the tab `at` this place is chosen.
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
#[component]
pub fn TabPanel(#[prop(into)] id: String, at: usize, chosen: RwSignal<usize>, children: Children) -> impl IntoView {
    view! {
        <div
            class="tab-panel"
            class:on=move || chosen.get() == at
            role="tabpanel"
            id=panel_id(&id, at)
            aria-labelledby=tab_id(&id, at)
            tabindex="0"
        >
            {children()}
        </div>
    }
    .whole()
}

fn tab_id(id: &str, at: usize) -> String {
    format!("{id}-tab-{at}")
}

fn panel_id(id: &str, at: usize) -> String {
    format!("{id}-panel-{at}")
}
