//! What all fields share: label above, hint and error below, and a signal that follows the control.

use leptos::prelude::*;

use crate::{Icon, IconName, Whole};

/// Label above, hint and error below.
#[component]
pub fn Labelled(
    id: String,
    label: String,
    hint: MaybeProp<String>,
    error: MaybeProp<String>,
    #[prop(default = None)] optional: Option<String>,
    children: Children,
) -> impl IntoView {
    let hint_is_gone = move || hint.with(Option::is_none);
    let error_is_gone = move || error.with(Option::is_none);
    let (error_id, hint_id) = (format!("{id}-error"), format!("{id}-hint"));
    view! {
        <div class="field">
            <label for=id>
                {label} {optional.map(|words| view! { <span class="optional">" " {words}</span> })}
            </label>
            {children()}
            <p class="error" id=error_id hidden=error_is_gone aria-live="polite">
                <Icon name=IconName::Alert />
                <span>{move || error.get()}</span>
            </p>
            <p class="hint" id=hint_id hidden=hint_is_gone>
                {move || hint.get()}
            </p>
        </div>
    }
    .whole()
}

/// The ids of what is said below the control, error first.
pub fn described(
    id: &str,
    hint: MaybeProp<String>,
    error: MaybeProp<String>,
) -> impl Fn() -> Option<String> + Send + use<> {
    let id = id.to_owned();
    move || match (error.with(Option::is_some), hint.with(Option::is_some)) {
        (true, true) => Some(format!("{id}-error {id}-hint")),
        (true, false) => Some(format!("{id}-error")),
        (false, true) => Some(format!("{id}-hint")),
        (false, false) => None,
    }
}

/// Keeps a control and its signal alike. At first the control is right: somebody may have been
/// faster than the page's script.
pub fn follow<N: 'static>(
    value: RwSignal<String>,
    control: impl Fn() -> Option<(String, N)> + 'static,
    write: impl Fn(&N, &str) + 'static,
) {
    Effect::new(move |was_there: Option<bool>| {
        let Some((typed, node)) = control() else {
            return false;
        };
        if was_there == Some(true) {
            value.with(|text| {
                if *text != typed {
                    write(&node, text);
                }
            });
        } else {
            value.track();
            if value.with_untracked(|text| *text != typed) {
                value.set(typed);
            }
        }
        true
    });
}
