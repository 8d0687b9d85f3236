//! A slider: about how much.

use leptos::prelude::*;

use crate::Whole;

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
