//! Toasts: one sentence about what was just done, with a way to take it back.
//!
//! [`provide_toasts`] once above all pages, one [`Toaster`] in the frame, and anybody may say
//! something: `toasts().show("Link copied")`. The sheet counts the time: an animation that waits
//! while a pointer or the focus is on it, and whose end takes the toast away.

use std::sync::Arc;

use leptos::ev;
use leptos::prelude::*;
use web_sys::Element;

use crate::{Button, IconName, Whole};

/// More than these are not read any more.
const MOST: usize = 3;

/// The sheet's name for the time a toast stays, and for its leaving.
const STAY: &str = "toast-stay";
const LEAVE: &str = "toast-leave";

#[derive(Clone)]
struct Toast {
    number: u32,
    words: String,
    undo: Option<Undo>,
}

#[derive(Clone)]
struct Undo {
    words: String,
    // Not a callback of leptos: those go with the page that said it, and this has to outlive it.
    action: Arc<dyn Fn() + Send + Sync>,
}

/// Says things. Copies are the same.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    last: StoredValue<u32>,
}

impl Toasts {
    pub fn show(self, words: impl Into<String>) {
        self.add(words.into(), None);
    }

    /// With a button that takes it back. `action` may be called when the page it comes from is
    /// long gone, so it uses nothing that belongs to a page.
    pub fn with_undo(
        self,
        words: impl Into<String>,
        undo: impl Into<String>,
        action: impl Fn() + Send + Sync + 'static,
    ) {
        let undo = Undo {
            words: undo.into(),
            action: Arc::new(action),
        };
        self.add(words.into(), Some(undo));
    }

    fn add(self, words: String, undo: Option<Undo>) {
        let number = self.last.get_value().wrapping_add(1);
        self.last.set_value(number);
        self.shown.update(|shown| {
            shown.push(Toast { number, words, undo });
            let too_many = shown.len().saturating_sub(MOST);
            shown.drain(..too_many);
        });
    }

    fn remove(self, number: u32) {
        self.shown.update(|shown| shown.retain(|toast| toast.number != number));
    }
}

pub fn provide_toasts() {
    provide_context(Toasts {
        shown: RwSignal::new(Vec::new()),
        last: StoredValue::new(0),
    });
}

/// Where to say something. There is one below [`provide_toasts`].
pub fn toasts() -> Toasts {
    expect_context()
}

/// The place where they appear: one, at the end of the frame.
#[component]
pub fn Toaster(
    /// What the button that takes one away is called.
    #[prop(into)]
    dismiss: String,
) -> impl IntoView {
    let toasts = toasts();
    let dismiss = StoredValue::new(dismiss);
    let list = NodeRef::<leptos::html::Ol>::new();
    let listener = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" && !event.default_prevented() && nothing_else_is_open() {
            let newest = list
                .get_untracked()
                .and_then(|list| list.query_selector("li:not(.leaving):last-of-type").ok().flatten());
            if let Some(toast) = newest {
                leave(&toast);
            }
        }
    });
    on_cleanup(move || listener.remove());
    view! {
        <div class="toaster" role="status" aria-live="polite">
            <ol node_ref=list>
                <For each=move || toasts.shown.get() key=|toast| toast.number let:toast>
                    <Bar toast toasts dismiss=dismiss.get_value() />
                </For>
            </ol>
        </div>
    }
    .whole()
}

#[component]
fn Bar(toast: Toast, toasts: Toasts, dismiss: String) -> impl IntoView {
    let Toast { number, words, undo } = toast;
    let node = NodeRef::<leptos::html::Li>::new();
    let go = move || {
        if let Some(node) = node.get_untracked() {
            leave(&node);
        }
    };
    let ended = move |event: web_sys::AnimationEvent| match event.animation_name().as_str() {
        STAY => go(),
        LEAVE => toasts.remove(number),
        _ => {}
    };
    let undo = undo.map(|Undo { words, action }| {
        let press = move |()| {
            action();
            go();
        };
        view! { <Button tight=true on_press=press>{words}</Button> }
    });
    view! {
        <li class="toast" node_ref=node on:animationend=ended>
            <p title=words.clone()>{words.clone()}</p>
            {undo}
            <Button icon=IconName::Close label=dismiss tight=true on_press=move |()| go() />
        </li>
    }
    .whole()
}

fn leave(toast: &Element) {
    let _ = toast.class_list().add_1("leaving");
}

/// Escape belongs to what is open above the page.
fn nothing_else_is_open() -> bool {
    let found = document().query_selector("dialog:modal, :popover-open");
    matches!(found, Ok(None))
}
