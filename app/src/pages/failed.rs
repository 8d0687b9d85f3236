//! What a page shows instead of what it could not get: what happened, what it means, and the way on.

use leptos::prelude::*;
use texts::Key;
use ui::Whole as _;
use wire::error::ErrorCode;

use super::words::{error_text, t};
use crate::providers::connection::{Line, connection};

/// `again` asks once more; it is also called when the connection is back.
#[component]
pub fn Failed(
    code: ErrorCode,
    #[prop(into)] title: String,
    /// What it means, where the place knows better than the code does.
    #[prop(optional, into)]
    text: Option<String>,
    again: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let connection = connection();
    Effect::new(move |was_up: Option<bool>| {
        let is_up = connection.line() == Line::Up;
        if was_up == Some(false) && is_up {
            again();
        }
        is_up
    });
    let text = text.unwrap_or_else(|| error_text(code));
    if matches!(code, ErrorCode::Forbidden | ErrorCode::BadRequest) {
        // Who was let in a moment ago and is not now, and whose page is of another version, needs
        // another page.
        view! {
            <ui::ErrorState title text>
                <a class="btn line" href="" rel="external">
                    {t(Key::FailureReload)}
                </a>
            </ui::ErrorState>
        }
        .whole()
    } else {
        let on_retry = Callback::new(move |()| again());
        view! { <ui::ErrorState title text retry=t(Key::FailureRetry) on_retry /> }.whole()
    }
}
