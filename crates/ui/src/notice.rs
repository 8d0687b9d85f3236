//! A notice: something worth knowing that needs no answer.

use leptos::prelude::*;

use crate::{Icon, Tone};

#[component]
pub fn Notice(tone: Tone, #[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <div class=format!("notice {}", tone.class()) role=if tone == Tone::Danger { "alert" } else { "note" }>
            <Icon name=tone.icon() />
            <p>
                <strong>{title}</strong>
                " "
                {children()}
            </p>
        </div>
    }
}
