//! The installed app as pages see it: whether another version waits, and whether the browser would
//! install this one. The script `pwa.js` of the front-end build finds out; this listens to it.

use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};

/// What the script knows, by the names it has for it.
const UPDATE: &str = "update";
const INSTALL: &str = "install";

#[derive(Clone, Copy)]
pub struct Pwa {
    /// Another version is ready; it starts with the next load, or at once.
    pub update_waiting: RwSignal<bool>,
    /// The browser offers to install Dropcast.
    pub installable: RwSignal<bool>,
}

pub fn provide() {
    let pwa = Pwa {
        update_waiting: RwSignal::new(false),
        installable: RwSignal::new(false),
    };
    provide_context(pwa);
    Effect::new(move |_| {
        pwa.learn();
        for event in ["dropcast:update", "dropcast:install"] {
            window_event_listener_untyped(event, move |_| pwa.learn());
        }
    });
}

impl Pwa {
    /// The installed app, as [`provide`] made it.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Loads the version that waits: the page is reloaded, once.
    pub fn apply_update() {
        call(UPDATE);
    }

    /// Has the browser ask whether to install. It may be asked once for each offer, and only by
    /// what somebody just did.
    pub fn install() {
        call(INSTALL);
    }

    fn learn(self) {
        self.update_waiting.set(offered(UPDATE).is_some());
        self.installable.set(offered(INSTALL).is_some());
    }
}

fn offered(name: &str) -> Option<js_sys::Function> {
    let known = js_sys::Reflect::get(&window(), &"dropcast".into()).ok()?;
    js_sys::Reflect::get(&known, &name.into()).ok()?.dyn_into().ok()
}

fn call(name: &str) {
    if let Some(function) = offered(name) {
        // What it gives back says how it ended; the script tells that by its next event.
        let _ = function.call0(&JsValue::NULL);
    }
}
