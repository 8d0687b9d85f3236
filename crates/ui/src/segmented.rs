//! Segments: one of a few, all in sight.

use leptos::html;
use leptos::prelude::*;

use crate::{Icon, IconName, Whole};

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
        .map(
            move |Segment {
                      value: own,
                      words,
                      icon,
                  }| {
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
            },
        )
        .collect();
    view! {
        <fieldset class=if only_icons { "seg icons" } else { "seg" } disabled=disabled>
            <legend class="vh">{label}</legend>
            {segments}
        </fieldset>
    }
    .whole()
}
