//! Nothing at this address.

use leptos::prelude::*;
use leptos_meta::Title;
use texts::Key;
use ui::{IconName, Whole as _};

use super::words::{t, to};
use crate::bootstrap::facts;

#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    let text = if facts().let_in {
        Key::NotFoundText
    } else {
        Key::NotFoundTextPublic
    };
    view! {
        <Title text=t(Key::NotFoundTitle) />
        <ui::Empty icon=IconName::Folder title=t(Key::NotFoundTitle) text=t(text) main_heading=true>
            <a class="btn line" href=to("/")>
                {t(Key::NotFoundAction)}
            </a>
        </ui::Empty>
    }
    .whole()
}
