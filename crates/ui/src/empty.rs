//! An empty state: what belongs here, and how to get it here.

use leptos::prelude::*;

use crate::{Icon, IconName, Whole as _};

#[component]
pub fn Empty(
    icon: IconName,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    /// The page has no other heading.
    #[prop(optional)]
    main_heading: bool,
    /// The place also takes what is dropped on it, and shows that.
    #[prop(optional)]
    invite: bool,
    /// What to do about it: a button or a link.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=if invite { "empty invite" } else { "empty" }>
            <Icon name=icon large=true />
            {if main_heading {
                view! { <h1>{title}</h1> }.whole()
            } else {
                view! { <h2>{title}</h2> }.whole()
            }}
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
}
