//! Yes or no, and one of a few: check box, switch, segments, slider.

use leptos::html;
use leptos::prelude::*;

use crate::{Icon, IconName, Whole};

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

/// One of the segments.
#[derive(Clone, Debug)]
pub struct Segment {
    pub value: &'static str,
    pub words: String,
    /// Shown instead of the words, which stay as its name.
    pub icon: Option<IconName>,
}

/// One of two to four, all in sight. Arrow keys move between them.
#[component]
pub fn Segmented(
    #[prop(into)] id: String,
    /// What is chosen here.
    #[prop(into)]
    label: String,
    value: RwSignal<String>,
    segments: Vec<Segment>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let only_icons = segments.iter().all(|segment| segment.icon.is_some());
    let segments: Vec<_> = segments
        .into_iter()
        .map(|Segment { value: own, words, icon }| {
            let title = icon.map(|_| words.clone());
            let words = match icon {
                Some(name) => view! { <Icon name /> <span class="vh">{words}</span> }.whole(),
                None => words.whole(),
            };
            let node = NodeRef::<html::Input>::new();
            Effect::new(move |was_there: Option<bool>| {
                let Some(node) = node.get() else {
                    return false;
                };
                let is_chosen = value.with(|value| value == own);
                if was_there == Some(true) {
                    node.set_checked(is_chosen);
                } else if node.checked() && !is_chosen {
                    value.set(own.to_owned());
                }
                true
            });
            view! {
                <label title=title>
                    <input
                        node_ref=node
                        class="vh"
                        type="radio"
                        name=id.clone()
                        value=own
                        checked=value.with_untracked(|value| value == own)
                        on:change=move |_| value.set(own.to_owned())
                    />
                    {words}
                </label>
            }
        })
        .collect();
    view! {
        <fieldset class=if only_icons { "seg icons" } else { "seg" } disabled=disabled>
            <legend class="vh">{label}</legend>
            {segments}
        </fieldset>
    }
    .whole()
}

/// A number by feel, where the exact one does not matter.
#[component]
pub fn Slider(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    value: RwSignal<i32>,
    min: i32,
    max: i32,
    #[prop(default = 1)] step: i32,
    /// The number in words: `80 %`, `4 Mb/s`.
    #[prop(into)]
    words: Signal<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let part = move || {
        let whole = (max - min).max(1);
        ((value.get() - min) * 100 / whole).to_string()
    };
    view! {
        <div class="slider">
            <label for=id.clone()>{label}</label>
            <output for=id.clone() class="num">
                {words}
            </output>
            <input
                id=id
                type="range"
                min=min.to_string()
                max=max.to_string()
                step=step.to_string()
                value=value.get_untracked().to_string()
                style=("--p", part)
                disabled=disabled
                aria-valuetext=words
                on:input=move |event| {
                    if let Ok(number) = event_target_value(&event).parse() {
                        value.set(number);
                    }
                }
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
