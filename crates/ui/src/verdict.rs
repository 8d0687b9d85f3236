//! A verdict: the one thing a page has to say, in a sentence.

use leptos::prelude::*;

use crate::{Icon, Tone};

#[component]
pub fn Verdict(tone: Tone, #[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <div class=format!("verdict {}", tone.class()) role="status">
            <Icon name=tone.icon() large=true />
            <div>
                <h2>{title}</h2>
                <p>{children()}</p>
            </div>
        </div>
    }
}
