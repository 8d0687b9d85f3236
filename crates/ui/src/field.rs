//! A field: one line that is typed, below its label. What was typed before the page was taken over
//! stays.

use leptos::html;
use leptos::prelude::*;

use crate::labelled::{Labelled, described, follow};
use crate::{Icon, IconName, Whole};

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
    follow(
        value,
        move || node.get().map(|node| (node.value(), node)),
        web_sys::HtmlInputElement::set_value,
    );
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
