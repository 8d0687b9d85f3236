//! What somebody came for could not be had: what happened, why, and the way on.

use leptos::prelude::*;

use crate::{Button, ButtonKind, Icon, IconName, Whole};

#[component]
pub fn ErrorState(
    /// What happened.
    #[prop(into)]
    title: String,
    /// Why, and what that means for what one had.
    #[prop(into)]
    text: String,
    /// What the button for another attempt is called.
    #[prop(optional, into)]
    retry: Option<String>,
    #[prop(optional, into)] on_retry: Option<Callback<()>>,
    /// The attempt is being made.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// What to name when asking for help: what it is called, and the thing itself.
    #[prop(optional, into)]
    reference: Option<(String, String)>,
    /// The page has no other heading.
    #[prop(optional)]
    main_heading: bool,
    /// Another way on.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty error" role="alert">
            <Icon name=IconName::Alert large=true />
            {if main_heading { view! { <h1>{title}</h1> }.whole() } else { view! { <h2>{title}</h2> }.whole() }}
            <p>{text}</p>
            <div class="ways">
                {retry
                    .zip(on_retry)
                    .map(|(words, again)| {
                        view! {
                            <Button kind=ButtonKind::Line icon=IconName::Retry busy on_press=again>
                                {words}
                            </Button>
                        }
                    })}
                {children.map(|children| children())}
            </div>
            {reference
                .map(|(words, code)| {
                    view! { <p class="reference small muted">{words} " " <code class="mono">{code}</code></p> }
                })}
        </div>
    }
    .whole()
}
