//! A meter: how much of something is done or used.

use leptos::prelude::*;

use crate::Whole;

/// Shows `percent` of the way; the words beside it say the same.
#[component]
pub fn Meter(
    #[prop(into)] percent: Signal<f64>,
    /// What is measured, for those who do not see it.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let tenths = move || tenths(percent.get());
    view! {
        <div
            class="meter"
            role="progressbar"
            aria-label=label
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || ((tenths() + 5) / 10).to_string()
        >
            <i style=("--p", move || format!("{}.{}", tenths() / 10, tenths() % 10))></i>
        </div>
    }
    .whole()
}

/// In whole numbers: printing others would cost the browser more than this whole component.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 1000, and what is no number is 0"
)]
fn tenths(percent: f64) -> u32 {
    (percent.clamp(0.0, 100.0) * 10.0 + 0.5) as u32
}

#[cfg(test)]
mod tests {
    use super::tenths;

    #[test]
    fn it_stays_within_its_track() {
        assert_eq!(tenths(-3.0), 0);
        assert_eq!(tenths(43.21), 432);
        assert_eq!(tenths(43.25), 433);
        assert_eq!(tenths(1e9), 1000);
        assert_eq!(tenths(f64::NAN), 0);
    }
}
