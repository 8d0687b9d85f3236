//! A menu: what can be done with something, behind a button. On a phone it is a sheet.
//!
//! The browser opens and closes it and knows where the focus came from, so it opens before the page
//! has been taken over. Script adds the keys: arrows, Home, End, and the first letters of an item.

mod item;
mod keys;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{Event, KeyboardEvent, ToggleEvent};

pub use self::item::{MenuItem, MenuLine};
use self::keys::{Letters, close_after, focus, here, items, move_by_key};
use crate::button::button_class;
use crate::{ButtonKind, Icon, IconName, Whole};

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
    let letters: Letters = StoredValue::new((0.0, String::new()));
    let enter = move |event: Event| {
        let opened = event
            .dyn_ref::<ToggleEvent>()
            .is_some_and(|event| event.new_state() == "open");
        if opened && let Some(list) = here(&event) {
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
            on:click=move |event| close_after(&event)
        >
            <p class="about" aria-hidden="true">
                {label.clone()}
            </p>
            {children()}
        </div>
    }
    .whole()
}
