//! The app's chrome: a sidebar and a top bar; on a phone a head and a bar of tabs.

use leptos::prelude::*;
use texts::Key;
use ui::{Icon, IconName, Whole as _};

use super::keys;
use super::mark::Mark;
use super::news::News;
use super::overlay::{OverlayHost, Sheet, overlay};
use super::places::{HELP, PLACES, PlaceLink};
use super::preferences::{Preferences, PreferencesButton};
use super::transfers::Transfers;
use super::upload::{DropZone, UploadButton};
use crate::bootstrap::facts;
use crate::pages::words::t;

/// What stands before the page.
pub fn before() -> AnyView {
    let overlay = overlay();
    let jump = [&facts().command_key, " K"].concat();
    keys::listen(overlay);
    view! {
        <aside class="side">
            <Mark />
            <nav aria-label=t(Key::NavMain)>{links()}</nav>
            <div class="side-foot">
                <PlaceLink place=HELP />
                <PreferencesButton words=true />
            </div>
        </aside>
        <header class="top">
            <button
                type="button"
                class="jump-field"
                aria-haspopup="dialog"
                aria-keyshortcuts="Control+K Meta+K"
                on:click=move |_| overlay.open(Sheet::Palette)
            >
                <Icon name=IconName::Search />
                <span class="cut">{t(Key::PaletteOpen)}</span>
                <kbd aria-hidden="true">{jump}</kbd>
            </button>
            <UploadButton />
        </header>
        <header class="phone-head">
            <Mark />
            <button
                type="button"
                class="btn icon jump"
                aria-haspopup="dialog"
                aria-label=t(Key::PaletteOpen)
                on:click=move |_| overlay.open(Sheet::Palette)
            >
                <Icon name=IconName::Search />
            </button>
            <PreferencesButton />
        </header>
    }
    .whole()
}

/// What stands behind it, and floats above it.
pub fn after() -> AnyView {
    view! {
        <nav class="tabs" aria-label=t(Key::NavMain)>
            {links()}
            <PlaceLink place=HELP />
            <UploadButton />
        </nav>
        <Transfers />
        <News />
        <Preferences />
        <DropZone />
        <OverlayHost />
    }
    .whole()
}

fn links() -> Vec<AnyView> {
    PLACES.map(|place| view! { <PlaceLink place /> }.whole()).into()
}
