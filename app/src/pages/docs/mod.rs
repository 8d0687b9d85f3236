//! The documentation: what there is to read, and the articles themselves. Open to everybody.

mod article;
mod index;

use leptos::prelude::*;
use texts::Key;
use ui::Whole as _;

pub use self::article::ArticlePage;
pub use self::index::DocsPage;
use super::words::{t, to};

fn address(name: &str) -> String {
    to(&["/docs/", name].concat())
}

#[component]
fn Loading() -> impl IntoView {
    view! {
        <p class="muted" aria-busy="true">
            {t(Key::DocsLoading)}
        </p>
    }
    .whole()
}
