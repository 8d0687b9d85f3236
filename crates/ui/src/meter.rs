//! A meter: how much of something is done or used.

use leptos::prelude::*;

/// Shows `percent` of the way; the words beside it say the same.
#[component]
pub fn Meter(
    #[prop(into)] percent: Signal<f64>,
    /// What is measured, for those who do not see it.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let bounded = move || percent.get().clamp(0.0, 100.0);
    view! {
        <div
            class="meter"
            role="progressbar"
            aria-label=label
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || format!("{:.0}", bounded())
        >
            <i style=("--p", move || format!("{:.1}", bounded()))></i>
        </div>
    }
}
