//! Keys to press, as a hint beside what they do.

use leptos::prelude::*;

use crate::Whole;

/// `keys` are pressed together; a blank parts them: `Ctrl K`.
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
#[component]
pub fn Kbd(#[prop(into)] keys: String) -> impl IntoView {
    let keys: Vec<_> = keys
        .split(' ')
        .map(|key| view! { <kbd>{key.to_owned()}</kbd> })
        .collect();
    view! { <span class="kbds">{keys}</span> }.whole()
}
