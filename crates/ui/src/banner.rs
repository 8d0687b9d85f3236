//! A banner: news for the whole page, with what to do about it.

use leptos::prelude::*;

use crate::{Button, Icon, IconName, Tone, Whole};

/// Stands above the page. It is announced when it appears: at once if something is wrong.
#[component]
pub fn Banner(
    tone: Tone,
    #[prop(into)] words: Signal<String>,
    /// The one thing to do: a button or a link.
    #[prop(optional, into)]
    action: Option<ViewFn>,
    /// What the button that takes it away is called; without it the banner stays.
    #[prop(optional, into)]
    dismiss: Option<String>,
    #[prop(optional, into)] on_dismiss: Option<Callback<()>>,
) -> impl IntoView {
    let away = RwSignal::new(false);
    let close = move |()| {
        away.set(true);
        if let Some(told) = on_dismiss {
            told.run(());
        }
    };
    view! {
        <div
            class=format!("banner {}", tone.class())
            role=if tone == Tone::Danger { "alert" } else { "status" }
            hidden=away
        >
            <Icon name=tone.icon() />
            <p>{words}</p>
            {action.map(|action| view! { <div class="acts">{action.run()}</div> })}
            {dismiss.map(|label| view! { <Button icon=IconName::Close label tight=true on_press=close /> })}
        </div>
    }
    .whole()
}
