//! Nothing at this address.

use leptos::prelude::*;
use leptos_meta::Title;
use texts::Key;
use ui::{IconName, Whole as _};

use super::words::{t, to};

#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text=t(Key::NotFoundTitle) />
        <ui::Empty icon=IconName::Folder title=t(Key::NotFoundTitle) text=t(Key::NotFoundText) main_heading=true>
            <a class="btn line" href=to("/")>
                {t(Key::NotFoundAction)}
            </a>
        </ui::Empty>
    }
    .whole()
}
