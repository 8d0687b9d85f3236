//! A list of any length: only the rows in sight exist, and a few around them.
//!
//! The sheet says how high a row is (`--row`), so that it may differ by screen and by the size of
//! the reader's letters; script measures it.

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{Element, FocusOptions, HtmlElement, KeyboardEvent};

use crate::Whole;

/// Rows beyond the edges, so that none is missed while scrolling.
const AROUND: usize = 8;
/// What the server renders: enough for the highest screen.
const AT_FIRST: usize = 40;

/// A scroll area of `count` rows. Arrows, Home, End and the page keys move the focus from row to
/// row; Enter presses the row's first link or button.
#[component]
pub fn VirtualList(
    #[prop(into)] id: String,
    /// What these are.
    #[prop(into)]
    label: String,
    #[prop(into)] count: Signal<usize>,
    /// What is in the row with this number, from 0.
    #[prop(into)]
    row: Callback<usize, AnyView>,
    /// How far it is scrolled, in pixels: whoever keeps it gets back to where they were.
    #[prop(optional)]
    place: Option<RwSignal<i32>>,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let place = place.unwrap_or_default();
    let active = RwSignal::new(0_usize);
    let seen = RwSignal::new((0_usize, AT_FIRST));
    let look = move || {
        if let Some(list) = node.get_untracked() {
            place.set(list.scroll_top());
            let now = in_sight(&list, count.get_untracked());
            if now != seen.get_untracked() {
                seen.set(now);
            }
        }
    };
    Effect::new(move |_| {
        count.track();
        if let Some(list) = node.get() {
            let kept = place.get_untracked();
            if kept != 0 && list.scroll_top() == 0 {
                list.set_scroll_top(kept);
            }
            look();
        }
    });
    let numbers = move || {
        let count = count.get();
        let (first, shown) = seen.get();
        let from = first.saturating_sub(AROUND).min(count);
        let to = (first + shown + AROUND).min(count);
        let active = active.get().min(count.saturating_sub(1));
        let before = (active < from && count > 0).then_some(active);
        let after = (active >= to && count > 0).then_some(active);
        // Who has the focus stays, or the focus would be lost.
        before.into_iter().chain(from..to).chain(after).collect::<Vec<_>>()
    };
    let id_of_rows = StoredValue::new(id.clone());
    let go = move |to: usize| {
        active.set(to);
        let Some(list) = node.get_untracked() else { return };
        bring_into_sight(&list, to, count.get_untracked());
        look();
        request_animation_frame(move || {
            let row = document().get_element_by_id(&format!("{}-{to}", id_of_rows.get_value()));
            if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
                let calmly = FocusOptions::new();
                calmly.set_prevent_scroll(true);
                let _ = row.focus_with_options(&calmly);
            }
        });
    };
    let on_key = move |event: KeyboardEvent| {
        let Some(last) = count.get_untracked().checked_sub(1) else {
            return;
        };
        let at = active.get_untracked();
        let page = seen.get_untracked().1.saturating_sub(1).max(1);
        let next = match event.key().as_str() {
            "ArrowDown" => (at + 1).min(last),
            "ArrowUp" => at.saturating_sub(1),
            "PageDown" => (at + page).min(last),
            "PageUp" => at.saturating_sub(page),
            "Home" => 0,
            "End" => last,
            "Enter" => {
                press(&event);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        go(next);
    };
    let on_focus = move |event: web_sys::FocusEvent| {
        if let Some(number) = row_of(&event)
            && number != active.get_untracked()
        {
            active.set(number);
        }
    };
    let render = move |number: usize| {
        view! {
            <li
                id=format!("{}-{number}", id_of_rows.get_value())
                style=("--at", number.to_string())
                aria-posinset=(number + 1).to_string()
                aria-setsize=move || count.get().to_string()
                tabindex=move || if active.get() == number { "0" } else { "-1" }
            >
                {row.run(number)}
            </li>
        }
        .whole()
    };
    view! {
        <div
            node_ref=node
            class="endless"
            on:scroll=move |_| look()
            on:keydown=on_key
            on:focusin=on_focus
        >
            <ul id=id aria-label=label style=("--of", move || count.get().to_string())>
                <For each=numbers key=|number| *number children=render />
            </ul>
        </div>
    }
    .whole()
}

/// First row in sight, and how many there are.
fn in_sight(list: &HtmlElement, count: usize) -> (usize, usize) {
    let length = length(list);
    (
        share(list.scroll_top(), count, length),
        share(list.client_height(), count, length) + 2,
    )
}

fn bring_into_sight(list: &HtmlElement, row: usize, count: usize) {
    let length = length(list);
    let edge = |row: usize| i32::try_from(row as u64 * length / count.max(1) as u64).unwrap_or(i32::MAX);
    let (top, bottom) = (edge(row), edge(row + 1));
    if top < list.scroll_top() {
        list.set_scroll_top(top);
    } else if bottom > list.scroll_top() + list.client_height() {
        list.set_scroll_top(bottom - list.client_height());
    }
}

/// How high all rows are together, in pixels.
fn length(list: &HtmlElement) -> u64 {
    let all = list.first_element_child();
    all.and_then(|all| u64::try_from(all.client_height()).ok())
        .unwrap_or(0)
        .max(1)
}

/// How many rows go into so many pixels. A row may be a fraction of a pixel high, so it is the
/// whole length that is measured.
fn share(pixels: i32, count: usize, length: u64) -> usize {
    let rows = u64::try_from(pixels).unwrap_or(0) * count as u64 / length;
    usize::try_from(rows).unwrap_or(usize::MAX)
}

/// The number of the row that something happened in.
fn row_of(event: &web_sys::Event) -> Option<usize> {
    let row = event
        .target()?
        .dyn_into::<Element>()
        .ok()?
        .closest("[aria-posinset]")
        .ok()??;
    row.get_attribute("aria-posinset")?
        .parse::<usize>()
        .ok()?
        .checked_sub(1)
}

/// Enter on the row itself presses what is first in it.
fn press(event: &KeyboardEvent) {
    let row = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let inside = row
        .filter(|row| row.has_attribute("aria-posinset"))
        .and_then(|row| row.query_selector("a[href], button").ok().flatten());
    if let Some(inside) = inside.and_then(|inside| inside.dyn_into::<HtmlElement>().ok()) {
        inside.click();
    }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn fractions_of_a_pixel_do_not_add_up() {
        // 10,000 rows of 44.8 px.
        assert_eq!(share(0, 10_000, 448_000), 0);
        assert_eq!(share(447_960, 10_000, 448_000), 9_999);
        assert_eq!(share(-20, 10_000, 448_000), 0);
        assert_eq!(share(100, 0, 1), 0);
    }
}
