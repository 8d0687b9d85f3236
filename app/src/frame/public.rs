//! For whoever is not let in: the name, the page, and the choice of language and appearance.

use leptos::prelude::*;
use texts::Key;
use ui::Whole as _;

use super::mark::Mark;
use super::preferences::{Preferences, PreferencesButton};
use crate::pages::words::{t, to};

pub fn before() -> AnyView {
    view! {
        <header>
            <Mark />
        </header>
    }
    .whole()
}

pub fn after() -> AnyView {
    view! {
        <footer class="small muted">
            <a href=to("/docs")>{t(Key::NavDocs)}</a>
            <PreferencesButton words=true />
        </footer>
        <Preferences />
    }
    .whole()
}
