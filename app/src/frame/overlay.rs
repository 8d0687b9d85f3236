//! What opens above the page: the command palette and the sheet of keys. Both are loaded when
//! somebody first asks for them.

use leptos::prelude::*;
use ui::Whole as _;

use crate::palette;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// Pages and actions, by name.
    Palette,
    /// What each key does.
    Keys,
}

/// Which sheet is open.
#[derive(Clone, Copy)]
pub struct Overlay(RwSignal<Option<Sheet>>);

pub fn provide() {
    provide_context(Overlay(RwSignal::new(None)));
}

pub fn overlay() -> Overlay {
    expect_context()
}

impl Overlay {
    pub fn open(self, sheet: Sheet) {
        self.0.set(Some(sheet));
    }

    pub fn close(self) {
        self.0.set(None);
    }

    pub fn is_open(self) -> bool {
        self.0.get_untracked().is_some()
    }
}

/// Where an open sheet lives. A dialog takes itself to the top, wherever it stands.
#[component]
pub fn OverlayHost() -> impl IntoView {
    let overlay = overlay();
    let sheet = move || {
        overlay.0.get().map(|sheet| {
            Suspend::new(async move {
                match sheet {
                    Sheet::Palette => palette::palette().await,
                    Sheet::Keys => palette::keys().await,
                }
            })
        })
    };
    view! { {sheet} }.whole()
}
