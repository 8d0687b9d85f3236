//! The frame around every page.
//!
//! Who is let in gets the app: where one can go, the way in for files, what is on its way. A
//! stranger gets the page alone, with nothing around it but the name and the choice of language.
//! Only what is between the two parts is loaded late, so everything else is taken over whole.

mod chrome;
mod keys;
mod mark;
mod news;
pub mod overlay;
pub mod places;
mod preferences;
mod public;
mod transfers;
mod travel;
mod upload;

use leptos::prelude::*;
use leptos_meta::Title;
use texts::Key;
use ui::Whole as _;

use self::travel::Travels;
use crate::bootstrap::facts;
use crate::pages::words::t;

pub use preferences::choose_theme;
pub use upload::{ChooseButton, open_chooser};

#[component]
pub fn Frame(
    /// A page is on its way.
    travelling: ReadSignal<bool>,
    children: Children,
) -> impl IntoView {
    let facts = facts();
    let sent = sent_title(&facts.catalogue.with(Key::AppPageTitle, &[("page", "")]));
    let travels = Travels::follow(travelling);
    let catalogue = facts.catalogue;
    let titled = move |page: String| {
        let title = catalogue.with(Key::AppPageTitle, &[("page", &page)]);
        travels.arrived(title.clone());
        title
    };
    let (before, after) = if facts.let_in {
        (chrome::before(), chrome::after())
    } else {
        (public::before(), public::after())
    };
    view! {
        <Title formatter=titled text=sent />
        // Left to the browser, which takes the focus along.
        <a class="skip" href="#main" rel="external">
            {t(Key::AppSkip)}
        </a>
        <div class=if facts.let_in { "app" } else { "public" } class:travelling=travelling>
            {before}
            <main id="main" tabindex="-1">
                {children()}
            </main>
            {after}
        </div>
        {view! { <p class="vh" role="status">{travels.announced}</p> }.whole()}
    }
    .into_any()
}

/// The page's title as it was sent, without what stands around it: it stays until the page's own
/// part has been loaded.
fn sent_title(around: &str) -> String {
    if cfg!(feature = "ssr") {
        return String::new();
    }
    let title = document().title();
    title.strip_suffix(around).unwrap_or(&title).to_owned()
}
