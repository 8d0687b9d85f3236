//! Keys that work on every page. Nothing here can be done by key alone: each has its button or its
//! entry in the palette.

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use web_sys::{Element, KeyboardEvent};

use super::overlay::{Overlay, Sheet};
use super::places::{HELP, PLACES};
use super::upload::open_chooser;

/// Where typing is writing.
const TYPED_INTO: &str =
    "input:not([type=radio],[type=checkbox],[type=file]), textarea, select, [contenteditable], dialog";

/// Listens for as long as the page is open.
pub fn listen(overlay: Overlay) {
    let navigate = use_navigate();
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let going = StoredValue::new(false);
        let listening = window_event_listener(ev::keydown, move |event| {
            let key = event.key();
            if key == "k" && (event.ctrl_key() || event.meta_key()) && !event.alt_key() {
                event.prevent_default();
                overlay.open(Sheet::Palette);
                return;
            }
            if event.ctrl_key() || event.meta_key() || event.alt_key() || is_writing(&event) || overlay.is_open() {
                return;
            }
            let was_going = going.get_value();
            going.set_value(key == "g");
            let place = PLACES
                .iter()
                .chain([&HELP])
                .find(|place| was_going && place.keys[1].eq_ignore_ascii_case(&key));
            match (key.as_str(), place) {
                (_, Some(place)) => navigate(place.path, NavigateOptions::default()),
                ("/", None) => overlay.open(Sheet::Palette),
                ("?", None) => overlay.open(Sheet::Keys),
                ("u", None) => open_chooser(),
                _ => return,
            }
            event.prevent_default();
        });
        on_cleanup(move || listening.remove());
    });
}

fn is_writing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| matches!(target.closest(TYPED_INTO), Ok(Some(_))))
}
