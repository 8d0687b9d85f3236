//! Dialogs: something to be settled before one goes on. On a phone they are sheets.
//!
//! What Undo can take back is not asked about; [`Confirm`] is for what is gone for good.

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{Event, HtmlDialogElement, HtmlElement};

use crate::{Button, ButtonKind, IconName, Whole};

/// Where the focus goes when it opens: to what asks for it, to what is filled in, to the foot.
const FIRST: [&str; 3] = [
    "[autofocus]",
    ".content :is(input, select, textarea):not(:disabled)",
    "footer button:not(:disabled)",
];

/// The content is a form: Enter in a field sends it, `on_submit` hears of it. Without `on_submit`
/// whatever sends the form closes the dialog.
#[component]
pub fn Dialog(
    #[prop(into)] id: String,
    #[prop(into)] title: Signal<String>,
    open: RwSignal<bool>,
    /// What the button that closes it is called.
    #[prop(into)]
    close: String,
    /// What it is about, in a sentence.
    #[prop(optional, into)]
    text: MaybeProp<String>,
    /// Asks for an answer rather than for something to be filled in.
    #[prop(optional)]
    alert: bool,
    #[prop(optional, into)] on_submit: Option<Callback<()>>,
    /// The buttons at its end; the one that sends the form comes last.
    #[prop(optional, into)]
    foot: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        if open.get() == dialog.open() {
            return;
        }
        if open.get() {
            if dialog.show_modal().is_ok() {
                focus_first(&dialog);
            }
        } else {
            dialog.close();
        }
    });
    let outside = StoredValue::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        match on_submit {
            Some(submit) => submit.run(()),
            None => open.set(false),
        }
    };
    let (title_id, text_id) = (format!("{id}-title"), format!("{id}-text"));
    view! {
        <dialog
            node_ref=node
            class="dialog"
            id=id
            role=alert.then_some("alertdialog")
            aria-labelledby=title_id
            aria-describedby=text_id
            closedby="any"
            on:close=move |_| open.set(false)
            // For browsers that do not know `closedby`: pressed and let go outside.
            on:pointerdown=move |event| outside.set_value(is_backdrop(&event))
            on:click=move |event| {
                if outside.get_value() && is_backdrop(&event) {
                    open.set(false);
                }
            }
        >
            <form method="dialog" on:submit=submit>
                <header>
                    <h2 id=title_id.clone()>{title}</h2>
                    <Button icon=IconName::Close label=close on_press=move |()| open.set(false) />
                </header>
                <div class="content">
                    <p class="text" id=text_id.clone() hidden=move || text.with(Option::is_none)>
                        {move || text.get()}
                    </p>
                    {children()}
                </div>
                {foot.map(|foot| view! { <footer>{foot.run()}</footer> })}
            </form>
        </dialog>
    }
    .whole()
}

/// Asks before something is gone for good, and names what.
#[component]
pub fn Confirm(
    #[prop(into)] id: String,
    #[prop(into)] title: Signal<String>,
    open: RwSignal<bool>,
    /// What follows from it.
    #[prop(into)]
    text: String,
    /// What will be lost, by name.
    #[prop(into)]
    losses: Signal<Vec<String>>,
    /// What the buttons do, in their own words: “Delete 3 files”, “Keep them”.
    #[prop(into)]
    confirm: Signal<String>,
    #[prop(into)] cancel: String,
    #[prop(optional, into)] busy: Signal<bool>,
    /// It closes when this says so: `open` is the caller's.
    #[prop(into)]
    on_confirm: Callback<()>,
) -> impl IntoView {
    let keep = StoredValue::new(cancel.clone());
    let foot = move || {
        view! {
            <Button kind=ButtonKind::Line on_press=move |()| open.set(false)>
                {keep.get_value()}
            </Button>
            <Button kind=ButtonKind::Danger submit=true busy>
                {confirm}
            </Button>
        }
    };
    let lost = move || {
        losses
            .get()
            .into_iter()
            .map(|name| {
                let title = name.clone();
                view! { <li title=title><crate::Name name /></li> }
            })
            .collect::<Vec<_>>()
    };
    view! {
        <Dialog id title open close=cancel text alert=true on_submit=on_confirm foot>
            <ul class="losses">{lost}</ul>
        </Dialog>
    }
    .whole()
}

fn is_backdrop(event: &Event) -> bool {
    event
        .target()
        .is_some_and(|target| target.dyn_ref::<HtmlDialogElement>().is_some())
}

fn focus_first(dialog: &HtmlDialogElement) {
    let found = FIRST
        .iter()
        .find_map(|selector| dialog.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
