//! Buttons: what one can do, and links that look like it.

use leptos::prelude::*;

use crate::{Icon, IconName, Whole};

/// How loud a button is. One primary in a view; danger only for what cannot be taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    Primary,
    /// Outlined: the way on where nothing is primary.
    Line,
    #[default]
    Plain,
    Danger,
}

/// The classes of a button, for those who write one by hand.
pub(crate) fn button_class(kind: ButtonKind, only_icon: bool, tight: bool) -> String {
    let mut class = String::from(match kind {
        ButtonKind::Primary => "btn primary",
        ButtonKind::Line => "btn line",
        ButtonKind::Plain => "btn",
        ButtonKind::Danger => "btn danger",
    });
    if only_icon {
        class.push_str(" icon");
    }
    if tight {
        class.push_str(" tight");
    }
    class
}

/// A button. Without children it is its icon alone, and `label` names it.
///
/// A busy button keeps its width and the focus, and takes no further press.
#[component]
pub fn Button(
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional, into)] icon: Option<IconName>,
    /// Its name where it shows no words, or other words than those it shows.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// Lower, for rows and bars.
    #[prop(optional)]
    tight: bool,
    /// Sends the form it is in, or the one named by `form`.
    #[prop(optional)]
    submit: bool,
    #[prop(optional, into)] form: Option<String>,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let words = children.map(|children| view! { <span>{children()}</span> });
    let title = words.is_none().then_some(label);
    let class = button_class(kind, words.is_none(), tight);
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=class
            class:busy=busy
            form=form
            disabled=disabled
            aria-busy=move || busy.get().then_some("true")
            aria-disabled=move || busy.get().then_some("true")
            aria-label=move || label.get()
            title=move || title.and_then(|title| title.get())
            on:click=move |event| {
                if busy.get_untracked() {
                    event.prevent_default();
                } else if let Some(press) = on_press {
                    press.run(());
                }
            }
        >
            {icon.map(|name| view! { <Icon name /> })}
            {words}
        </button>
    }
    .whole()
}

/// A place to go that looks like a button.
#[component]
pub fn LinkButton(
    #[prop(into)] href: Signal<String>,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional, into)] icon: Option<IconName>,
    #[prop(optional, into)] label: Option<String>,
    #[prop(optional)] tight: bool,
    /// Not one of our pages: a download, another site.
    #[prop(optional)]
    external: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let words = children.map(|children| view! { <span>{children()}</span> });
    let title = words.is_none().then(|| label.clone()).flatten();
    let class = button_class(kind, words.is_none(), tight);
    view! {
        <a
            class=class
            href=href
            rel=external.then_some("external")
            aria-label=label
            title=title
        >
            {icon.map(|name| view! { <Icon name /> })}
            {words}
        </a>
    }
    .whole()
}
