//! Moving through a menu by keys: arrows, Home, End, and the first letters of an item.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

const ITEMS: &str = "[role^=menuitem]";
/// Letters typed in quicker succession than this belong together.
const ONE_WORD_MS: f64 = 500.0;

/// What was typed last, and when.
pub type Letters = StoredValue<(f64, String)>;

pub fn move_by_key(event: &KeyboardEvent, letters: Letters) {
    let Some(menu) = here(event) else { return };
    let items = items(&menu);
    let current = document()
        .active_element()
        .and_then(|focused| items.iter().position(|item| **item == focused));
    let last = items.len().saturating_sub(1);
    let key = event.key();
    let next = match key.as_str() {
        "ArrowDown" => current.map_or(0, |at| if at == last { 0 } else { at + 1 }),
        "ArrowUp" => current.map_or(last, |at| if at == 0 { last } else { at - 1 }),
        "Home" => 0,
        "End" => last,
        "Tab" => {
            // The focus goes back to the button first, and on from there.
            let _ = menu.hide_popover();
            return;
        }
        // A blank presses the item.
        letter
            if letter.chars().count() == 1
                && letter != " "
                && !(event.ctrl_key() || event.meta_key() || event.alt_key()) =>
        {
            let begin = typed(event.time_stamp(), letter, letters);
            match starting_with(&items, &begin, current) {
                Some(found) => found,
                None => return,
            }
        }
        _ => return,
    };
    event.prevent_default();
    focus(items.get(next));
}

/// What was typed within one breath, in lower case.
fn typed(now: f64, letter: &str, letters: Letters) -> String {
    let (before, mut word) = letters.get_value();
    if now - before > ONE_WORD_MS {
        word.clear();
    }
    word.push_str(&letter.to_lowercase());
    letters.set_value((now, word.clone()));
    word
}

/// The next item that begins so; one letter goes on from the current one, a word may stay on it.
fn starting_with(items: &[HtmlElement], begin: &str, current: Option<usize>) -> Option<usize> {
    let from = current.map_or(0, |at| if begin.chars().count() == 1 { at + 1 } else { at });
    (0..items.len()).map(|step| (from + step) % items.len()).find(|&at| {
        let words = items[at].text_content().unwrap_or_default();
        words.trim_start().to_lowercase().starts_with(begin)
    })
}

pub fn close_after(event: &Event) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let pressed = target.and_then(|target| target.closest(ITEMS).ok().flatten());
    if let Some(item) = pressed {
        if item.get_attribute("aria-disabled").as_deref() == Some("true") {
            event.prevent_default();
        } else if let Some(list) = here(event) {
            let _ = list.hide_popover();
        }
    }
}

/// The items that can be seen.
pub fn items(list: &HtmlElement) -> Vec<HtmlElement> {
    let Ok(found) = list.query_selector_all(ITEMS) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|at| found.get(at)?.dyn_into::<HtmlElement>().ok())
        .filter(|item| item.offset_height() > 0)
        .collect()
}

/// The element whose handler this is.
pub fn here(event: &Event) -> Option<HtmlElement> {
    event.current_target()?.dyn_into().ok()
}

pub fn focus(item: Option<&HtmlElement>) {
    if let Some(item) = item {
        let _ = item.focus();
    }
}
