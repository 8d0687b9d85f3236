//! From one page to the next: where the page was scrolled to, where the focus goes, what is said to
//! those who listen.

use std::collections::HashMap;

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{FocusOptions, HtmlElement};

/// How long a page may take to grow as tall as it was.
const GROWING: std::time::Duration = std::time::Duration::from_millis(50);
const TRIES: u32 = 20;

/// Follows each travel to its end. The answer is the title of the page one arrived at, once one has
/// travelled; whoever opened the page was told by the browser.
pub fn follow(travelling: ReadSignal<bool>) -> ReadSignal<String> {
    let (announced, announce) = signal(String::new());
    let left = StoredValue::new(HashMap::<String, f64>::new());
    let here = StoredValue::new(String::new());
    let back = StoredValue::new(false);
    Effect::new(move |_| {
        here.set_value(address());
        let scrolled = window_event_listener(ev::scroll, move |_| {
            // While a page is on its way the old one only seems to move.
            if !travelling.get_untracked() {
                left.update_value(|left| {
                    left.insert(here.get_value(), scroll_top());
                });
            }
        });
        let returned = window_event_listener(ev::popstate, move |_| back.set_value(true));
        on_cleanup(move || {
            scrolled.remove();
            returned.remove();
        });
    });
    Effect::new(move |before: Option<bool>| {
        let on_its_way = travelling.get();
        if before == Some(true) && !on_its_way {
            // The address and the title follow within this turn.
            set_timeout(
                move || {
                    here.set_value(address());
                    let top = left.with_value(|left| left.get(&address()).copied());
                    if back.get_value() {
                        scroll_down_to(top.unwrap_or(0.0), TRIES);
                    }
                    back.set_value(false);
                    focus_page();
                    announce.set(document().title());
                },
                std::time::Duration::ZERO,
            );
        }
        on_its_way
    });
    announced
}

fn address() -> String {
    let location = window().location();
    [location.pathname(), location.search()]
        .into_iter()
        .flatten()
        .collect()
}

fn scroll_top() -> f64 {
    window().scroll_y().unwrap_or_default()
}

/// Scrolls as far down as one was, as soon as the page is that tall.
fn scroll_down_to(top: f64, tries: u32) {
    window().scroll_to_with_x_and_y(0.0, top);
    if scroll_top() + 1.0 < top && tries > 0 {
        set_timeout(move || scroll_down_to(top, tries - 1), GROWING);
    }
}

/// The next Tab starts at the page, not at the link that led here.
fn focus_page() {
    if window().location().hash().is_ok_and(|hash| !hash.is_empty()) {
        return;
    }
    if let Some(main) = document().get_element_by_id("main") {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = main.unchecked_into::<HtmlElement>().focus_with_options(&options);
    }
}
