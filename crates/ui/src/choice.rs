//! Yes or no: a check box takes part in a form, a switch works at once.

use leptos::html;
use leptos::prelude::*;

use crate::Whole;

/// Takes part in what happens when a form is sent.
#[component]
pub fn Checkbox(
    checked: RwSignal<bool>,
    /// Some of what it stands for is chosen and some is not.
    #[prop(optional, into)]
    mixed: Signal<bool>,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    follow(checked, node);
    Effect::new(move |_| {
        if let Some(node) = node.get() {
            node.set_indeterminate(mixed.get());
        }
    });
    view! {
        <label class="check">
            <input
                node_ref=node
                type="checkbox"
                name=name
                checked=checked.get_untracked()
                disabled=disabled
                on:change=move |event| checked.set(event_target_checked(&event))
            />
            <span>{children()}</span>
        </label>
    }
    .whole()
}

/// On or off, at once.
#[component]
pub fn Switch(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    /// What it does when it is on.
    #[prop(optional, into)]
    hint: Option<String>,
    checked: RwSignal<bool>,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    follow(checked, node);
    let described = hint.is_some().then(|| format!("{id}-hint"));
    view! {
        <div class="switch">
            <label for=id.clone()>{label}</label>
            {hint.map(|words| view! { <p class="hint" id=format!("{id}-hint")>{words}</p> })}
            <input
                node_ref=node
                id=id
                type="checkbox"
                role="switch"
                name=name
                checked=checked.get_untracked()
                disabled=disabled
                aria-describedby=described
                on:change=move |event| checked.set(event_target_checked(&event))
            />
        </div>
    }
    .whole()
}

/// Keeps a box and its signal alike; what was chosen before the page was taken over stays.
fn follow(checked: RwSignal<bool>, node: NodeRef<html::Input>) {
    Effect::new(move |was_there: Option<bool>| {
        let Some(node) = node.get() else {
            return false;
        };
        let wanted = checked.get();
        if node.checked() != wanted {
            if was_there == Some(true) {
                node.set_checked(wanted);
            } else {
                checked.set(!wanted);
            }
        }
        true
    });
}
