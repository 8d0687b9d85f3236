//! Fields: what is typed, chosen from a list, or written at length, each below its label.
//!
//! What was typed before the page was taken over stays.

use leptos::html;
use leptos::prelude::*;

use crate::{Button, Icon, IconName, Whole};

/// A line of text. `id` is the control's; hint and error are named after it.
#[component]
pub fn Field(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(optional)] value: Option<RwSignal<String>>,
    #[prop(optional, into)] name: Option<String>,
    /// `text`, `email`, `url`, `number`; a password is asked for by `reveal`.
    #[prop(default = "text")]
    kind: &'static str,
    /// Makes it a password, and names the switch that shows it.
    #[prop(optional, into)]
    reveal: Option<String>,
    /// What the browser may fill in.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional, into)] hint: MaybeProp<String>,
    /// What is wrong with it and how to put it right.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    #[prop(optional)] required: bool,
    /// Said beside the label of what may stay empty.
    #[prop(optional, into)]
    optional: Option<String>,
    /// Stands before what is typed, and belongs to it.
    #[prop(optional, into)]
    prefix: Option<String>,
    #[prop(optional, into)] suffix: Option<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Has the focus when its dialog opens.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    let shown = RwSignal::new(false);
    let is_password = reveal.is_some();
    let value = value.unwrap_or_default();
    follow(value, move || node.get().map(|node| (node.value(), node)), |node, text| node.set_value(text));
    let kind = move || match (is_password, shown.get()) {
        (true, false) => "password",
        (true, true) => "text",
        _ => kind,
    };
    let control = view! {
        <div class="box">
            {prefix.map(|words| view! { <span class="affix">{words}</span> })}
            <input
                node_ref=node
                id=id.clone()
                type=kind
                name=name
                value=value.get_untracked()
                autocomplete=autocomplete
                placeholder=placeholder
                required=required
                disabled=disabled
                autofocus=autofocus
                spellcheck=is_password.then_some("false")
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described(&id, hint, error)
                on:input=move |event| value.set(event_target_value(&event))
            />
            {suffix.map(|words| view! { <span class="affix">{words}</span> })}
            {reveal.map(|label| view! { <Reveal label shown disabled /> })}
        </div>
    };
    view! {
        <Labelled id label hint error optional>
            {control}
        </Labelled>
    }
    .whole()
}

/// Shows a password while it is pressed in.
#[component]
fn Reveal(label: String, shown: RwSignal<bool>, disabled: Signal<bool>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="btn icon tight"
            aria-label=label.clone()
            title=label
            aria-pressed=move || if shown.get() { "true" } else { "false" }
            disabled=disabled
            on:click=move |_| shown.update(|shown| *shown = !*shown)
        >
            {move || view! { <Icon name=if shown.get() { IconName::EyeOff } else { IconName::Eye } /> }}
        </button>
    }
    .whole()
}

/// Text of several lines; grows with it.
#[component]
pub fn TextArea(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(optional)] value: Option<RwSignal<String>>,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(default = 3)] rows: u32,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] optional: Option<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let node = NodeRef::<html::Textarea>::new();
    let value = value.unwrap_or_default();
    follow(value, move || node.get().map(|node| (node.value(), node)), |node, text| node.set_value(text));
    let control = view! {
        <textarea
            class="box"
            node_ref=node
            id=id.clone()
            name=name
            rows=rows.to_string()
            placeholder=placeholder
            required=required
            disabled=disabled
            aria-invalid=move || error.get().map(|_| "true")
            aria-describedby=described(&id, hint, error)
            on:input=move |event| value.set(event_target_value(&event))
        >
            {value.get_untracked()}
        </textarea>
    };
    view! {
        <Labelled id label hint error optional>
            {control}
        </Labelled>
    }
    .whole()
}

/// One of a few: the list that opens is the browser's. `options` are values with their words.
#[component]
pub fn Select(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    options: Vec<(String, String)>,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let node = NodeRef::<html::Select>::new();
    follow(value, move || node.get().map(|node| (node.value(), node)), |node, text| node.set_value(text));
    let chosen = value.get_untracked();
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, words)| {
            let selected = value == chosen;
            view! {
                <option value=value selected=selected>
                    {words}
                </option>
            }
        })
        .collect();
    let control = view! {
        <div class="box select">
            <select
                node_ref=node
                id=id.clone()
                name=name
                disabled=disabled
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described(&id, hint, error)
                on:change=move |event| value.set(event_target_value(&event))
            >
                {options}
            </select>
            <Icon name=IconName::ChevronDown />
        </div>
    };
    view! {
        <Labelled id label hint error>
            {control}
        </Labelled>
    }
    .whole()
}

/// Finds things by what is typed.
#[component]
pub fn SearchField(
    #[prop(into)] id: String,
    /// What is looked through; also the placeholder.
    #[prop(into)]
    label: String,
    value: RwSignal<String>,
    /// What the button that empties it is called.
    #[prop(into)]
    clear: String,
    #[prop(optional, into)] name: Option<String>,
    /// The key that leads here.
    #[prop(optional, into)]
    keys: Option<String>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    follow(value, move || node.get().map(|node| (node.value(), node)), |node, text| node.set_value(text));
    let empty = move |()| {
        value.set(String::new());
        if let Some(node) = node.get_untracked() {
            let _ = node.focus();
        }
    };
    let is_empty = move || value.with(String::is_empty);
    view! {
        <div class="search-field">
            <Icon name=IconName::Search />
            <input
                node_ref=node
                id=id
                type="search"
                name=name
                value=value.get_untracked()
                placeholder=label.clone()
                aria-label=label
                autocomplete="off"
                spellcheck="false"
                on:input=move |event| value.set(event_target_value(&event))
            />
            {keys.map(|keys| view! { <span hidden=move || !is_empty()><crate::Kbd keys /></span> })}
            <span hidden=is_empty>
                <Button icon=IconName::Close label=clear tight=true on_press=empty />
            </span>
        </div>
    }
    .whole()
}

/// Label above, hint and error below.
#[component]
fn Labelled(
    id: String,
    label: String,
    hint: MaybeProp<String>,
    error: MaybeProp<String>,
    #[prop(default = None)] optional: Option<String>,
    children: Children,
) -> impl IntoView {
    let hint_is_gone = move || hint.with(Option::is_none);
    let error_is_gone = move || error.with(Option::is_none);
    view! {
        <div class="field">
            <label for=id.clone()>
                {label} {optional.map(|words| view! { <span class="optional">" " {words}</span> })}
            </label>
            {children()}
            <p class="hint" id=format!("{id}-hint") hidden=hint_is_gone>
                {move || hint.get()}
            </p>
            <p class="error" id=format!("{id}-error") hidden=error_is_gone aria-live="polite">
                <Icon name=IconName::Alert />
                <span>{move || error.get()}</span>
            </p>
        </div>
    }
    .whole()
}

/// The ids of what is said below the control, error first.
fn described(id: &str, hint: MaybeProp<String>, error: MaybeProp<String>) -> impl Fn() -> Option<String> + Send + use<> {
    let id = id.to_owned();
    move || {
        match (error.with(Option::is_some), hint.with(Option::is_some)) {
            (true, true) => Some(format!("{id}-error {id}-hint")),
            (true, false) => Some(format!("{id}-error")),
            (false, true) => Some(format!("{id}-hint")),
            (false, false) => None,
        }
    }
}

/// Keeps a control and its signal alike. At first the control is right: somebody may have been
/// faster than the page's script.
fn follow<N: 'static>(
    value: RwSignal<String>,
    control: impl Fn() -> Option<(String, N)> + 'static,
    write: impl Fn(&N, &str) + 'static,
) {
    Effect::new(move |was_there: Option<bool>| {
        let Some((typed, node)) = control() else {
            return false;
        };
        if was_there == Some(true) {
            value.with(|text| {
                if *text != typed {
                    write(&node, text);
                }
            });
        } else {
            value.track();
            if value.with_untracked(|text| *text != typed) {
                value.set(typed);
            }
        }
        true
    });
}
