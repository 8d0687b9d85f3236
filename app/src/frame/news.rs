//! News about the app itself, in a line above everything: no connection, or a newer version.

use leptos::prelude::*;
use texts::Key;
use ui::{Icon, IconName, Whole as _};

use crate::pages::words::t;
use crate::providers::connection::{Line, connection};
use crate::providers::pwa::Pwa;

#[component]
pub fn News() -> impl IntoView {
    let connection = connection();
    let pwa = Pwa::expect();
    let is_up = move || connection.line() == Line::Up;
    let lost = move || match connection.line() {
        Line::Up => String::new(),
        Line::Offline => t(Key::ConnectionOffline),
        Line::ServerAway => t(Key::ConnectionServerAway),
    };
    let later = RwSignal::new(false);
    view! {
        <div class="news" role="status">
            <p class="bar" hidden=is_up data-testid="connection">
                <Icon name=IconName::Offline />
                <span>{lost}</span>
            </p>
            <p class="bar" hidden=move || later.get() || !pwa.update_waiting.get() data-testid="update">
                <span>{t(Key::UpdateReady)}</span>
                <button type="button" class="btn tight" on:click=move |_| Pwa::apply_update()>
                    {t(Key::UpdateApply)}
                </button>
                <button type="button" class="btn tight icon" aria-label=t(Key::UpdateLater) on:click=move |_| later.set(true)>
                    <Icon name=IconName::Close />
                </button>
            </p>
        </div>
    }
    .whole()
}
