//! Language and appearance: a plain form in a popover, so that it opens and works without script.
//! With script an appearance shows at once; a language needs another page.

use leptos::html::Form;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos_router::hooks::use_location;
use texts::{Key, Language};
use ui::{Icon, IconName, Whole as _};
use web_sys::{Element, HtmlInputElement};

use crate::bootstrap::facts;
use crate::context::Theme;
use crate::pages::words::t;
use crate::providers::cookie;

const ID: &str = "preferences";

/// Name of the cookie that the server reads.
const COOKIE: &str = "dc_theme";

/// Opens the form.
#[component]
pub fn PreferencesButton(
    /// With words; otherwise they are there for those who listen.
    #[prop(optional)]
    words: bool,
) -> impl IntoView {
    let label = t(Key::PreferencesOpen);
    view! {
        <button
            type="button"
            class=if words { "btn settings" } else { "btn icon settings" }
            popovertarget=ID
            aria-label=(!words).then(|| label.clone())
        >
            <Icon name=IconName::Settings />
            {words.then_some(label.clone())}
        </button>
    }
    .whole()
}

#[component]
pub fn Preferences() -> impl IntoView {
    let facts = facts();
    let location = use_location();
    let here = move || [location.pathname.get(), query_part(&location.search.get())].concat();
    let form = NodeRef::<Form>::new();
    let languages = Language::ALL
        .map(|language| {
            view! {
                <option value=language.tag() lang=language.tag() selected=language == facts.language>
                    {language.own_name()}
                </option>
            }
        })
        .collect_view();
    let themes = [
        (Theme::System, Key::PreferencesThemeSystem, IconName::Monitor),
        (Theme::Light, Key::PreferencesThemeLight, IconName::Sun),
        (Theme::Dark, Key::PreferencesThemeDark, IconName::Moon),
    ]
    .map(|(theme, words, icon)| {
        view! {
            <label>
                <input
                    class="vh"
                    type="radio"
                    name="theme"
                    value=theme.as_str()
                    checked=theme == facts.theme
                    on:change=move |_| choose_theme(theme)
                />
                <Icon name=icon />
                {t(words)}
            </label>
        }
    })
    .collect_view();
    let send = move |_| {
        if let Some(form) = form.get() {
            // Without it nothing is sent, and the button is still there.
            let _ = form.request_submit();
        }
    };
    view! {
        <div class="popover" id=ID popover="auto" role="dialog" aria-label=t(Key::PreferencesTitle)>
            <form class="preferences" method="post" action="/preferences" node_ref=form>
                <fieldset class="themes">
                    <legend>{t(Key::PreferencesTheme)}</legend>
                    <div class="seg">{themes}</div>
                </fieldset>
                <label class="field">
                    {t(Key::PreferencesLanguage)} <select name="language" on:change=send>{languages}</select>
                </label>
                <input type="hidden" name="back" value=here />
                <button class="btn line plain-only">{t(Key::PreferencesApply)}</button>
            </form>
        </div>
    }
    .whole()
}

/// Shows the page in another appearance, and remembers it for the next.
pub fn choose_theme(theme: Theme) {
    cookie::keep(COOKIE, theme.as_str());
    let document = document();
    if let Some(root) = document.document_element() {
        let _ = root.set_attribute("data-theme", theme.as_str());
    }
    // The form may have been told by something else.
    let chosen = format!("#{ID} [value={}]", theme.as_str());
    if let Ok(Some(radio)) = document.query_selector(&chosen) {
        radio.unchecked_into::<HtmlInputElement>().set_checked(true);
    }
    colour_browser();
}

/// The browser's own bars take the page's ground.
fn colour_browser() {
    let style = document()
        .body()
        .and_then(|body| window().get_computed_style(&body).ok().flatten());
    let ground = style.and_then(|style| style.get_property_value("background-color").ok());
    let metas = document().query_selector_all("meta[name=theme-color]");
    if let (Some(ground), Ok(metas)) = (ground, metas) {
        for meta in (0..metas.length()).filter_map(|place| metas.get(place)) {
            let _ = meta.unchecked_into::<Element>().set_attribute("content", &ground);
        }
    }
}

/// The query with its question mark, whichever way the router hands it out.
fn query_part(search: &str) -> String {
    match search.trim_start_matches('?') {
        "" => String::new(),
        query => ["?", query].concat(),
    }
}
