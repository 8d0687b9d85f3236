//! A menu: what can be done with something, behind a button. On a phone it is a sheet.
//!
//! The browser opens and closes it and knows where the focus came from, so it opens before the page
//! has been taken over. Script adds the keys: arrows, Home, End, and the first letters of an item.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, ToggleEvent};

use crate::button::button_class;
use crate::{ButtonKind, Icon, IconName, Kbd, Whole};

const ITEMS: &str = "[role^=menuitem]";
/// Letters typed in quicker succession than this belong together.
const ONE_WORD_MS: f64 = 500.0;

/// The button and its list. The children are [`MenuItem`]s and [`MenuLine`]s.
#[component]
pub fn Menu(
    #[prop(into)] id: String,
    /// What the items are about: names a button without words, and heads the sheet on a phone.
    #[prop(into)]
    label: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional, into)] icon: Option<IconName>,
    /// Words on the button.
    #[prop(optional, into)]
    words: Option<String>,
    #[prop(optional)] tight: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let only_icon = words.is_none();
    let named = only_icon.then(|| label.clone());
    let at_the_end = StoredValue::new(false);
    let open_by_key = move |event: KeyboardEvent| {
        let key = event.key();
        if key == "ArrowDown" || key == "ArrowUp" {
            event.prevent_default();
            at_the_end.set_value(key == "ArrowUp");
            if let Some(button) = here(&event) {
                button.click();
            }
        }
    };
    let letters = StoredValue::new((0.0, String::new()));
    let enter = move |event: Event| {
        let opened = event.dyn_ref::<ToggleEvent>().is_some_and(|event| event.new_state() == "open");
        if opened
            && let Some(list) = here(&event)
        {
            let items = items(&list);
            let from_end = at_the_end.get_value();
            at_the_end.set_value(false);
            letters.set_value(Default::default());
            focus(if from_end { items.last() } else { items.first() });
        }
    };
    view! {
        <button
            type="button"
            class=button_class(kind, only_icon, tight)
            aria-haspopup="menu"
            aria-label=named.clone()
            title=named
            disabled=disabled
            popovertarget=id.clone()
            on:keydown=open_by_key
        >
            {icon.map(|name| view! { <Icon name /> })}
            {words.map(|words| view! { <span>{words}</span> <Icon name=IconName::ChevronDown /> })}
        </button>
        <div
            class="menu-list"
            id=id
            role="menu"
            aria-label=label
            popover="auto"
            on:toggle=enter
            on:keydown=move |event| move_by_key(&event, letters)
            on:click=close_after
        >
            <p class="about" aria-hidden="true">
                {label.clone()}
            </p>
            {children()}
        </div>
    }
    .whole()
}

/// One thing to do, or one place to go.
#[component]
pub fn MenuItem(
    #[prop(optional, into)] icon: Option<IconName>,
    /// Says that it is one of several of which one is chosen, and whether it is this one.
    #[prop(optional, into)]
    checked: Option<Signal<bool>>,
    /// The key that does the same.
    #[prop(optional, into)]
    keys: Option<String>,
    /// A fact about it, at its end.
    #[prop(optional, into)]
    fact: Option<String>,
    /// Takes something away; stands last.
    #[prop(optional)]
    danger: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Leads somewhere instead of doing something.
    #[prop(optional, into)]
    href: Option<String>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    let class = if danger { "menu-item danger" } else { "menu-item" };
    let mark = match checked {
        Some(_) => Some(IconName::Check),
        None => icon,
    };
    let inside = view! {
        {mark.map(|name| view! { <Icon name /> })}
        <span class="words">{children()}</span>
        {fact.map(|fact| view! { <span class="fact num">{fact}</span> })}
        {keys.map(|keys| view! { <Kbd keys /> })}
    };
    let is_off = move || disabled.get().then_some("true");
    if let Some(href) = href {
        return view! {
            <a class=class role="menuitem" tabindex="-1" href=href aria-disabled=is_off>
                {inside}
            </a>
        }
        .whole();
    }
    let role = if checked.is_some() { "menuitemradio" } else { "menuitem" };
    view! {
        <button
            type="button"
            class=class
            role=role
            tabindex="-1"
            aria-disabled=is_off
            aria-checked=move || checked.map(|checked| if checked.get() { "true" } else { "false" })
            on:click=move |_| {
                if !disabled.get_untracked() && let Some(press) = on_press {
                    press.run(());
                }
            }
        >
            {inside}
        </button>
    }
    .whole()
}

/// Parts one group of items from the next.
#[component]
pub fn MenuLine() -> impl IntoView {
    view! { <hr class="menu-line" role="separator" /> }
}

fn move_by_key(event: &KeyboardEvent, letters: StoredValue<(f64, String)>) {
    let Some(list) = here(event) else { return };
    let items = items(&list);
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
            let _ = list.hide_popover();
            return;
        }
        // A blank presses the item.
        letter if letter.chars().count() == 1 && letter != " " && !(event.ctrl_key() || event.meta_key() || event.alt_key()) => {
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
fn typed(now: f64, letter: &str, letters: StoredValue<(f64, String)>) -> String {
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

fn close_after(event: web_sys::MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let pressed = target.and_then(|target| target.closest(ITEMS).ok().flatten());
    if let Some(item) = pressed {
        if item.get_attribute("aria-disabled").as_deref() == Some("true") {
            event.prevent_default();
        } else if let Some(list) = here(&event) {
            let _ = list.hide_popover();
        }
    }
}

/// The items that can be seen.
fn items(list: &HtmlElement) -> Vec<HtmlElement> {
    let Ok(found) = list.query_selector_all(ITEMS) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|at| found.get(at)?.dyn_into::<HtmlElement>().ok())
        .filter(|item| item.offset_height() > 0)
        .collect()
}

/// The element whose handler this is.
fn here(event: &Event) -> Option<HtmlElement> {
    event.current_target()?.dyn_into().ok()
}

fn focus(item: Option<&HtmlElement>) {
    if let Some(item) = item {
        let _ = item.focus();
    }
}
