//! Progress: how far something is, and in words how long it still takes.

use leptos::prelude::*;

use crate::Whole;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProgressState {
    #[default]
    Moving,
    Paused,
    Failed,
    Done,
}

impl ProgressState {
    const fn class(self) -> &'static str {
        match self {
            Self::Moving => "progress",
            Self::Paused => "progress paused",
            Self::Failed => "progress failed",
            Self::Done => "progress done",
        }
    }
}

/// A meter over one line of facts. It moves with its number, never by itself.
#[component]
pub fn Progress(
    /// What is on its way.
    #[prop(into)]
    label: String,
    /// None while nobody knows how much there is.
    #[prop(into)]
    percent: Signal<Option<u8>>,
    #[prop(optional, into)] state: Signal<ProgressState>,
    /// How much is done, or why it failed.
    #[prop(optional, into)]
    done: Signal<String>,
    /// Rate and time left, or who paused it.
    #[prop(optional, into)]
    left: Signal<String>,
) -> impl IntoView {
    let bounded = move || percent.get().map(|percent| percent.min(100));
    view! {
        <div class=move || state.get().class()>
            <div
                class="meter"
                class:vague=move || bounded().is_none()
                role="progressbar"
                aria-label=label
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || bounded().map(|percent| percent.to_string())
                aria-valuetext=move || Some(done.get()).filter(|words| !words.is_empty())
            >
                <i style=("--p", move || bounded().unwrap_or(100).to_string())></i>
            </div>
            <p class="facts">
                <span>{done}</span>
                <span>{left}</span>
            </p>
        </div>
    }
    .whole()
}
