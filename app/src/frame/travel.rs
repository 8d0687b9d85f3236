//! From one page to the next: where the page was scrolled to, where the focus goes, what is said to
//! those who listen.

use std::collections::HashMap;
use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{FocusOptions, HtmlElement};

/// How long a page may take to grow as tall as it was.
const GROWING: Duration = Duration::from_millis(50);
const TRIES: u32 = 20;

/// Follows each travel to its end.
#[derive(Clone, Copy)]
pub struct Travels {
    /// The title of the page one arrived at, once one has travelled; whoever opened the page was
    /// told by the browser.
    pub announced: RwSignal<String>,
    begun: StoredValue<bool>,
    back: StoredValue<bool>,
    here: StoredValue<String>,
    /// How far down each address was left.
    left: StoredValue<HashMap<String, f64>>,
}

impl Travels {
    pub fn follow(travelling: ReadSignal<bool>) -> Self {
        let travels = Self {
            announced: RwSignal::new(String::new()),
            begun: StoredValue::new(false),
            back: StoredValue::new(false),
            here: StoredValue::new(String::new()),
            left: StoredValue::new(HashMap::new()),
        };
        Effect::new(move |_| travels.listen());
        Effect::new(move |_| {
            if travelling.get() {
                travels.begun.set_value(true);
            }
        });
        travels
    }

    fn listen(self) {
        self.here.set_value(address());
        let scrolled = window_event_listener(ev::scroll, move |_| {
            // While a page is on its way the old one only seems to move.
            if !self.begun.get_value() {
                self.left.update_value(|left| {
                    left.insert(self.here.get_value(), scroll_top());
                });
            }
        });
        let returned = window_event_listener(ev::popstate, move |_| self.back.set_value(true));
        on_cleanup(move || {
            scrolled.remove();
            returned.remove();
        });
    }

    /// A page has given its title, which it does when it is there: that ends a travel.
    pub fn arrived(self, title: String) {
        if cfg!(feature = "ssr") || !self.begun.get_value() {
            return;
        }
        self.begun.set_value(false);
        // The address follows within this turn.
        set_timeout(
            move || {
                let here = address();
                if self.back.get_value() {
                    let top = self.left.with_value(|left| left.get(&here).copied());
                    scroll_down_to(top.unwrap_or(0.0), TRIES);
                }
                self.back.set_value(false);
                self.here.set_value(here);
                focus_page();
                self.announced.set(title);
            },
            Duration::ZERO,
        );
    }
}

fn address() -> String {
    let location = window().location();
    [location.pathname(), location.search()].into_iter().flatten().collect()
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
