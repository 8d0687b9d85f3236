//! Text of several lines.

use leptos::html;
use leptos::prelude::*;

use crate::Whole;
use crate::labelled::{Labelled, described, follow};

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
    follow(
        value,
        move || node.get().map(|node| (node.value(), node)),
        web_sys::HtmlTextAreaElement::set_value,
    );
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
