//! The mark and the name, leading home.

use leptos::prelude::*;
use texts::Key;
use ui::Whole as _;

use crate::mark::OUTLINE;
use crate::pages::words::{t, to};

#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <a class="mark" href=to("/") aria-label=t(Key::NavMark)>
            <svg viewBox="0 0 24 24" aria-hidden="true">
                <path fill="currentColor" fill-rule="evenodd" d=OUTLINE />
            </svg>
            {t(Key::AppName)}
        </a>
    }
    .whole()
}
