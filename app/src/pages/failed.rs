//! What a page shows instead of what it could not get: what happened, what it means, and the way on.

use leptos::prelude::*;
use texts::Key;
use ui::{Icon, IconName, Whole as _};
use wire::error::ErrorCode;

use super::words::{error_text, t};
use crate::providers::connection::{Line, connection};
use crate::server_fns::UiError;

/// `again` asks once more; it is also called when the connection is back.
#[component]
pub fn Failed(
    error: UiError,
    #[prop(into)] title: String,
    /// What it means, where the place knows better than the code does.
    #[prop(optional, into)]
    text: Option<String>,
    again: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let code = error.code();
    let connection = connection();
    Effect::new(move |was_up: Option<bool>| {
        let is_up = connection.line() == Line::Up;
        if was_up == Some(false) && is_up {
            again();
        }
        is_up
    });
    let text = text.unwrap_or_else(|| error_text(code));
    let way_on = if code == ErrorCode::Forbidden {
        // Who was let in a moment ago and is not now needs another page.
        view! {
            <a class="btn line" href="" rel="external">
                {t(Key::FailureReload)}
            </a>
        }
        .whole()
    } else {
        view! {
            <button type="button" class="btn line" on:click=move |_| again()>
                <Icon name=IconName::Retry />
                {t(Key::FailureRetry)}
            </button>
        }
        .whole()
    };
    view! {
        <ui::Empty icon=IconName::Alert title text>
            {way_on}
        </ui::Empty>
    }
    .whole()
}
